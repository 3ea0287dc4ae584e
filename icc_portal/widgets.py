"""Fields and the plainest widgets as HTML without a template: the same words as their templates.

A template for each field, with one for its attributes and one for each choice, is most of what a
long form takes: a grid of 750 boxes half a second, a list of 250 choices in 16 rows a quarter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.formats import localize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cities.escaping import escaped

OPTION = "django/forms/widgets/select_option.html"
NOTHING = "---------"


def _attributes(attrs: Mapping[str, Any]) -> str:
    told = []
    for name, value in attrs.items():
        if value is True:
            told.append(f" {escaped(name)}")
        elif value is not False:
            told.append(f' {escaped(name)}="{escaped(value)}"')
    return "".join(told)


def _input(context: Mapping[str, Any]) -> str:
    widget = context["widget"]
    value = widget["value"]
    told = "" if value is None else f' value="{escaped(value)}"'
    name, attributes = escaped(widget["name"]), _attributes(widget["attrs"])
    return f'<input type="{escaped(widget["type"])}" name="{name}"{told}{attributes}>'


def _textarea(context: Mapping[str, Any]) -> str:
    widget = context["widget"]
    name, attributes = escaped(widget["name"]), _attributes(widget["attrs"])
    words = escaped(localize(widget["value"])) if widget["value"] else ""
    return f'<textarea name="{name}"{attributes}>\n{words}</textarea>'


def _select(context: Mapping[str, Any]) -> str | None:
    widget = context["widget"]
    groups = [_group(name, options) for name, options, _index in widget["optgroups"]]
    if None in groups:
        return None
    name, attributes = escaped(widget["name"]), _attributes(widget["attrs"])
    return f'<select name="{name}"{attributes}>{"".join(map(str, groups))}\n</select>'


def _group(name: Any, options: Iterable[Mapping[str, Any]]) -> str | None:
    told = []
    for option in options:
        if option["template_name"] != OPTION:
            return None
        told.append(f"\n  {_option(option)}")
    if not name:
        return "".join(told)
    heading = escaped(localize(name))
    return f'\n  <optgroup label="{heading}">{"".join(told)}\n  </optgroup>'


def _option(option: Mapping[str, Any]) -> str:
    label = option["label"]
    words = _("Choose…") if label == NOTHING else escaped(localize(label))
    value, attributes = escaped(option["value"]), _attributes(option["attrs"])
    return f'<option value="{value}"{attributes}>{words}</option>'


def _errors(context: Mapping[str, Any]) -> str | None:
    # Most fields have none, and where there are some a template may take its time.
    return None if context["errors"] else ""


def _field(context: Mapping[str, Any]) -> str | None:
    """Draw one field around its widget, as components/field.html does."""
    field = context["field"]
    if field.use_fieldset:
        return None
    errors, label = field.errors, escaped(localize(field.label))
    kinds = ["field", "has-error" if errors else "", "is-checkbox" if field.is_checkbox else ""]
    kinds.append(escaped(field.css_classes()))
    if field.field.required:
        label += f' <span class="required-word">({_("required")})</span>'
    told = [
        f'<div class="{" ".join(filter(None, kinds))}">',
        f'<label for="{escaped(field.id_for_label)}">{label}</label>',
    ]
    if field.help_text:
        # A hint is written by us, and may hold a link: the template takes it as it is, too.
        hint = escaped(field.auto_id)
        told.append(f'<div class="hint" id="{hint}_helptext">{localize(field.help_text)}</div>')
    if errors:
        told.append(str(errors))
    return "\n".join([*told, str(field), "</div>\n"])


_ONE_LINE = ["text", "hidden", "number", "email", "url", "tel", "search"]
_OF_TIME = ["date", "datetime", "time"]
_DRAWN: dict[str, Callable[[Mapping[str, Any]], str | None]] = {
    **{f"django/forms/widgets/{kind}.html": _input for kind in [*_ONE_LINE, *_OF_TIME]},
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
    "django/forms/errors/list/default.html": _errors,
    "components/field.html": _field,
}


def drawn(template_name: str, context: Mapping[str, Any]) -> SafeString | None:
    """Return what a template would draw, or None where the template itself is needed."""
    draw = _DRAWN.get(template_name)
    told = draw(context) if draw else None
    # Every part is escaped where it is put in.
    return None if told is None else mark_safe(told)  # noqa: S308
