"""All initiatives of all cities, for staff: how they stand, in numbers that lead to their rows."""
