"""The "10000m plan": the tree of initiatives, its chart, what waits for what, and what slipped."""
