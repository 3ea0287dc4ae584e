"""What fills the chapters: importing this package registers every kind."""

from initiatives.deliverable.chapters import (
    inside,
    plain,
    preparation,
    review,
    strategy,
    work,
)

__all__ = ["inside", "plain", "preparation", "review", "strategy", "work"]
