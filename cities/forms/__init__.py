"""What people may send on the ground floor."""
