"""Which background work staff do not find in its list: what tells of a review, to those in conflict.

The arguments are ids, but that, and when, something is under way is known from them as well.
"""

from cities.hiding import Hiding

_effects = Hiding()
hide = _effects.hide
hidden_from = _effects.hidden_from
