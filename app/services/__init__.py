"""What the page asks of the library; no layout, no words."""
