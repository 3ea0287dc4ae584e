"""Addresses in the web that did not answer."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from initiatives.deliverable import links
from initiatives.deliverable.checking.findings import Finding, Grade
from initiatives.deliverable.facts import Facts


def silent(facts: Facts) -> Iterator[Finding]:
    """Find addresses that did not answer lately, and have the others tried: a few queries."""
    places = list(_places(facts))
    urls = [address for address, _where, _url in places]
    links.ask(urls)
    dead = links.dead(urls)
    for address, where, url in places:
        if address in dead:
            yield Finding("dead-link", Grade.QUESTION, dead[address], where, url, address)


def _places(facts: Facts) -> Iterator[tuple[str, str, str]]:
    """Return each address with the words for its place, and the address of its field."""
    for one in facts.initiatives:
        if one.results_url:
            edit = reverse("initiatives:initiative-edit", args=[one.slug])
            yield one.results_url, f"{one.name}: {_('results')}", f"{edit}#id_results_url"
        for kpi in one.kpis.all():
            page = reverse("initiatives:kpi-detail", args=[one.slug, kpi.pk])
            for value in kpi.measurements.all():
                if value.source_url and value.corrected_by_id is None:
                    yield value.source_url, f"{one.name}: {kpi.name}", f"{page}#values"
