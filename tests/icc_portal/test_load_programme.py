"""The real programme, as it is loaded from its data files."""

from datetime import date

from django.apps import apps
from django.db.models import Sum

from cities.models import (
    City,
    Consortium,
    Edition,
    Effect,
    Mail,
    MailState,
    Pairing,
    Participation,
)
from events.models import Event, Session, ThematicActionGroup
from initiatives.models import Initiative
from marketplace.models import Attachment, Entry, ResultFigure, Review, ReviewEvent, Revision
from marketplace.models.conflicts import people_in_conflict
from marketplace.permissions import reviewers
from marketplace.services.choosing import open_reviews
from tests.icc_portal.programme import load

LONGEST_LOAD_S = 20


# ── what is there ────────────────────────────────────────────────────────────────────────────────
def test_the_programme_is_loaded_within_twenty_seconds(programme):
    assert programme < LONGEST_LOAD_S


def test_three_editions_with_their_phases_themes_and_cities_are_there(programme):
    assert [edition.slug for edition in Edition.objects.order_by("starts_on")] == [
        "dcc",
        "icc-1",
        "icc-2",
    ]
    first = Edition.objects.get(slug="icc-1")
    assert [phase.name for phase in first.phases.all()] == [
        "Preparation and assessment",
        "Ambition and roadmap",
        "Implementation",
        "Review and way forward",
    ]
    assert first.phases.get(number=4).reported_with.number == 3
    assert first.theme_kinds.get(slug="track").themes.count() == 5
    assert first.theme_kinds.get(slug="service").themes.count() == 3
    assert Participation.objects.filter(edition__slug="icc-2", role__slug="observer").count() == 7
    assert City.objects.count() >= 90


def test_cities_are_spelt_with_their_diacritics_and_known_by_their_own_names(programme):
    names = set(City.objects.values_list("name", flat=True))
    assert {"Skellefteå", "Iași", "Timișoara", "Guimarães", "Gijón", "Poznań", "Gavà"} <= names
    assert City.objects.get(names__name="Θεσσαλονίκη").slug == "thessaloniki"
    assert City.objects.get(names__name="София").slug == "sofia"


def test_a_city_has_coordinates_unless_a_note_says_why_not(programme):
    without = City.objects.filter(latitude__isnull=True)
    assert [city.slug for city in without if not city.note] == []
    assert [city.slug for city in City.objects.filter(population=None) if not city.note] == []


def test_five_consortia_have_their_members_and_leads_of_every_kind(programme):
    members = {
        consortium.slug: {city.slug for city in consortium.cities.all()}
        for consortium in Consortium.objects.all()
    }
    assert len(members) == 5
    assert members["sern"] == {"ravenna", "cervia", "vanersborg", "trollhattan"}
    assert len(members["citta-della-costa"]) == 7
    assert Consortium.objects.get(slug="sern").lead_organisation.slug == "sern"
    assert Consortium.objects.get(slug="citta-della-costa").lead_city.slug == "silvi"


def test_no_pairing_is_given_out_as_real(programme):
    assert Pairing.objects.exists()
    assert not Pairing.objects.filter(demonstration=False).exists()


def test_five_city_labs_are_there_with_dates_and_figures(programme):
    labs = Event.objects.filter(slug__startswith="city-lab-").order_by("starts_on")
    assert [lab.slug for lab in labs] == [f"city-lab-{number}" for number in range(1, 6)]
    assert all(lab.figures.exists() or lab.dates_note for lab in labs)
    fifth = {figure.label: figure.value for figure in labs[4].figures.all()}
    assert (fifth["Cities"], fifth["Participants"], fifth["Speakers"]) == ("117", "350+", "63")


def test_the_second_city_lab_has_its_four_days(programme):
    lab = Event.objects.get(slug="city-lab-2")
    sessions = {
        day.date: [session.kind.slug for session in day.sessions.in_order()]
        for day in lab.days.all()
    }
    assert list(sessions) == [date(2021, 2, number) for number in (16, 17, 18, 19)]
    assert sessions[date(2021, 2, 17)].count("thematic-workshop") == 5
    assert sessions[date(2021, 2, 18)].count("action-group") == 3
    assert sessions[date(2021, 2, 19)].count("transversal-session") == 3
    assert "announcement" in sessions[date(2021, 2, 18)]
    assert ThematicActionGroup.objects.count() == 3


def test_the_agenda_of_the_hub_workshop_fills_its_two_hours_with_fifteen_talks(programme):
    session = Session.objects.get(day__event__slug="dih-workshop-2020")
    blocks = session.agenda_items.order_by("position")
    assert [block.minutes for block in blocks] == [15, 50, 15, 35, 5]
    assert (session.ends_at - session.starts_at).total_seconds() / 60 == 120
    assert session.talks.count() == 15
    assert session.talks.filter(organisation=None).count() == 0


def test_timed_agendas_fill_their_sessions(programme):
    timed = Session.objects.filter(starts_at__isnull=False, agenda_items__minutes__isnull=False)
    for session in timed.distinct():
        total = session.agenda_items.aggregate(total=Sum("minutes"))["total"]
        assert total * 60 == (session.ends_at - session.starts_at).total_seconds(), session


def test_the_berlin_meeting_has_its_ten_cities(programme):
    meeting = Event.objects.get(slug="berlin-tandems-2023")
    assert meeting.cities.count() == 10
    assert meeting.edition is None


# ── the marketplace ──────────────────────────────────────────────────────────────────────────────
def test_twenty_five_profiles_are_approved_and_thirty_seven_under_review(programme):
    profiles = Entry.objects.profiles()
    assert profiles.live().count() == 25
    waiting = profiles.filter(revisions__in=Revision.objects.under_review())
    assert waiting.count() == 37
    assert profiles.count() == 62
    assert not profiles.filter(demonstration=False).exists()


def test_known_solutions_keep_their_printed_results(programme):
    results = {
        entry.slug: entry.live_revision.results
        for entry in Entry.objects.solutions().live().filter(demonstration=False)
    }
    assert "30 %" in results["accade-scuola"]
    assert "9 consultations and 121 registered users" in results["consultation-platform-ioannina"]
    assert "136 datasets and 58 maps" in results["open-data-terrassa"]
    assert "30 groups in 13 areas" in results["it-challenge-ventspils"]


def test_practices_of_the_labs_wait_for_review_as_facts_with_invented_steps(programme):
    practices = Revision.objects.under_review().filter(demonstration=False)
    assert practices.count() == 8
    steps = ReviewEvent.objects.filter(revision__in=practices)
    assert steps.exists()
    assert not steps.filter(demonstration=False).exists()


def test_every_revision_has_a_history_that_leads_to_its_state(programme):
    for revision in Revision.objects.exclude(state__in=["draft", "withdrawn"]):
        last = revision.events.order_by("at", "pk").last()
        assert last.after == revision.state, revision


def test_nobody_reviews_what_their_own_city_submitted(programme):
    for review in Review.objects.select_related("revision__entry__city"):
        city = review.revision.entry.city
        assert not people_in_conflict(city).filter(pk=review.reviewer_id).exists(), review


# ── loading again ────────────────────────────────────────────────────────
def test_loading_again_changes_nothing(programme):
    before = {model: model.objects.count() for model in apps.get_models()}
    for line in [*load(), *load(refresh=True)]:
        assert " 0 created, 0 updated" in line
    assert {model: model.objects.count() for model in apps.get_models()} == before


def test_what_officers_wrote_outlives_loading_and_refreshing(programme):
    initiative = Initiative.objects.get(slug="rouen-app")
    initiative.goal, initiative.version = "Our own words.", 2
    initiative.save()
    load()
    load(refresh=True)
    initiative.refresh_from_db()
    assert initiative.goal == "Our own words."


def test_refreshing_brings_a_row_back_in_line_with_its_file(programme):
    City.objects.filter(slug="rouen").update(population=1)
    load()
    assert City.objects.get(slug="rouen").population == 1
    assert "cities: 0 created, 1 updated, 131 unchanged" in load(refresh=True)
    assert City.objects.get(slug="rouen").population == 492681


def test_loading_sends_and_queues_nothing_but_what_invites_guests(programme):
    # What stands in inboxes is invented: none of it is to be sent.
    others = Mail.objects.exclude(key__startswith="demonstration:")
    # But what invites guests, whose links stand nowhere else; a demonstration writes it to files.
    assert {mail.key.split(":")[0] for mail in others} == {"guest"}
    assert all(mail.address.endswith("@example.org") for mail in others)
    assert Mail.objects.filter(state=MailState.WAITING).count() == others.count() == 2
    assert {effect.kind for effect in Effect.objects.all()} == {"cities.send_mail"}


def test_known_figures_are_typed_and_lead_to_their_source(programme):
    known = {
        (figure.revision.entry.slug, figure.as_reported)
        for figure in ResultFigure.objects.filter(revision__demonstration=False)
        if figure.is_measured and figure.source_url
    }
    assert known == {
        ("accade-scuola", "-30 %"),
        *(("consultation-platform-ioannina", value) for value in ("9", "121")),
        *(("open-data-terrassa", value) for value in ("136", "58")),
        *(("it-challenge-ventspils", value) for value in ("30", "13")),
    }


def test_pictures_and_documents_stand_with_invented_entries_alone_and_say_what_they_show(programme):
    rows = Attachment.objects.all()
    assert rows.documents().exists()
    assert rows.images().exists()
    assert not rows.filter(revision__demonstration=False).exists()
    assert not rows.images().filter(alt="").exists()
    assert all(row.file.storage.exists(row.file.name) for row in rows)


def test_in_the_demonstration_somebody_can_be_asked_to_review_what_is_handed_in(programme):
    asked = reviewers().annotate(load=open_reviews()).select_related("reviewer_profile")
    assert any(person.load < person.reviewer_profile.capacity for person in asked)
