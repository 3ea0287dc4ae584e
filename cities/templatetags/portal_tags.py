"""Small things that templates cannot say by themselves: lists, icons, addresses, tones."""

from datetime import date
from functools import cache
from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.utils.formats import date_format, get_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# How a state looks. The words beside the colour say the same, so nothing hangs on seeing it.
TONES = {
    "info": {
        "submitted", "in_review", "under_review", "assigned", "sent", "planned", "open",
        "running", "pilot", "on_the_way",
    },
    "warning": {
        "changes_requested", "returned", "sent_back", "delayed", "at_risk", "waiting", "uncertain",
        "not_reported",
    },
    "success": {
        "approved", "published", "done", "confirmed", "achieved", "completed", "reached",
        "deployed", "scaled", "signed",
    },
    "danger": {"rejected", "dead", "failed", "cancelled", "missed", "overdue"},
}  # fmt: skip
# The parts that the navigation of every page leads to.
BRANCHES = ("/marketplace/", "/cities/", "/events/", "/initiatives/")
TONE_ICONS = {
    "neutral": "circle-dashed",
    "info": "hourglass",
    "warning": "triangle-alert",
    "success": "circle-check",
    "danger": "circle-x",
}


@cache
def _icon(name: str) -> SafeString:
    # The drawings are files of ours, not anybody's input.
    return mark_safe(get_template(f"components/icons/{name}.svg").render())  # noqa: S308


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw one of templates/components/icons/; decoration only, so words must stand beside it."""
    return _icon(name)


@register.simple_tag(takes_context=True)
def csrf_field(context: template.Context) -> str:
    """The hidden CSRF input, also inside `include … only`, where `csrf_token` cannot reach."""
    request = getattr(context, "request", None)
    if request is None:
        return ""
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request)
    )


@register.simple_tag
def pairs(*values: Any) -> list[dict[str, Any]]:
    """Make items for definition_list.html: `{% pairs label value label value as items %}`.

    A pair whose value is empty (None or an empty string) is left out.
    """
    both = zip(values[::2], values[1::2], strict=True)
    given = [(label, value) for label, value in both if value not in (None, "")]
    return [{"label": label, "value": value, "url": ""} for label, value in given]


@register.simple_tag
def without_empty(columns: list[Any], rows: list[list[Any]]) -> dict[str, Any]:
    """Leave out the columns of a table in which no row has anything: `… as table`."""
    kept = [
        place
        for place in range(len(columns))
        if not rows or any(row[place] not in ("", "–", None) for row in rows)
    ]
    return {
        "columns": [columns[place] for place in kept],
        "rows": [[row[place] for place in kept] for row in rows],
    }


@register.simple_tag
def labelled(columns: list[Any], row: list[Any]) -> list[tuple[Any, Any]]:
    """Pair each cell of a row with the words of its column: `… as cells`."""
    names = [one["label"] if isinstance(one, dict) else one for one in columns]
    return list(zip(names, row, strict=False))


@register.filter
def as_cells(row: list[Any]) -> list[dict[str, Any]]:
    """Each cell of a row as table_cell.html takes it."""
    return [as_cell(cell) for cell in row]


@register.filter
def as_cell(cell: Any) -> dict[str, Any]:
    """What table_cell.html draws: a template is slow to find out that a word has no address."""
    if isinstance(cell, dict):
        return {"text": "", "url": "", "state": "", "numeric": False, **cell}
    return {"text": cell, "url": "", "state": "", "numeric": False, "is_blank": cell == ""}


@register.filter
def has_options(groups: list[dict[str, Any]]) -> bool:
    """Say whether any group of filters has something to choose."""
    return any(group["options"] for group in groups or [])


@register.simple_tag
def links(*values: Any) -> list[dict[str, Any]]:
    """Make items of a label and an address: `{% links "Cities" "/cities/" city.name as items %}`.

    A last value without an address is the page itself.
    """
    items = [
        {"label": label, "url": url} for label, url in zip(values[::2], values[1::2], strict=False)
    ]
    if len(values) % 2:
        items.append({"label": values[-1], "url": ""})
    return items


@register.simple_tag
def collect(*values: Any) -> list[Any]:
    """Make a list of the values that are not empty: `{% collect a b c as meta %}`."""
    return [value for value in values if value not in (None, "")]


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*values: Any) -> dict[str, Any]:
    """Draw the way from home: `{% breadcrumbs "Cities" "/cities/" city.name %}`."""
    return {"items": links(*values)}


@register.simple_tag
def query_without_facet(query: Any, name: str, value: Any) -> str:
    """A query string (of a QueryDict) without one value of a name, and back on page one."""
    left = query.copy()
    left.pop("page", None)
    left.setlist(name, [kept for kept in left.getlist(name) if kept != str(value)])
    return f"?{left.urlencode()}"


@register.filter
def tone(state: Any) -> str:
    """The tone of a state's code: neutral, info, success, warning or danger."""
    code = str(state).lower()
    return next((name for name, codes in TONES.items() if code in codes), "neutral")


@register.filter
def tone_icon(name: str) -> str:
    """The icon that goes with a tone."""
    return TONE_ICONS.get(name, "circle-dashed")


@register.filter
def branch(path: Any) -> str:
    """The main part of the portal in which an address lies: `request.path|branch`, or ""."""
    return next((part for part in BRANCHES if str(path).startswith(part)), "")


@register.filter
def page_numbers(page: Any) -> list[int | None]:
    """The page numbers to offer: first, last and those around the present one; None for a gap."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else None for number in numbers]


@register.filter
def any_selected(groups: Any) -> bool:
    """Whether any option of any group of filters is ticked."""
    return any(_of(option, "selected") for group in groups for option in _of(group, "options"))


def _of(thing: Any, name: str) -> Any:
    return thing[name] if isinstance(thing, dict) else getattr(thing, name)


@register.simple_tag
def form_errors(form: Any, formsets: Any = ()) -> list[dict[str, str]]:
    """Every error of a form and its formsets: label, text and the id of the field to go to."""
    found: list[dict[str, str]] = []
    forms = [form, *(row for formset in formsets or () for row in formset)]
    for formset in formsets or ():
        found += [{"label": "", "text": text, "target": ""} for text in formset.non_form_errors()]
    for one in forms:
        if not one or not one.errors:
            continue
        found += [{"label": "", "text": text, "target": ""} for text in one.non_field_errors()]
        for field in one:
            # A group has no input of its own: its fieldset is the place to go to.
            target = f"{field.auto_id}_group" if field.use_fieldset else field.id_for_label
            found += [
                {"label": str(field.label), "text": text, "target": target} for text in field.errors
            ]
    return found


@register.simple_tag
def percent(value: float, maximum: float) -> int:
    """Which part of the whole, from 0 to 100; 0 when there is no whole."""
    return min(100, max(0, round(100 * value / maximum))) if maximum else 0


@register.simple_tag
def range_words(first: date, last: date) -> tuple[str, str]:
    """The two ends of a stretch of days without what both share: "16", "–19 February 2021"."""
    if first == last:
        return date_format(first), ""
    whole = get_format("DATE_FORMAT")
    shared_from = -1
    if first.year == last.year:
        shared_from = whole.find("F" if first.month == last.month else "Y")
    # Only a date that is written from day to year can be cut at its end.
    if shared_from > 0 and whole.startswith("j") and whole.find("F") < whole.find("Y"):
        own = whole[:shared_from].strip()
        joint = " – " if "F" in own else "–"
        return date_format(first, own), f"{joint}{date_format(last)}"
    return date_format(first), f" – {date_format(last)}"


@register.filter
def grouped(number: Any) -> str:
    """A large number as people of the page's language write it: 492,681."""
    return "" if number is None else number_format(number, force_grouping=True)
