"""Pages: the public ones, and those on which a city's team writes."""
