"""What all studies share: episodes, scores, intervals, tables."""
