"""From checked boxes to what a variant predicts."""
