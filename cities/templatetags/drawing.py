"""Components drawn once for the same inputs: every page shows the same head, foot and filters."""

from __future__ import annotations

import re
from collections import OrderedDict, defaultdict
from collections.abc import Hashable, Iterable
from itertools import count
from threading import Lock
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

# Of each component: the filters of a page take thirty kilobytes, the others one or two.
MOST_REMEMBERED = 300
_drawn: defaultdict[str, OrderedDict[Hashable, SafeString]] = defaultdict(OrderedDict)
_guard = Lock()
# A word to be put in: no text of anybody is asked for it, only what a template printed.
MARK = re.compile("\ue000([0-9]+)\ue001")
# Of these types equal values are drawn alike.
PLAIN = {str, type(None)}


class Numbered(list[Any]):
    """A list that never changes again, known by its number: a long one is slow to compare."""

    _numbers = count()

    def __init__(self, items: Iterable[Any]) -> None:
        """Take the items, and a number that no other list has."""
        super().__init__(items)
        self.number = next(self._numbers)


@register.simple_tag
def draw(name: str, **inputs: Any) -> SafeString:
    """Draw components/<name> as `{% include … only %}` does; the same inputs are drawn once.

    For components made of their inputs alone: words, numbers, lists and dictionaries of them. What
    asks for the request or for rows must be included. A name with a folder is any other template.
    What nobody asked for lately is forgotten.
    """
    place = name if "/" in name else f"components/{name}"
    if settings.DEBUG:
        # Whoever writes templates wants to see what they say now.
        return mark_safe(get_template(place).render(inputs))  # noqa: S308
    key = (get_language(), _frozen(inputs))
    with _guard:
        drawn = _drawn[name]
        if known := drawn.get(key):
            drawn.move_to_end(key)
            return known
    # A template escapes what it is given.
    html = mark_safe(get_template(place).render(inputs))  # noqa: S308
    with _guard:
        drawn[key] = html
        while len(drawn) > MOST_REMEMBERED:
            drawn.popitem(last=False)
    return html


@register.simple_tag
def tag_items(tags: Iterable[Any]) -> SafeString:
    """Draw tags as items of a list. They are few, and a page shows dozens of them."""
    return format_html_join("", "<li>{}</li>", ((_tag(tag),) for tag in tags))


def _tag(tag: Any) -> SafeString:
    if isinstance(tag, str):
        return draw("tag.html", label=tag, url="", color="")
    parts = ("label", "url", "color")
    if isinstance(tag, dict):
        return draw("tag.html", **{name: tag.get(name, "") for name in parts})
    # A row of the vocabulary, such as a theme, is its own name.
    words = {"label": str(tag), "url": "", "color": ""}
    return draw("tag.html", **{name: getattr(tag, name, words[name]) for name in parts})


def _frozen(value: Any) -> Hashable:
    """Return inputs as a key. What is escaped already differs from the same words that are not."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, Numbered):
        return (Numbered, value.number)
    if isinstance(value, dict):
        return tuple((name, _frozen(part)) for name, part in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(_frozen, value))
    if isinstance(value, Promise):
        return str(value)
    return (type(value), value)


@register.simple_tag
def fill(name: str, **inputs: Any) -> SafeString:
    """Draw a component as `draw` does, where the words differ each time: its shape is drawn once.

    The template is drawn with marks in place of words, and kept; words are escaped and put in.
    So it may print words and ask whether there are any, but must not look into them: no filter,
    no comparison, no tone of a state. Of numbers and dates it must get words.
    """
    words: list[Any] = []
    shape = {part: _marked(value, words) for part, value in inputs.items()}
    if settings.DEBUG:
        return draw(name, **inputs)
    pieces = MARK.split(draw(name, **shape))
    # What stands between the words was drawn by the template; every second piece is a number.
    pieces[1::2] = [conditional_escape(words[int(number)]) for number in pieces[1::2]]
    return mark_safe("".join(pieces))  # noqa: S308


def _marked(value: Any, words: list[Any]) -> Any:
    """Return what is to be drawn with a mark in place of each word, and collect the words."""
    if isinstance(value, str) and value:
        words.append(value)
        return f"\ue000{len(words) - 1}\ue001"
    if isinstance(value, Promise):
        return _marked(str(value), words)
    if isinstance(value, dict):
        return {name: _marked(part, words) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_marked(part, words) for part in value]
    return value
