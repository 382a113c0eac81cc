"""Custom components: each folder holds its Python, HTML, CSS and JavaScript."""
