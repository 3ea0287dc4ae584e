"""Reported values: read from what people type, told back to them in words.

`read` finds what a report may mean. A reading that leaves no doubt is taken as it is; any other is
put to the person who typed it, who confirms it or keeps the words as text. Nothing is rounded,
guessed or forced into a number, and the words of the report always stay beside the value.
"""

from initiatives.values.reading import ValueRefused, read
from initiatives.values.reported import Reading, Reported
from initiatives.values.writing import echo, number_words

__all__ = ["Reading", "Reported", "ValueRefused", "echo", "number_words", "read"]
