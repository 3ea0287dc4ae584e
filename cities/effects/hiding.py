"""Background work that staff in conflict do not find in its list, since it tells of a review.

The arguments are ids, but that, and when, something is under way is known from them as well.
"""

from cities.hiding import Hiding

_effects = Hiding()
hide = _effects.hide
hidden_from = _effects.hidden_from
