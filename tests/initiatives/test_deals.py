"""Local Green Deals: written bit by bit, shown when asked for, and nothing typed is lost."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from initiatives import sections
from initiatives.models import DealAction, DealSignatory, LocalGreenDeal
from initiatives.sections import deleted, past, places
from tests import factories
from tests.typed import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def roadmap(city):
    return factories.make_roadmap(city)


@pytest.fixture
def deal(roadmap):
    return factories.make_deal(roadmap, title="Harbour deal", is_public=False)


def at(deal, page="write"):
    return reverse(f"initiatives:deal-{page}", args=[deal.roadmap_id, deal.pk])


def opened(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return fields_of(answer.content.decode())


def write(client, deal, **changes):
    """Open a deal, change fields of its form, and send it."""
    return client.post(at(deal), opened(client, at(deal)) | changes)


def typed(**changes):
    """Fields by the names that the form gives them."""
    return {name.replace("__", "-"): value for name, value in changes.items()}


# ── writing ─────────────────────────────────────────────────────────────────────────────────────
def test_a_title_is_enough_to_begin(client, officer, roadmap):
    address = sections.write_url(roadmap.pk, "deals")
    page = opened(client, address) | {"deals-0-title": "Harbour deal"}
    assert client.post(address, page).status_code == 302
    # The same form received twice adds it once.
    client.post(address, page)
    deal = LocalGreenDeal.objects.get()
    assert (deal.title, deal.stage, deal.is_public) == ("Harbour deal", "prepared", False)
    assert at(deal) in client.get(address).content.decode()


def test_all_of_a_deal_is_written_on_one_page(client, officer, roadmap, deal):
    hub = factories.make_organisation(name="Harbour hub")
    initiative = factories.make_initiative(roadmap)
    kpi = factories.make_kpi(initiative)
    answer = write(
        client, deal, stage="signed", when="2024 to 2027", aim="Clean quays", goals="Plan",
        governance="A team of three", url="example.org/deal",
        **typed(
            signatories__0__organisation=str(hub.pk), signatories__0__pledge="Shore power",
            signatories__0__when="8/2/2024", signatories__1__name="Quay & Sons",
            actions__0__text="Sockets at berth 4", actions__0__when="Q3 2025",
            actions__0__status="running", actions__0__responsible="The port",
            actions__0__initiative=str(initiative.pk), actions__0__kpi=str(kpi.pk),
        ),
    )  # fmt: skip
    assert (answer.status_code, answer.url) == (302, at(deal))
    deal.refresh_from_db()
    assert (deal.stage, deal.precision, deal.starts_on, deal.ends_on) == (
        "signed", "year", date(2024, 1, 1), date(2027, 12, 31),
    )  # fmt: skip
    assert deal.url == "https://example.org/deal"
    signed, waits = deal.signatories.all()
    assert (str(signed), signed.starts_on, signed.has_signed) == (
        "Harbour hub", date(2024, 2, 8), True,
    )  # fmt: skip
    assert (str(waits), waits.has_signed) == ("Quay & Sons", False)
    action = deal.actions.get()
    assert (action.precision, action.starts_on, action.by_whom) == (
        "quarter", date(2025, 7, 1), "The port",
    )  # fmt: skip
    assert (action.initiative, action.kpi) == (initiative, kpi)
    page = client.get(at(deal, "detail")).content.decode()
    for words in ("Clean quays", "Shore power", "Quay &amp; Sons", "Sockets at berth 4", "not yet"):
        assert words in page


def test_untouched_it_saves_without_any_change(client, officer, roadmap, deal):
    write(client, deal, **typed(
        when="spring", keep_words="on", signatories__0__name="Quay & Sons",
        signatories__0__when="2024", actions__0__text="Sockets",
    ))  # fmt: skip
    write(client, deal, **{"actions-0-signatory": str(deal.signatories.get().pk)})
    models = (LocalGreenDeal, DealSignatory, DealAction)
    before = [list(one.objects.values()) for one in models]
    histories = [one.history.count() for one in models]
    assert before[0][0]["date_text"] == "spring"
    assert write(client, deal).status_code == 302
    assert [list(one.objects.values()) for one in models] == before
    assert [one.history.count() for one in models] == histories


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "required"),
        ({"title": "x" * 201}, "200"),
        ({"stage": "nonsense"}, "Select a valid choice"),
        ({"when": "31/02/2021"}, "Write it like one of these"),
        ({"when": "2025 to 2024"}, "before it begins"),
        ({"url": "javascript:alert(1)"}, "begins with https://"),
        ({"aim": "a\x00b"}, "Null characters"),
        ({"signatories-0-pledge": "Shore power"}, "Choose who signs above"),
        ({"signatories-0-organisation": "9999"}, "Select a valid choice"),
        ({"actions-0-status": "done"}, "required"),
        ({"actions-0-text": "Sockets", "actions-0-when": "01/09"}, "The year is missing"),
    ],
)
def test_what_cannot_be_saved_is_said_beside_its_field_and_all_is_kept(
    client, officer, deal, changes, words
):
    sent = {"governance": "A team of three"} | changes
    answer = write(client, deal, **sent)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert words in page
    shown = fields_of(page)
    choices = ("stage", "signatories-0-organisation")
    for name, value in sent.items():
        # What is not offered cannot be shown as chosen.
        if name not in choices and "\x00" not in value:
            assert shown[name] == [value]
    deal.refresh_from_db()
    assert deal.governance == ""


def test_what_is_of_another_roadmap_cannot_be_chosen(client, officer, roadmap, deal):
    other = factories.make_initiative(factories.make_roadmap(factories.make_city(slug="b")))
    own, second = factories.make_initiative(roadmap), factories.make_initiative(roadmap)
    kpi = factories.make_kpi(second)
    answer = write(
        client, deal, **{"actions-0-text": "Sockets", "actions-0-initiative": str(other.pk)}
    )
    assert "Select a valid choice" in answer.content.decode()
    answer = write(
        client, deal,
        **{"actions-0-text": "Sockets", "actions-0-initiative": str(own.pk),
           "actions-0-kpi": str(kpi.pk)},
    )  # fmt: skip
    assert "belongs to another initiative" in answer.content.decode()
    assert not DealAction.objects.exists()


def test_two_officers_keep_what_each_changed_and_choose_where_both_did(client, officer, city, deal):
    write(client, deal, aim="First", when="2024", **{"signatories-0-name": "Quay & Sons"})
    mine = opened(client, at(deal))
    colleague = Client()
    colleague.force_login(factories.make_officer(city))
    write(
        colleague, deal, goals="Theirs", when="2025",
        **{"signatories-0-pledge": "Shore power", "signatories-0-when": "March 2025"},
    )  # fmt: skip
    mine |= {"aim": "Mine", "signatories-0-name": "Quay and Sons"}
    assert client.post(at(deal), mine).status_code == 302
    deal.refresh_from_db()
    assert (deal.aim, deal.goals, deal.date_text) == ("Mine", "Theirs", "2025")
    row = deal.signatories.get()
    assert (row.name, row.pledge, row.date_text) == ("Quay and Sons", "Shore power", "March 2025")
    # Now both change the date.
    mine = opened(client, at(deal))
    write(colleague, deal, when="2026")
    answer = client.post(at(deal), mine | {"when": "2027"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Somebody else saved this page" in page
    chosen = fields_of(page) | {"keep-when": "theirs"}
    assert client.post(at(deal), chosen).status_code == 302
    deal.refresh_from_db()
    assert deal.date_text == "2026"


def test_signatories_and_actions_taken_away_come_back_and_so_does_a_whole_deal(
    client, officer, roadmap, deal
):
    hub = factories.make_organisation(name="Harbour hub")
    write(client, deal, **{"signatories-0-organisation": str(hub.pk),
                           "actions-0-text": "Sockets"})  # fmt: skip
    write(client, deal, **{"actions-0-signatory": str(deal.signatories.get().pk)})
    write(client, deal, **{"signatories-0-DELETE": "on"})
    entry = deleted.lately(roadmap)[0]
    assert (entry.kind, entry.words) == ("signatory", "Harbour hub")
    deleted.bring_back(roadmap, entry.kind, entry.history)
    write(client, deal, **{"actions-0-signatory": str(deal.signatories.get().pk)})
    address = sections.write_url(roadmap.pk, "deals")
    client.post(address, opened(client, address) | {"deals-0-DELETE": "on"})
    assert not LocalGreenDeal.objects.exists()
    entry = next(one for one in deleted.lately(roadmap) if one.kind == "deal")
    assert deleted.bring_back(roadmap, entry.kind, entry.history) == deal
    assert [str(one) for one in deal.signatories.all()] == ["Harbour hub"]
    assert deal.actions.get().by_whom == "Harbour hub"
    said = [change.what for change in past.of(roadmap, places.find(roadmap, "deals"))]
    assert "Signatory: taken away" in said


def test_a_roadmap_without_deals_lacks_none(roadmap):
    without = sections.one(sections.Facts(roadmap), "deals")
    assert (without.filled, without.total, without.is_full) == (0, 0, True)
    factories.make_deal(roadmap, title="Harbour deal", aim="Clean quays")
    has_one = sections.one(sections.Facts(roadmap), "deals")
    assert (has_one.filled, has_one.total) == (1, 3)
    assert [gap.label for gap in has_one.gaps] == [
        "Harbour deal: A signatory", "Harbour deal: An action",
    ]  # fmt: skip


# ── who sees it ─────────────────────────────────────────────────────────────────────────────────
def test_it_is_shown_when_somebody_says_so_and_the_roadmap_is_public(client, officer, deal):
    anybody = Client()
    assert anybody.get(at(deal, "detail")).status_code == 404
    assert deal.title not in anybody.get(deal.roadmap.get_absolute_url()).content.decode()
    client.post(at(deal, "publish"), {"public": "1"})
    assert deal.title in anybody.get(deal.roadmap.get_absolute_url()).content.decode()
    assert anybody.get(at(deal, "detail")).status_code == 200
    client.post(at(deal, "publish"), {"public": "0"})
    assert anybody.get(at(deal, "detail")).status_code == 404


def test_a_hidden_initiative_is_not_named_by_a_public_deal(client, roadmap):
    deal = factories.make_deal(roadmap)
    hidden = factories.make_initiative(roadmap, name="Secret plan", is_public=False)
    kpi = factories.make_kpi(hidden, name="Secret figure")
    deal.actions.create(text="Sockets", initiative=hidden, kpi=kpi)
    page = client.get(at(deal, "detail")).content.decode()
    assert "Sockets" in page
    assert "Secret" not in page
    read = client.get(reverse("deal-detail", args=[deal.pk])).json()
    assert read["actions"][0]["initiative"] is None
    assert "Secret" not in str(read)


def test_programs_read_it_in_as_many_queries_for_many_as_for_one(client, roadmap):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(reverse("deal-list")).status_code == 200
        return len(caught)

    def fill():
        deal = factories.make_deal(roadmap)
        deal.signatories.create(organisation=factories.make_organisation(), pledge="Power")
        deal.actions.create(text="Sockets", initiative=factories.make_initiative(roadmap))

    fill()
    few = queries()
    fill()
    fill()
    assert queries() == few
    answer = client.get(reverse("deal-list"), {"stage": "nonsense"})
    assert answer.status_code == 400


def test_pages_take_as_many_queries_for_many_rows_as_for_one(client, officer, roadmap, deal):
    def fill(number):
        for one in range(number):
            who = deal.signatories.create(organisation=factories.make_organisation(), position=one)
            deal.actions.create(text="Sockets", signatory=who, position=one,
                                initiative=factories.make_initiative(roadmap))  # fmt: skip

    def queries():
        counts = []
        for address in (at(deal), at(deal, "detail"), deal.roadmap.get_absolute_url()):
            with CaptureQueriesContext(connection) as caught:
                assert client.get(address).status_code == 200
            asked = [query for query in caught if "SAVEPOINT" not in query["sql"]]
            counts.append(len(asked))
        return counts

    fill(2)
    few = queries()
    fill(5)
    assert queries() == few
    assert few[0] <= 12


# ── what may never be true ──────────────────────────────────────────────────────────────────────
def test_the_database_refuses_nobody_as_a_signatory_and_dates_that_run_backwards(deal):
    for refused in (
        lambda: deal.signatories.create(pledge="Power"),
        lambda: deal.actions.create(
            text="Sockets", precision="day", starts_on="2024-02-02", ends_on="2024-02-01"
        ),
        lambda: deal.actions.create(text="Sockets", precision="day"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            refused()
