"""Repairs: what came back broken is opened, worked on, and done with its cost."""
