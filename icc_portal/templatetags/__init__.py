"""Tags of the staff screens."""
