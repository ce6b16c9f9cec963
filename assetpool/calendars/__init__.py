"""Calendars: what goes out, what is due back and what is on its way, for a store, a kind, an event or oneself; others see only that things are busy."""
