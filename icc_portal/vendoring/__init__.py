"""What `manage.py vendor` does, in parts; nothing here runs with the portal itself."""
