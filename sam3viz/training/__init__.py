"""Training of bridges: episodes on photographs or composed scenes, the objective and the loop."""
