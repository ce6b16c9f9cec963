"""Trips: what is picked from which shelf, which truck carries it, and the gate that lets the right truck out, once."""
