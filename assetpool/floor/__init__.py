"""The keeper's floor: one desk for everything that is scanned, and what it needs to know for the day."""
