"""requisitions."""
