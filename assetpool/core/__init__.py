"""Database, clock, money, chain, errors and web: what every feature stands on, knowing none of them."""
