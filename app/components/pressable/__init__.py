"""HTML with buttons that Python hears."""
