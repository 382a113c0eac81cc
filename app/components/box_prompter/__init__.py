"""A picture on which signed boxes are drawn."""
