"""What is current on the page, what is being computed, and how far."""
