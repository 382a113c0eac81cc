"""Analyses and studies as files."""
