"""Hand-overs: out by scanning, accepted on site, back in batches, inspected."""
