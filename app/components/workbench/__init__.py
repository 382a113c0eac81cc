"""Two variants of one analysis on one stage."""
