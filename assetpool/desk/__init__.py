"""The desk of the day: what waits for this person, and the way to anything by its number, tag or name."""
