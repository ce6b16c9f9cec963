"""The shared public-asset pool: one package per feature, stacked in one order (see README)."""
