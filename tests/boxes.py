"""What somebody can change in a form, read from the page: each box with its kind and choices."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

NEVER = {"hidden", "submit", "button", "file"}


@dataclass
class Box:
    """A box by its name: what stands in it, and what can be chosen."""

    kind: str
    values: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)


class _Boxes(HTMLParser):
    """Collects the boxes of one form; what is hidden or a template is none."""

    def __init__(self, form: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wanted, self.inside, self.skipped = form, False, 0
        self.boxes: dict[str, Box] = {}
        self.area = self.select = self.text = ""

    def handle_starttag(self, tag: str, attrs: list) -> None:
        at = dict(attrs)
        if tag == "form":
            self.inside = at.get("id") == self.wanted
        self.skipped += tag == "template"
        if not self.inside or self.skipped:
            return
        name, kind = at.get("name") or "", at.get("type") or "text"
        if tag == "input" and name and kind not in NEVER:
            self.input(name, kind, at)
        elif tag == "textarea":
            self.area, self.text = name, ""
        elif tag == "select":
            self.select = name
            self.boxes[name] = Box("many" if "multiple" in at else "select")
        elif tag == "option" and self.select:
            self.boxes[self.select].choices.append(at.get("value") or "")
            if "selected" in at:
                self.boxes[self.select].values.append(at.get("value") or "")

    def input(self, name: str, kind: str, at: dict) -> None:
        if kind not in ("checkbox", "radio"):
            self.boxes[name] = Box(kind, [at.get("value") or ""])
            return
        box = self.boxes.setdefault(name, Box(kind))
        box.choices.append(at.get("value", "on"))
        if "checked" in at:
            box.values.append(at.get("value", "on"))

    def handle_endtag(self, tag: str) -> None:
        self.skipped -= tag == "template"
        if tag == "form":
            self.inside = False
        if tag == "select":
            self.select = ""
        if tag == "textarea" and self.area:
            words = self.text.removeprefix("\n").replace("\r\n", "\n").replace("\n", "\r\n")
            self.boxes[self.area] = Box("textarea", [words])
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text += data


def boxes_of(page: str, form: str) -> dict[str, Box]:
    """Return what can be changed in the form with this id, by name."""
    parser = _Boxes(form)
    parser.feed(page)
    return parser.boxes
