"""Scenes that are composed or drawn, whose every outline is known exactly."""
