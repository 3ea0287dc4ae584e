"""The ledger of reuse: its list, a row's page, a city's form, and the owner's answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django.views.generic import View

from cities.editing import kept
from cities.models import City
from cities.paging import page_asked
from cities.permissions import signed_in
from marketplace import ledger, permissions, services
from marketplace.demand import interest
from marketplace.exchange import reuse_rows, writing
from marketplace.forms.narrowing import ReuseFilter
from marketplace.forms.reuse import AnswerForm, ReuseForm
from marketplace.forms.reuse_values import ValueRows, value_rows
from marketplace.models import Deployment, Entry, EntryKind
from marketplace.views.reuse_words import details_of, row_cells, steps_of, value_rows_of

PAGE_SIZE = 24
# Details that say something of the reuse itself, as an owner may have doubted it.
SAID_OF_IT = [name for name in ledger.DETAILS if name != "is_named"]
WITH = ("city", "entry__city", "entry__live_revision")


@require_safe
@vary_on_headers("HX-Request")
def reuse_list(request: HttpRequest) -> HttpResponse:
    """Who reuses what: the rows of the ledger that the public sees, the latest first."""
    narrowed = _narrowed(request)
    found = narrowed.found()
    page = page_asked(request, found, PAGE_SIZE)
    context = {
        "filter": narrowed,
        "groups": narrowed.facets(),
        "query": request.GET.get("q", ""),
        "total": len(found),
        "page_obj": page,
        "rows": [row_cells(row) for row in page],
        # What cities keep to themselves for now is told as a number.
        "unnamed": Deployment.objects.by_others()
        .filter(has_run=False, is_named=False, status__in=["interested", "adapting"])
        .count(),
    }
    name = "_reuse_results" if request.htmx else "reuse_list"  # type: ignore[attr-defined]
    return render(request, f"marketplace/{name}.html", context)


@require_safe
def reuse_table(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The rows the list shows under the same address, with their values, as a file."""
    found = _narrowed(request).found()
    if kind == "csv":
        pieces = writing.csv_pieces(reuse_rows.rows_of(found), reuse_rows.REUSE_COLUMNS)
        answer: HttpResponseBase = StreamingHttpResponse(pieces, content_type=writing.CSV_TYPE)
    else:
        answer = JsonResponse({"rows": reuse_rows.records_of(found)})
    name = f"reuse-{timezone.localdate().isoformat()}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _narrowed(request: HttpRequest) -> ReuseFilter:
    shown = Deployment.objects.by_others().shown().select_related(*WITH)
    rows = shown.prefetch_related("values").order_by("-changed_at", "-pk")
    return ReuseFilter(request.GET, rows)


@require_safe
def reuse_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A row of the ledger: what is public of it; to the two cities and staff, all of it."""
    rows = Deployment.objects.visible_to(request.user).select_related(*WITH, "answered_by")
    row = get_object_or_404(rows, pk=pk)
    is_inside = Deployment.objects.inside(request.user).filter(pk=pk).exists()
    may_write = permissions.may_keep_ledger(request.user, row.city)
    may_answer = row.has_run and not row.is_own
    context = {
        "row": row,
        "entry": row.entry,
        "is_inside": is_inside,
        "facts": details_of(row),
        "values": value_rows_of(list(row.values.all())),
        "steps": steps_of(row, with_names=is_inside),
        "edit_url": _edit_url(row.entry, row.city) if may_write else "",
        # Before it buys, a city can look for others that want the same.
        "demand_url": f"{reverse('marketplace:demand-state')}?entry={row.entry.slug}"
        if may_write and not row.has_run
        else "",
        "need": interest.own_need(row.entry, row.city) if may_write else None,
        "answer_url": reverse("marketplace:reuse-answer", kwargs={"pk": pk})
        if may_answer and permissions.may_confirm_reuse(request.user, row.entry)
        else "",
    }
    return render(request, "marketplace/reuse_detail.html", context)


def reuse_choose(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead officers to their city's row for an entry; who acts for several chooses one."""
    if not request.user.is_authenticated:
        return kept.sign_in_first(request)
    entries = Entry.objects.live().solutions().visible_to(request.user)
    entry = get_object_or_404(entries.select_related("live_revision"), slug=slug)
    cities = own_cities(request)
    if not cities:
        raise PermissionDenied(
            _("Cities say through their teams what they reuse. Ask whoever leads your city's team.")
        )
    if len(cities) == 1:
        return redirect(_edit_url(entry, cities[0]))
    choices = [{"label": city.name, "url": _edit_url(entry, city)} for city in cities]
    return render(request, "marketplace/reuse_choose.html", {"entry": entry, "choices": choices})


def own_cities(request: HttpRequest) -> list[City]:
    """Return the cities this person may write for."""
    acted_for = City.objects.acted_for_by(request.user)
    return [city for city in acted_for if permissions.may_edit_for(request.user, city)]


class ReuseEdit(kept.KeepsInputMixin, View):
    """What a city says about a solution: one form, whether it is the first time or not."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let those through who may write for the city."""
        if not request.user.is_authenticated:
            return super().dispatch(request, *args, **kwargs)
        self.city = get_object_or_404(City, slug=kwargs["city"])
        # A city that is in the ledger may say that it stopped, also when the entry is gone.
        known = Entry.objects.visible_to(request.user).filter(live_revision__isnull=False)
        entries = Entry.objects.filter(
            Q(pk__in=known.order_by().values("pk")) | Q(deployments__city=self.city),
            kind=EntryKind.SOLUTION,
        )
        found = entries.select_related("city", "live_revision").distinct()
        self.entry = get_object_or_404(found, slug=kwargs["slug"])
        if not permissions.may_keep_ledger(request.user, self.city):
            raise PermissionDenied(_("Only the city's own team can say this."))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, slug: str, city: str) -> HttpResponse:
        """Show the form, or what was typed before the session ended."""
        data = kept.initial_data(request)
        with transaction.atomic():
            form, rows = self._parts(data)
            if data is not None:
                form.is_valid()
                rows.is_valid()
            return self._show(request, form, rows)

    def post(self, request: HttpRequest, slug: str, city: str) -> HttpResponse:
        """Save step, details and values together. Sent twice, it says the same once."""
        with transaction.atomic():
            # Those who write to one entry's ledger wait for one another.
            Entry.objects.select_for_update().get(pk=self.entry.pk)
            form, rows = self._parts(request.POST)
            is_valid = form.is_valid()
            if rows.is_valid() and is_valid:
                try:
                    row = self._save(request, form, rows)
                except ledger.StepRefused as refusal:
                    form.add_error(None, str(refusal))
                    return self._show(request, form, rows, status=409)
                messages.success(request, _("Saved: {status}.").format(
                    status=row.get_status_display()
                ))  # fmt: skip
                return redirect(row)
            return self._show(request, form, rows)

    def _parts(self, data: Any) -> tuple[ReuseForm, ValueRows]:
        row = Deployment.objects.filter(entry=self.entry, city=self.city).first()
        instance = row or Deployment(entry=self.entry, city=self.city)
        instance.entry = self.entry
        return ReuseForm(data, instance=instance), value_rows(row, data)

    @transaction.atomic
    def _save(self, request: HttpRequest, form: ReuseForm, rows: ValueRows) -> Deployment:
        asked = form.cleaned_data
        is_new = form.instance.pk is None
        row = form.instance if is_new else form.save()
        if asked["step"]:
            row = ledger.perform(
                asked["step"],
                self.entry,
                self.city,
                actor=signed_in(request),
                on=asked["on"],
                words=asked["words"],
                details={name: asked[name] for name in ledger.DETAILS} if is_new else None,
            ).deployment
        is_changed = rows.changes and ledger.keep_values(
            row, rows.found(), actor=signed_in(request)
        )
        if is_changed or {*SAID_OF_IT} & {*form.changed_data}:
            ledger.corrected(row, actor=signed_in(request))
        # Whether the city is named may have changed: its need and searches by its name follow.
        interest.keep_name(row)
        services.note_change(self.entry)
        return row

    def _show(
        self, request: HttpRequest, form: ReuseForm, rows: ValueRows, status: int = 200
    ) -> HttpResponse:
        row = form.instance if form.instance.pk else None
        context = {
            "form": form,
            "rows": rows,
            "entry": self.entry,
            "city": self.city,
            "is_new": row is None,
            "cancel_url": row.get_absolute_url() if row else self.entry.get_absolute_url(),
        }
        return render(request, "marketplace/reuse_edit.html", context, status=status)


class ReuseAnswer(kept.KeepsInputMixin, View):
    """The owner of an entry confirms that a city runs it, or doubts it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let those through who speak for the owner."""
        if not request.user.is_authenticated:
            return super().dispatch(request, *args, **kwargs)
        rows = Deployment.objects.visible_to(request.user).select_related(*WITH)
        self.row = get_object_or_404(rows, pk=kwargs["pk"])
        if not permissions.may_confirm_reuse(request.user, self.row.entry):
            raise PermissionDenied(_("Only the owner of the entry can confirm this."))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask."""
        return self._show(request, AnswerForm(kept.initial_data(request)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the answer; the same one twice is one."""
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return self._show(request, form)
        try:
            ledger.perform(
                form.cleaned_data["answer"],
                self.row.entry,
                self.row.city,
                actor=signed_in(request),
                words=form.cleaned_data["words"],
            )
        except ledger.StepRefused as refusal:
            form.add_error(None, str(refusal))
            return self._show(request, form, status=409)
        messages.success(request, _("Thank you. The other city gets mail."))
        return redirect(self.row)

    def _show(self, request: HttpRequest, form: AnswerForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "row": self.row,
            "facts": details_of(self.row),
            "values": value_rows_of(list(self.row.values.all())),
        }
        return render(request, "marketplace/reuse_answer.html", context, status=status)


def _edit_url(entry: Entry, city: City) -> str:
    return reverse("marketplace:reuse-edit", kwargs={"slug": entry.slug, "city": city.slug})
