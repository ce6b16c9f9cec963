"""When something is short: what could stand in, who waits, who wishes, and what to do about promises at risk."""
