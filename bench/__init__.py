"""The benchmark: our own REST against the floor (the same work on the bare driver) and a bare Flask answer."""
