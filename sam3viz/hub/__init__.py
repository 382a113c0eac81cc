"""Bridges on the Hugging Face hub: pushed with a model card, pulled with checks."""
