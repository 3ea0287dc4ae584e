"""How entries change hands: to another city, or into another entry. Whole, or not at all."""

from marketplace.moves.merging import Preview, merge, preview
from marketplace.moves.transfers import answer, ask, move_now, take_back

__all__ = ["Preview", "answer", "ask", "merge", "move_now", "preview", "take_back"]
