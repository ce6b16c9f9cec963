"""The demonstration world: an invented city whose pool was lived in, made through the real services."""
