"""The price book: reference prices and rents with their sources, quotes, versions and duties kept apart."""
