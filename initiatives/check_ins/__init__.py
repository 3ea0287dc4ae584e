"""Once a year after the programme a roadmap's officers are asked how its ambitions stand."""

from initiatives.check_ins.answering import Item, items_of, last_confirmed, record
from initiatives.check_ins.asking import ask, due_roadmaps, find_link, may_answer, refusal

__all__ = [
    "Item",
    "ask",
    "due_roadmaps",
    "find_link",
    "items_of",
    "last_confirmed",
    "may_answer",
    "record",
    "refusal",
]
