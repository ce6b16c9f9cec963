"""What organizations bring in: announced, endorsed, approved, received; and table files read for it."""
