"""Views of high-dimensional tokens in the plane."""
