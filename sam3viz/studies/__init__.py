"""Measurements over many pictures: a folder a study, the same file names in each."""
