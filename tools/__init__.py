"""Programs for maintainers, run from a checkout. They are no part of the package."""
