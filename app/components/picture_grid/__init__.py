"""Pictures of every variant side by side."""
