"""The portfolio across cities, for staff: numbers, the rows behind them, and these as files."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cities.editing.kept import sign_in_first
from cities.filters import worth_showing
from initiatives.filters import InitiativeFilter
from initiatives.models import Initiative
from initiatives.portfolio import check_ins, sums, tables
from initiatives.portfolio.facts import Portfolio

PER_PAGE = 50
FILES = {
    "csv": ("text/csv; charset=utf-8", tables.csv_file),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        tables.xlsx_file,
    ),
}


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    """Show the numbers of what the filters leave."""
    if not request.user.is_authenticated:
        return sign_in_first(request)
    narrowed = _narrowed(request)
    found = Portfolio(narrowed.found())
    kept = _kept(request)

    def to(kind: str, **asked: str) -> str:
        query = kept.copy()
        for name, value in asked.items():
            query.setlist(name, [value])
        address = reverse("initiatives:portfolio-rows", args=[kind])
        return f"{address}?{query.urlencode()}" if query else address

    slips = found.slips()
    context: dict[str, Any] = {
        "filter": narrowed,
        "groups": worth_showing(narrowed.facets(), len(narrowed.rows)),
        "query": request.GET.get("q", ""),
        "figures": sums.figures(found, slips, to),
        "pictures": [
            one
            for one in (
                sums.statuses(found, to),
                sums.concepts(found.kpis(), to),
                *sums.budgets(found.money(), to),
                sums.check_ins(check_ins.asked(found.keys, with_answers=False), to),
                sums.standing(check_ins.stands(found.keys, with_answers=False), to),
            )
            if one
        ],
    }
    return render(request, "initiatives/portfolio.html", context)


@require_safe
def portfolio_rows(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the rows behind a number, a page at a time."""
    if not request.user.is_authenticated:
        return sign_in_first(request)
    rows = _rows(request, kind)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": tables.KINDS[kind].title,
        "total": len(rows),
        "columns": tables.KINDS[kind].columns,
        "rows": tables.shown(kind, page),
        "page_obj": page,
        "files": [
            (name, reverse("initiatives:portfolio-file", args=[kind, name])) for name in FILES
        ],
        "asked": _without_page(request),
        "back_query": _kept(request).urlencode(),
    }
    return render(request, "initiatives/portfolio_rows.html", context)


@require_safe
def portfolio_file(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """Download the same rows, all of them."""
    if not request.user.is_authenticated:
        return sign_in_first(request)
    if form not in FILES:
        raise Http404
    rows = _rows(request, kind)
    content_type, write = FILES[form]
    answer = HttpResponse(write(kind, rows), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{kind}.{form}"'
    return answer


def _rows(request: HttpRequest, kind: str) -> list[Any]:
    if kind not in tables.KINDS:
        raise Http404
    narrowed = _narrowed(request)
    asked = {name: request.GET.get(name, "") for name in tables.NARROWING[kind]}
    return tables.rows_of(kind, Portfolio(narrowed.found()), asked)


def _narrowed(request: HttpRequest) -> InitiativeFilter:
    """Let staff in; what they filter by is what everybody filters initiatives by."""
    if not request.user.is_staff:
        raise PermissionDenied
    known = Initiative.objects.visible_to(request.user)
    return InitiativeFilter(request.GET, queryset=known, request=request)


def _kept(request: HttpRequest) -> Any:
    """Return the filters of the address alone."""
    query = request.GET.copy()
    for name in set(query) - {"q", *InitiativeFilter.GROUPS}:
        del query[name]
    return query


def _without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return str(query.urlencode())
