"""Closing a period: the checklist, the sheet that two people sign, the lock, and the bridge to what is known today."""
