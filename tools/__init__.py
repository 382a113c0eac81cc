"""Scripts for who works on the project; nothing here is installed."""
