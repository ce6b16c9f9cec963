"""Savings: what a hand-over spares the treasury, on three bases side by side, what it cost, and the paper that proves it."""
