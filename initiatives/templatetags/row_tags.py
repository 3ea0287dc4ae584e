"""Rows of long pages, written without a template each: there may be hundreds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.addressing import Addresses
from cities.escaping import escaped
from initiatives.models import InitiativeStatus
from initiatives.plan.levels import Node
from initiatives.plan.table import Line

register = template.Library()
PLACE = ("ORDER", "DELETE")


# ── rows to write in ────────────────────────────────────────────────────────────────────────────
@register.simple_tag
def section_rows(formset: Any) -> SafeString:
    """All rows of a section: of each its fields, then its place and the box to take it away."""
    rows = enumerate(formset.forms, start=1)
    return SafeString("".join(_row(form, str(at), formset.row_label) for at, form in rows))


@register.simple_tag
def blank_section_row(formset: Any) -> SafeString:
    """A row that a script adds as often as it is asked for."""
    return SafeString(_row(formset.empty_form, "__number__", formset.row_label))


def _row(form: Any, number: str, label: Any) -> str:
    is_new = not form.instance.pk
    shown = [field for field in form.visible_fields() if field.name not in PLACE]
    place = [form[name] for name in PLACE if name in form.fields]
    new = f' <span class="quiet">({escaped(_("new"))})</span>' if is_new else ""
    told = [
        f'<fieldset class="formset-row section-row{" is-new" if is_new else ""}">',
        f"<legend>{escaped(label)} {number}{new}</legend>",
    ]
    errors = form.non_field_errors()
    if errors:
        told.append(f'<div class="field has-error">{errors}</div>')
    told.append(f'<div class="form-fields">{_fields(shown)}</div>')
    if place:
        told.append(f'<div class="row-place">{_fields(place)}</div>')
    told += [str(field) for field in form.hidden_fields()]
    # Every part is escaped where it is put in.
    return "\n".join([*told, "</fieldset>\n"])


def _fields(fields: Iterable[Any]) -> str:
    return "".join(field.as_field_group() for field in fields)


# ── rows to read ────────────────────────────────────────────────────────────────────────────────
@register.simple_tag
def tree_lines(nodes: Iterable[Node]) -> SafeString:
    """Initiatives as lines of a tree: number, name, status, and how many of its parts are done."""
    statuses = {value: escaped(str(label)) for value, label in InitiativeStatus.choices}
    levels: dict[int, str] = {}
    page = Addresses("initiatives:initiative-detail")
    told = []
    for node in nodes:
        one, depth = node.initiative, node.depth
        if depth not in levels:
            levels[depth] = escaped(_("level %(level)s") % {"level": depth})
        told.append(
            f'<li class="depth-{depth}"><span class="quiet">{escaped(node.number)}'
            f'<span class="ds-sr-only">, {levels[depth]}</span></span> '
            f'<a href="{page.of(one.slug)}">{escaped(one.name)}</a> '
            f'<span class="quiet">{statuses.get(one.status, "")}{_parts(node)}</span></li>\n'
        )
    # Every part is escaped where it is put in.
    return SafeString("".join(told))


def _parts(node: Node) -> str:
    if not node.children:
        return ""
    words = ngettext(
        "%(done)s of %(size)s part completed", "%(done)s of %(size)s parts completed", node.size
    ) % {"done": node.done, "size": node.size}  # fmt: skip
    return f" · {escaped(words)}"


@register.simple_tag
def plan_table(lines: Sequence[Line]) -> SafeString:
    """Head and rows of a plan's table: columns nobody filled are left out.

    On telephones what a row has nothing for has no label either.
    """
    columns = [
        (_("Milestones"), ' class="lines"', [escaped(line.milestones) for line in lines]),
        (_("When"), "", [escaped(line.when) for line in lines]),
        (_("First plan"), "", [escaped(line.plan) for line in lines]),
        (_("Moved"), "", [escaped(line.slip_words) for line in lines]),
        (
            _("Waits for"),
            ' class="waits"',
            [", ".join(map(_named, line.waits_for)) for line in lines],
        ),
        (_("Not reported"), "", [escaped(line.late) for line in lines]),
    ]
    shown = [(escaped(label), kind, cells) for label, kind, cells in columns if any(cells)]
    heads = "".join(f'<th scope="col">{label}</th>' for label, _kind, _cells in shown)
    told = [
        f'<thead><tr><th scope="col">{escaped(_("Initiative"))}</th>{heads}</tr></thead><tbody>\n'
    ]
    longest = f' <span class="tag">{escaped(_("Longest chain"))}</span>'
    for at, line in enumerate(lines):
        cells = "".join(_told(label, kind, cells[at]) for label, kind, cells in shown)
        told.append(f"<tr>{_plan_head(line, longest)}{cells}</tr>\n")
    told.append("</tbody>")
    # Every part is escaped where it is put in.
    return SafeString("".join(told))


def _plan_head(line: Line, longest: str) -> str:
    name = escaped(line.name)
    folded = ""
    if line.folded:
        folded = (
            f' <a class="quiet" href="{escaped(line.branch)}">{escaped(line.folded)}'
            f'<span class="ds-sr-only">: {name}</span></a>'
        )
    return (
        f'<th scope="row" class="depth-{line.depth}">{escaped(line.number)} '
        f'<a href="{escaped(line.url)}">{name}</a>{longest if line.is_critical else ""}'
        f"{folded}</th>"
    )


def _told(label: str, kind: str, html: str) -> str:
    return f'<td data-label="{label}"{kind}>{html}</td>' if html else "<td></td>"


def _named(one: Mapping[str, str]) -> str:
    text, url = escaped(one["text"]), one.get("url")
    return f'<a href="{escaped(url)}">{text}</a>' if url else text


@register.simple_tag
def commitment_rows(kinds: Sequence[Any], rows: Iterable[Mapping[str, Any]]) -> SafeString:
    """Commitments, a row for each initiative: below each kind the texts, each a paragraph."""
    labels = [escaped(str(kind)) for kind in kinds]
    page = Addresses("initiatives:initiative-detail")
    told = []
    for row in rows:
        head = escaped(row["label"])
        if row["initiative"]:
            one = row["initiative"]
            head = f'<a href="{page.of(one.slug)}">{escaped(one.name)}</a>'
        cells = zip(labels, row["cells"], strict=True)
        told.append(
            f'<tr><th scope="row">{head}</th>'
            + "".join(f'<td data-label="{label}">{_texts(cell)}</td>' for label, cell in cells)
            + "</tr>\n"
        )
    # Every part is escaped where it is put in.
    return SafeString("".join(told))


def _texts(cell: Sequence[str]) -> str:
    if not cell:
        return '<span class="quiet">–</span>'
    return f"<div>{''.join(f'<p>{escaped(text)}</p>' for text in cell)}</div>"
