"""handovers."""
