"""What fills the chapters: importing this package registers every kind."""

from initiatives.deliverable.chapters import (
    deals,
    inside,
    plain,
    preparation,
    review,
    strategy,
    work,
)

__all__ = ["deals", "inside", "plain", "preparation", "review", "strategy", "work"]
