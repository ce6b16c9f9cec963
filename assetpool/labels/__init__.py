"""Labels: one QR code a thing, on sheets and rolls, and codes read back from photos."""
