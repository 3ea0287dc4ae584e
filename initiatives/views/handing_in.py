"""Handing in, and saying of what the check found that it is meant so: both hold typed words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from cities.editing import kept, receipts
from initiatives.deliverable import deadlines, ends, snapshots, works
from initiatives.forms.deliverables import FINDING, HandInForm, IntendedForm
from initiatives.forms.fields import plain_lines
from initiatives.models import DeliverableCheck, IntendedFinding, LateHandIn, WorkKind
from initiatives.permissions import may_submit
from initiatives.views.access import WritesRoadmap
from initiatives.views.deliverables import templates_of
from initiatives.views.form_pages import FormPage


class _OfDeliverable(FormPage, WritesRoadmap):
    def _check(self) -> DeliverableCheck | None:
        return DeliverableCheck.objects.filter(roadmap=self.roadmap).first()

    def _crumbs(self, here: str) -> list[Any]:
        desk = reverse("initiatives:deliverable-desk", args=[self.roadmap.pk])
        whose = self.roadmap.title, self.roadmap.get_absolute_url()
        return [*whose, _("Deliverable"), desk, here]


class HandIn(_OfDeliverable):
    """Hand in what stands there now, once however often the form arrives."""

    may = staticmethod(may_submit)
    form_name = "hand-in"
    template_name = "initiatives/deliverable/hand_in.html"
    creates = True
    is_late = False
    """Whether it has just been kept as a late draft, and the page says so."""

    def target(self) -> str:
        """Return the roadmap."""
        return str(self.roadmap.pk)

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form, with what was written too late or in vain."""
        templates = templates_of(self.roadmap)
        self.deadlines = [said for said in map(deadlines.said, templates) if said]
        self.late = list(self.roadmap.late_hand_ins.select_related("written_by", "template"))
        self.under_way = ends.on_the_desk(self.roadmap)
        written = _written_before(self.late, self.under_way)
        return {"form": HandInForm(data, templates=templates, initial=written)}

    def _receive(self, request: HttpRequest) -> HttpResponse:
        parts = self.parts(plain_lines(request.POST))
        form = parts["form"]
        if not form.is_valid():
            return self._show(parts)
        try:
            # Built outside of the transaction, which would keep others waiting.
            keep = self._prepared(form.cleaned_data)
            with transaction.atomic():
                url = receipts.once(request, keep)
                self._forget()
        except works.Busy as why:
            form.add_error(None, str(why))
            return self._show(parts)
        except deadlines.TooLate as why:
            return self._keep_late(parts, str(why))
        return HttpResponseRedirect(url)

    def _prepared(self, said: dict[str, Any]) -> Callable[[], str]:
        """Return what hands it in, and may raise Busy; raise TooLate."""
        if works.is_long(self.roadmap):
            return lambda: (
                works.ask(self.roadmap, WorkKind.HAND_IN, by=self.person, **said)
            ).get_absolute_url()
        both, now = snapshots.prepared(self.roadmap, said["template"], by=self.person)

        def keep() -> str:
            made = snapshots.keep(self.roadmap, both=both, by=self.person, at=now, **said)
            words = _("Handed in as number %d. It stays as it is now.")
            messages.success(self.request, words % made.number)
            return made.get_absolute_url()

        return keep

    def _keep_late(self, parts: dict[str, Any], why: str) -> HttpResponse:
        deadlines.keep_late(self.roadmap, by=self.person, **parts["form"].cleaned_data)
        self._forget()
        messages.warning(self.request, why)
        self.is_late = True
        return self._show(parts)

    def _keep_typed(self) -> None:
        if not self.is_late:
            super()._keep_typed()

    def page_context(self) -> dict[str, Any]:
        """Say what the check left, until when it can be handed in, and what is under way."""
        check = self._check()
        meant = set(self.roadmap.intended.values_list("key", flat=True))
        left = [one for one in check.findings if one["key"] not in meant] if check else []
        return {
            "roadmap": self.roadmap,
            "check": check,
            "left": len(left),
            # What has just been said is not said twice.
            "late": [] if self.is_late else self.late,
            "deadlines": [] if self.is_late else self.deadlines,
            "works": [one for one in self.under_way if one.work.kind == WorkKind.HAND_IN],
            "crumbs": self._crumbs(_("Hand it in")),
        }


def _written_before(late: list[LateHandIn], works: list[ends.Standing]) -> dict[str, Any]:
    """Return what the team wrote too late or in vain, the last of it, to be handed in again."""
    failed = [one.work for one in works if one.failed and one.work.kind == WorkKind.HAND_IN]
    found = [(one.written_at, one) for one in late] + [(one.asked_at, one) for one in failed]
    if not found:
        return {}
    _when, last = max(found, key=lambda one: one[0])
    return {"template": last.template_id, "note": last.note, "publish": last.publish}


class IntendFinding(_OfDeliverable):
    """Say that a finding is meant so, with the reason: beside it, or on a page of its own."""

    form_name = "finding-intended"

    @cached_property
    def finding(self) -> str:
        """Return which one, as the form, the address or what was kept names it."""
        sources = self.request.POST, self.request.GET, kept.initial_data(self.request)
        named = (source.get("finding", "") for source in sources if source is not None)
        return next((one for one in named if re.match(FINDING, one)), "")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show the form; lead whoever names no finding to all of them."""
        return super().get(request, **kwargs) if self.finding else self._to_all()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Note the reason."""
        return super().post(request, **kwargs) if self.finding else self._to_all()

    def _to_all(self) -> HttpResponse:
        messages.info(self.request, _("Choose a finding, and say why it is meant so."))
        return HttpResponseRedirect(self._findings())

    def _findings(self) -> str:
        return reverse("initiatives:deliverable-check", args=[self.roadmap.pk])

    def target(self) -> str:
        """Return the roadmap and the finding."""
        return f"{self.roadmap.pk}-{self.finding}"

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form."""
        return {"form": IntendedForm(data, initial={"finding": self.finding})}

    def save(self, parts: dict[str, Any]) -> str:
        """Keep the reason; the last one said counts."""
        IntendedFinding.objects.update_or_create(
            roadmap=self.roadmap,
            key=self.finding,
            defaults={"reason": parts["form"].cleaned_data["reason"], "said_by": self.person},
        )
        messages.success(self.request, _("Noted: it is meant so."))
        return self._findings()

    def page_context(self) -> dict[str, Any]:
        """Say what was found."""
        check = self._check()
        found = [one for one in check.findings if one["key"] == self.finding] if check else []
        return {
            "title": _("It is meant so"),
            "kicker": self.roadmap.title,
            "lead": f"{found[0]['where']}: {found[0]['what']}" if found else "",
            "back_url": self._findings(),
            "continue_url": f"?finding={self.finding}&continue=1",
            "submit_label": _("Note it"),
            "crumbs": self._crumbs(_("It is meant so")),
        }


hand_in = HandIn.as_view()
intend_finding = IntendFinding.as_view()
