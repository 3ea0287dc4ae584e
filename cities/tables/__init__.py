"""Tables that people bring and take: cells, and workbooks that are safe to open."""
