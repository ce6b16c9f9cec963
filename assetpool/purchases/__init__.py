"""What organizations bought besides, matched to what the pool claims to have spared."""
