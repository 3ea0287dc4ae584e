"""A deliverable as slides that people can go on working with: native tables, charts and notes."""

from initiatives.deliverable.slides.deck import make

__all__ = ["make"]
