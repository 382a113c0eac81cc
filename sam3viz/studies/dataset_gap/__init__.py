"""The gap over a whole dataset: every object as an instance, against its own region of the picture."""
