"""Training of bridges: data made of composed scenes, the objective and the loop."""
