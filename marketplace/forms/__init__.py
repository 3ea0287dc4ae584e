"""Forms of the marketplace, a file for each family."""
