"""How far a draft is: what is missing, what would help readers, and the steps of its form."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace import checks
from marketplace.forms.drafting import DraftForm
from marketplace.forms.offering import form_for
from marketplace.models import EntryKind, Revision


def address(name: str, revision: Revision, **more: Any) -> str:
    """Return an address of a revision."""
    at = {"slug": revision.entry.slug, "number": revision.number, **more}
    return reverse(f"marketplace:{name}", kwargs=at)


def step_address(revision: Revision, step: str) -> str:
    """Return the address of a step of a draft's form; "check" is the last one."""
    if step == "check":
        return address("revision-check", revision)
    return address("revision-step", revision, step=step)


def completeness(revision: Revision) -> dict[str, Any]:
    """Return how much of a draft is filled in, and what is missing, with where to fill it in."""
    required, advised = checks.missing(revision), checks.advised(revision)
    kind = EntryKind(revision.entry.kind)
    maximum = len(checks.REQUIRED[kind]) + len(checks.ADVISED[kind])
    form = form_for(kind)(instance=revision)
    return {
        "value": maximum - len(required) - len(advised),
        "maximum": maximum,
        "required": [_gap(revision, form, name) for name in required if name in form.fields],
        "advised": [_gap(revision, form, name) for name in advised if name in form.fields],
    }


def steps(revision: Revision, current: str, gaps: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the steps of a draft's form, each with what is missing there; `check` is the last.

    `gaps` is the revision's completeness.
    """
    shown = []
    kind = EntryKind(revision.entry.kind)
    asked = {*checks.REQUIRED[kind], *checks.ADVISED[kind]}
    for step in form_for(kind).STEPS:
        needed = sum(gap["step"] == step.name for gap in gaps["required"])
        helpful = sum(gap["step"] == step.name for gap in gaps["advised"])
        # Where nothing is asked for, an empty step is as good as a full one.
        is_asked = not asked.isdisjoint(step.fields)
        shown.append(
            {
                "name": step.name,
                "label": step.label,
                "url": step_address(revision, step.name),
                "note": _note(needed, helpful) if is_asked else _("optional"),
                "state": _state(
                    step.name == current, is_done=is_asked and not needed and not helpful
                ),
            }
        )
    words = "" if gaps["required"] else _("ready to submit")
    url = step_address(revision, "check")
    last = {"name": "check", "label": _("Check and submit"), "url": url, "note": words}
    return [*shown, {**last, "state": _state(current == "check", is_done=False)}]


def part_of(revision: Revision, step: str, gaps: dict[str, Any]) -> dict[str, int]:
    """Return how much of one step is filled in, for its meter; nothing where all is optional."""
    kind = EntryKind(revision.entry.kind)
    names = {one.name: one.fields for one in form_for(kind).STEPS}[step]
    asked = [*checks.REQUIRED[kind], *checks.ADVISED[kind]]
    maximum = sum(name in asked for name in names)
    missing = sum(gap["step"] == step for gap in (*gaps["required"], *gaps["advised"]))
    return {"value": maximum - missing, "maximum": maximum}


def _gap(revision: Revision, form: DraftForm, name: str) -> dict[str, str]:
    step = next(step.name for step in form.STEPS if name in step.fields)
    field = form[name]
    # A group of boxes has no input of its own: its fieldset is the place to go to.
    target = f"{field.auto_id}_group" if field.use_fieldset else str(field.id_for_label)
    return {
        "label": str(field.label),
        "step": step,
        "target": target,
        "url": f"{step_address(revision, step)}#{target}",
    }


def _note(needed: int, helpful: int) -> str:
    if needed:
        return ngettext("{count} field needed", "{count} fields needed", needed).format(
            count=needed
        )
    if helpful:
        return ngettext("{count} field would help", "{count} fields would help", helpful).format(
            count=helpful
        )
    return ""


def _state(is_current: bool, *, is_done: bool) -> str:
    if is_current:
        return "current"
    return "done" if is_done else "todo"
