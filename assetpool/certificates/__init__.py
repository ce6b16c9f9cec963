"""Look before buying: what the pool has of what somebody means to buy, and the certificate that it has nothing."""
