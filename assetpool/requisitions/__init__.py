"""Requests: what is wanted, by whom, for which days; their approval promises the stock."""
