"""Connectors as their team sets them up and watches them. What lets us in is never shown."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cities import limits
from initiatives import connectors
from initiatives.forms.connectors import ConnectorForm, PickForm
from initiatives.models import KPI, Connector, ConnectorStatus, FetchedState
from initiatives.permissions import may_edit
from initiatives.views.access import WritesInitiative, initiatives_for
from initiatives.views.form_pages import FormPage

MOST_ASKED_AN_HOUR = 60
CREDENTIAL_GOES = gettext_lazy(
    "The credential was for the server of the former address, so it is gone. If the new one asks "
    "for a key, type that."
)
SHOWN_VALUES = 12


class _ConnectorPage(FormPage, WritesInitiative):
    form_name = "connector"

    @cached_property
    def kpi(self) -> KPI:
        """Find the KPI that the address names, in this initiative."""
        return get_object_or_404(self.initiative.kpis, pk=self.kwargs["pk"])

    @cached_property
    def connector(self) -> Connector:
        """Find the connector that the address names, of this KPI."""
        return get_object_or_404(self.kpi.connectors, pk=self.kwargs["connector"])

    def _kpi_url(self) -> str:
        return reverse("initiatives:kpi-detail", args=[self.initiative.slug, self.kpi.pk])

    def _context(self, title: str, back_url: str) -> dict[str, Any]:
        return {
            "title": title,
            "kicker": self.kpi.name,
            "back_url": back_url,
            "submit_label": _("Save and ask the source"),
            "crumbs": [
                _("Initiatives"), reverse("initiatives:initiative-list"),
                self.initiative.name, self.initiative.get_absolute_url(),
                self.kpi.name, self._kpi_url(), title,
            ],
        }  # fmt: skip


class NewConnector(_ConnectorPage):
    """A new source of values."""

    creates = True

    def target(self) -> str:
        """Return the KPI it is for."""
        return f"in-{self.kpi.pk}"

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form."""
        return {"form": ConnectorForm(data, kpi=self.kpi)}

    def save(self, parts: dict[str, Any]) -> str:
        """Save it and have the worker ask what the source has."""
        connector = parts["form"].save(commit=False)
        connector.created_by = self.person
        connector.save()
        _ask(self.request, connector)
        return connector.get_absolute_url()

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        return self._context(_("Fetch the value by itself"), self._kpi_url()) | {
            "lead": _("From your open data. You choose the value from what the source has.")
        }


class EditConnector(_ConnectorPage):
    """A source that is there."""

    def target(self) -> str:
        """Return the key of the connector."""
        return str(self.connector.pk)

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form."""
        connector = get_object_or_404(self.kpi.connectors, pk=self.kwargs["connector"])
        return {"form": ConnectorForm(data, kpi=self.kpi, instance=connector)}

    def save(self, parts: dict[str, Any]) -> str:
        """Save it; a new source is asked anew, a new credential lets it go on."""
        form = parts["form"]
        connector = form.save(commit=False)
        if form.asks_anew:
            connector.pick, connector.choices = "", []
            connector.status = ConnectorStatus.SETUP
        connector.save()
        if connector.status == ConnectorStatus.SETUP:
            _ask(self.request, connector)
        elif form.cleaned_data["credential"]:
            connectors.start(connector)
        elif form.has_other_rhythm:
            connectors.plan_anew(connector)
        messages.success(self.request, _("The source is saved."))
        if form.drops_credential:
            messages.warning(self.request, CREDENTIAL_GOES)
        return connector.get_absolute_url()

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        return self._context(_("Source of the value"), self.connector.get_absolute_url())


class ActOnConnector(_ConnectorPage):
    """One step: choose a value, start, pause, fetch now, decide about a held value."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Lead whoever had to sign in on the way back to the page with the button."""
        return HttpResponseRedirect(self.connector.get_absolute_url())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Take the step that was asked for, then show the connector again."""
        steps = {
            "ask": self._ask_again,
            "choose": self._choose,
            "start": self._start,
            "pause": self._pause,
            "take": self._decide,
            "refuse": self._decide,
        }
        act = request.POST.get("act", "")
        url = self.connector.get_absolute_url()
        if act not in steps:
            messages.error(request, _("Choose one of the steps."))
            return HttpResponseRedirect(url)
        with transaction.atomic():
            # Two officers may have had the same page open.
            locked = Connector.objects.select_for_update(of=("self",)).select_related("kpi")
            self.connector = get_object_or_404(locked, pk=self.connector.pk)
            return HttpResponseRedirect(steps[act]() or url)

    def _ask_again(self) -> None:
        """Ask what the source has by now; what was chosen of it may be gone."""
        if self.connector.status == ConnectorStatus.SETUP:
            self.connector.pick, self.connector.trial = "", ""
            self.connector.save(update_fields=["pick", "trial"])
            _ask(self.request, self.connector)

    def _choose(self) -> None:
        form = PickForm(self.request.POST, connector=self.connector)
        if self.connector.status != ConnectorStatus.SETUP:
            return
        if not form.is_valid():
            messages.error(self.request, _("Choose one of the values of the list."))
            return
        self.connector.pick, self.connector.trial = form.cleaned_data["pick"], ""
        self.connector.save(update_fields=["pick", "trial"])
        _ask(self.request, self.connector)

    def _start(self) -> None:
        is_tried = self.connector.pick and self.connector.trial
        if self.connector.status == ConnectorStatus.SETUP and not is_tried:
            messages.error(self.request, _("Choose a value first, and look at its trial."))
            return
        if not _within_limit(self.request):
            return
        connectors.start(self.connector)
        messages.success(self.request, _("The value is fetched now, and from now on by itself."))

    def _pause(self) -> None:
        if self.connector.status == ConnectorStatus.ACTIVE:
            connectors.pause(self.connector)
            messages.success(self.request, _("It is paused. The last value stays."))

    def _decide(self) -> None:
        takes = self.request.POST["act"] == "take"
        try:
            key = int(self.request.POST.get("value", ""))
            words = connectors.decide(self.connector, key, takes=takes, actor=self.person)
        except (ValueError, OverflowError):
            messages.error(self.request, _("Choose one of the values of the list."))
        except connectors.NothingHeld as refusal:
            messages.error(self.request, str(refusal))
        else:
            said = _("Taken over: %s.") if takes else _("Not taken over: %s.")
            messages.success(self.request, said % words)


class RemoveConnector(_ConnectorPage):
    """Remove a source, after asking; the values it brought stay."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Ask."""
        context = {
            "title": _("Remove the source of “%s”?") % self.connector.kpi.name,
            "text": _(
                "Its address, its credential and what it was set to go, and nothing is fetched "
                "from it any more. The values it brought stay."
            ),
            "submit_label": _("Remove the source"),
            "cancel_url": self.connector.get_absolute_url(),
        }
        return render(request, "initiatives/confirm.html", context)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Remove it."""
        self.connector.delete()
        messages.success(request, _("The connector is gone; the values it brought stay."))
        return HttpResponseRedirect(self._kpi_url())


def _ask(request: HttpRequest, connector: Connector) -> None:
    if _within_limit(request):
        connectors.ask_soon(connector)


def _within_limit(request: HttpRequest) -> bool:
    """Count how often somebody has other servers asked; say so when it is too often."""
    who = f"user:{request.user.pk}"
    if limits.take("connector", who, most=MOST_ASKED_AN_HOUR, seconds=60 * 60):
        messages.error(request, _("That was often. Let an hour pass before you ask again."))
        return False
    return True


@login_required
@require_safe
def connector_detail(request: HttpRequest, slug: str, pk: int, connector: int) -> HttpResponse:
    """A connector: what it fetches, how it goes, and what waits for a decision."""
    initiative = get_object_or_404(initiatives_for(request.user), slug=slug)
    known = Connector.objects.visible_to(request.user).filter(kpi__initiative=initiative, kpi=pk)
    found = get_object_or_404(known.select_related("kpi__initiative", "city"), pk=connector)
    values = list(found.fetched.select_related("decided_by")[:SHOWN_VALUES])
    held = found.fetched.filter(state=FetchedState.HELD)
    context = {
        "initiative": initiative,
        "connector": found,
        "trouble": connectors.trouble_of(found),
        "last_good": _shown(found.fetched.filter(state=FetchedState.TAKEN)[:1]),
        "held": _shown(held),
        "values": _shown(values),
        "may_edit": may_edit(request.user, initiative.roadmap),
        "pick_form": PickForm(connector=found) if found.choices else None,
    }
    return render(request, "initiatives/connector_detail.html", context)


def _shown(rows: Any) -> list[tuple[Any, str]]:
    return [(row, connectors.value_words(row)) for row in rows]


new_connector = NewConnector.as_view()
edit_connector = EditConnector.as_view()
act_on_connector = ActOnConnector.as_view()
remove_connector = RemoveConnector.as_view()
