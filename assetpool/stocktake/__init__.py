"""Counting what stands in a store against what the book expects there, and bringing the book in line."""
