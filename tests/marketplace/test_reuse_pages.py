"""The ledger's pages: an officer's form, the owner's answer, what the public reads."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from initiatives import values
from marketplace.ledger import ToldValue, keep_values
from marketplace.models import Deployment, DeploymentStep, Moment
from tests.factories import make_city, make_deployment, make_entry, make_officer, make_staff

pytestmark = pytest.mark.django_db
LIST = "/marketplace/reuse/"


@pytest.fixture
def entry(db):
    """A public solution."""
    return make_entry(title="Smart bins")


@pytest.fixture
def city(db):
    """A city that reuses it."""
    return make_city(name="Xanthi")


@pytest.fixture
def officer(client, city):
    """Its officer, signed in."""
    person = make_officer(city)
    client.force_login(person)
    return person


def url_of(entry, city):
    return reverse("marketplace:reuse-edit", args=[entry.slug, city.slug])


def typed(version=0, rows=(), **fields):
    """What a browser sends of the form."""
    data = {
        "version": version,
        "currency": "EUR",
        "values-TOTAL_FORMS": len(rows),
        "values-INITIAL_FORMS": 0,
        **fields,
    }
    for number, row in enumerate(rows):
        data |= {f"values-{number}-{name}": value for name, value in row.items()}
    return data


def text(response):
    return response.content.decode()


def test_an_officer_finds_the_button_and_a_stranger_does_not(client, entry, city):
    assert "We want this" not in text(client.get(entry.get_absolute_url()))
    client.force_login(make_officer(city))
    page = text(client.get(entry.get_absolute_url()))
    choose = reverse("marketplace:reuse-choose", args=[entry.slug])
    assert f'href="{choose}"' in page
    assert client.get(choose)["Location"] == url_of(entry, city)


def test_one_form_says_status_day_cost_values_and_words(client, entry, city, officer):
    sent = typed(
        step="use",
        on="2024-03-01",
        cost="35000.50",
        note="We painted them green.",
        private_note="Who made the lids?",
        rows=[{"label": "litres a day", "before": "12", "after": "over 200"}],
    )
    response = client.post(url_of(entry, city), sent)
    row = Deployment.objects.get()
    assert response["Location"] == row.get_absolute_url()
    assert (row.status, row.since, str(row.cost)) == ("live", date(2024, 3, 1), "35000.50")
    assert [str(value) for value in row.values.all()] == [
        "litres a day: 12",
        "litres a day: over 200",
    ]
    # Sent twice, it says the same once.
    assert client.post(url_of(entry, city), sent)["Location"] == row.get_absolute_url()
    assert DeploymentStep.objects.count() == 1
    page = text(Client().get(row.get_absolute_url()))
    assert "We painted them green." in page
    assert "35,000.50 EUR" in page
    assert "Who made the lids?" not in page


def test_a_first_step_must_be_chosen_and_errors_keep_the_input(client, entry, city, officer):
    page = text(client.post(url_of(entry, city), typed(note="Kept words", cost="a lot")))
    assert "Kept words" in page
    assert "a lot" in page
    assert not Deployment.objects.exists()


def test_a_value_that_can_be_read_twice_is_asked_about_and_then_taken(client, entry, city, officer):
    row = {"label": "bins", "after": "at least 200"}
    page = text(client.post(url_of(entry, city), typed(step="use", rows=[row])))
    assert "Is this what you mean?" in page
    assert not Deployment.objects.exists()
    row |= {"after_reading": "0", "after_asked": "at least 200"}
    client.post(url_of(entry, city), typed(step="use", rows=[row]))
    assert Deployment.objects.get().values.get().number == 200


def test_what_two_officers_wrote_at_once_is_asked_and_nothing_is_lost(client, entry, city, officer):
    client.post(url_of(entry, city), typed(step="use", note="First"))
    response = client.post(url_of(entry, city), typed(step="use", note="Second"))
    page = text(response)
    assert "Changed by both of you" in page
    assert "First" in page
    assert "Second" in page
    assert Deployment.objects.get().note == "First"
    kept = typed(version=1, note="Second", **{"keep-note": "mine"})
    assert client.post(url_of(entry, city), kept).status_code == 302
    assert Deployment.objects.get().note == "Second"


def test_values_that_somebody_else_changed_meanwhile_are_asked_about(client, entry, city, officer):
    row = make_deployment(entry, city)
    old = "0" * 16
    keep_values(row, [ToldValue("bins", Moment.AFTER, values.read("5").best)])
    mine = typed(version=1, rows=[{"label": "bins", "after": "7"}], **{"values-seen": old})
    page = text(client.post(url_of(entry, city), mine))
    assert "Somebody else saved values meanwhile: bins: 5" in page
    assert row.values.get().as_reported == "5"


def test_a_step_that_is_no_longer_open_is_refused_in_words(client, entry, city, officer):
    make_deployment(entry, city, status="live")
    response = client.post(url_of(entry, city), typed(version=1, step="want", note="Kept words"))
    assert response.status_code == 409
    assert "has moved on" in text(response)
    assert "Kept words" in text(response)


def test_the_owner_confirms_or_doubts_and_the_public_reads_a_mark_only(client, entry, city):
    row = make_deployment(entry, city)
    client.force_login(make_officer(entry.city))
    url = reverse("marketplace:reuse-answer", args=[row.pk])
    assert "Xanthi" in text(client.get(url))
    page = text(client.post(url, {"answer": "doubt"}))
    assert "Say what is not right" in page
    assert client.post(url, {"answer": "doubt", "words": "Nobody knows."}).status_code == 302
    public = text(Client().get(row.get_absolute_url()))
    assert "doubted by the owner" in public
    assert "Nobody knows." not in public
    assert "Nobody knows." in text(client.get(row.get_absolute_url()))
    client.post(url, {"answer": "confirm"})
    entry.refresh_from_db()
    assert entry.confirmed_reuse == 1


def test_the_entry_shows_who_runs_it_and_counts_who_is_not_named(client, entry, city):
    row = make_deployment(entry, city, cost=10, since=date(2024, 3, 1), confirmation="confirmed")
    keep_values(
        row,
        [
            ToldValue("bins", Moment.BEFORE, values.read("5").best),
            ToldValue("bins", Moment.AFTER, values.read("7").best),
        ],
    )
    make_deployment(entry, make_city(name="Secretville"), status="interested")
    page = text(client.get(entry.get_absolute_url()))
    for words in ("Xanthi", "In use, confirmed", "10.00 EUR", "bins: 5 → 7", "March 2024"):
        assert words in page
    assert "Secretville" not in page
    assert "1 city is interested in it or adapting it" in page
    # Both cities' pages lead to the row.
    for each in (city, entry.city):
        assert row.get_absolute_url() in text(client.get(each.get_absolute_url()))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("waiting", "In use, not confirmed yet"),
        ("confirmed", "In use, confirmed"),
        ("doubted", "In use, doubted by the owner"),
    ],
)
def test_the_pages_of_both_cities_say_whether_the_owner_confirmed(client, entry, city, said, words):
    doubt = "Nobody knows." if said == "doubted" else ""
    row = make_deployment(entry, city, confirmation=said, doubt=doubt)
    for each in (city, entry.city):
        page = text(client.get(each.get_absolute_url()))
        assert f'<a href="{row.get_absolute_url()}">{words}</a>' in page
        assert "Nobody knows." not in page


def test_a_city_that_is_not_named_cannot_be_found_out_by_anybody(client, entry):
    hidden = make_deployment(entry, make_city(name="Secretville"), status="interested")
    for url in (
        LIST,
        f"{LIST}?q=Secretville",
        "/marketplace/?q=Secretville",
        f"/api/v1/solutions/{entry.slug}/",
        hidden.city.get_absolute_url(),
    ):
        page = text(client.get(url))
        assert "Smart bins" not in page or "Secretville" not in page, url
    assert client.get(hidden.get_absolute_url()).status_code == 404


def test_the_list_is_narrowed_by_status_country_and_words(client, entry, city):
    make_deployment(entry, city, status="piloting", confirmation="confirmed")
    make_deployment(entry, make_city(name="Zwolle", country="NL"), status="live")

    def found(query):
        page = text(client.get(f"{LIST}?{query}"))
        return [name for name in ("Xanthi", "Zwolle") if f">{name}</a>" in page]

    assert found("") == ["Xanthi", "Zwolle"]
    assert found("status=live") == ["Zwolle"]
    assert found("country=NL") == ["Zwolle"]
    assert found("confirmation=confirmed&status=piloting&status=live") == ["Xanthi"]
    assert found("q=xanthi") == ["Xanthi"]
    assert "is not known here" in text(client.get(f"{LIST}?status=nonsense"))


def test_the_number_on_the_home_page_leads_to_as_many_rows(client, entry, city):
    make_deployment(entry, city, confirmation="confirmed")
    make_deployment(entry)
    home = client.get("/")
    figure = next(one for one in home.context["figures"] if one["label"] == "confirmed reuses")
    assert figure["value"] == 1
    assert client.get(figure["url"]).context["total"] == 1


@pytest.mark.parametrize("page", ["list", "entry", "row", "form", "city"])
def test_pages_ask_as_often_for_thirty_rows_as_for_three(client, entry, city, page):
    client.force_login(make_staff())
    row = make_deployment(entry, city)
    urls = {
        "list": LIST,
        "entry": entry.get_absolute_url(),
        "row": row.get_absolute_url(),
        "form": url_of(entry, city),
        "city": entry.city.get_absolute_url(),
    }

    def grow(number):
        for _each in range(number):
            make_deployment(entry)
        keep_values(
            row,
            [ToldValue(f"{n}", Moment.AFTER, values.read("7").best) for n in range(min(5, number))],
        )
        for _each in range(number):
            DeploymentStep.objects.create(
                deployment=row, action="use", after="live", on=date(2024, 1, 1)
            )

    def count():
        client.get(urls[page])
        with CaptureQueriesContext(connection) as queries:
            assert client.get(urls[page]).status_code == 200
        return len(queries)

    grow(3)
    three = count()
    grow(27)
    assert count() == three
