"""Promises of stock: how many units of a kind in a store, on which days, and what no longer fits."""
