"""English as European readers expect it."""
