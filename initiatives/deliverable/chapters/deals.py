"""Local Green Deals: who agreed with the city on what, and what has become of it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives import dates
from initiatives.deliverable import blocks
from initiatives.deliverable.blocks import Block
from initiatives.deliverable.facts import Facts
from initiatives.deliverable.kinds import fills
from initiatives.models import DealAction, DealSignatory, LocalGreenDeal, PartlyDated


@fills("deals", gettext_lazy("Local Green Deals: aims, signatories, actions"))
def deals(facts: Facts) -> list[Block]:
    """Each deal with who signed it and what is done."""
    return [block for one in facts.deals for block in _deal(one)]


def _deal(deal: LocalGreenDeal) -> Iterator[Block]:
    yield blocks.heading(deal.title)
    yield from blocks.pairs(
        [
            (_("Stage"), deal.get_stage_display()),
            (_("When it runs"), _when(deal)),
            (_("Aim"), deal.aim),
            (_("Goals it serves"), deal.goals),
            (_("Governance"), deal.governance),
        ]
    )
    yield from blocks.link(_("The agreement on %s") % deal.title, deal.url)
    who = [_("Who"), _("What it is"), _("What it pledges"), _("Signed")]
    rows = [_signatory(one) for one in deal.signatories.all()]
    yield from blocks.table(_("Signatories"), who, rows, widths=[2, 1.2, 3, 1.2])
    what = [_("Action"), _("Who is responsible"), _("Due"), _("Status")]
    rows = [_action(one) for one in deal.actions.all()]
    yield from blocks.table(_("Actions"), what, rows, widths=[3, 1.6, 1.2, 1])


def _signatory(one: DealSignatory) -> list[str]:
    signed = _when(one) if one.has_signed else _("not yet")
    return [str(one), str(one.what_it_is or ""), one.pledge, signed]


def _action(one: DealAction) -> list[str]:
    return [one.text, one.by_whom, _when(one), one.get_status_display()]


def _when(dated: PartlyDated) -> str:
    when = dates.read(dated)
    return "" if when.same_as(dates.in_order_only()) and not when.text else dates.told(when)
