"""The fields of a form as a browser would send them, read from the page that shows it."""

from __future__ import annotations

from html.parser import HTMLParser


class _Form(HTMLParser):
    """Collects what stands in the fields of one form."""

    def __init__(self, form: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wanted, self.inside, self.skipped = form, False, 0
        self.fields: dict[str, list[str]] = {}
        self.area = self.select = ""
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list) -> None:
        at = dict(attrs)
        if tag == "form" and at.get("id") == self.wanted:
            self.inside = True
        if tag == "template":
            self.skipped += 1
        if not self.inside or self.skipped:
            return
        name = at.get("name", "")
        if tag == "input" and name:
            is_box = at.get("type") in ("checkbox", "radio")
            if not is_box or "checked" in at:
                self.fields.setdefault(name, []).append(at.get("value", "on" if is_box else ""))
        elif tag == "textarea":
            self.area, self.text = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in at:
            self.fields.setdefault(self.select, []).append(at.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self.skipped -= 1
        if tag == "form":
            self.inside = False
        if tag == "textarea" and self.area:
            # A browser leaves out the line break that follows the tag.
            self.fields.setdefault(self.area, []).append(self.text.removeprefix("\n"))
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text += data


def fields_of(page: str, form: str = "section-form") -> dict[str, list[str]]:
    """Return the fields of the form with this id, untouched."""
    parser = _Form(form)
    parser.feed(page)
    for values in parser.fields.values():
        # Line ends as browsers send them.
        values[:] = [value.replace("\r\n", "\n").replace("\n", "\r\n") for value in values]
    return parser.fields
