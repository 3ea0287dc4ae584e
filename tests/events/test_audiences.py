"""Whom a session is for: said on its page, and kept by places and by the link to join."""

import pytest

from events import notifications, permissions, services
from events.audiences import audiences_of
from events.models import Guest, Registration, SignUp, Talk
from events.services import guests
from tests import factories as make
from tests.factories.labs import make_lab, make_sitting
from tests.factories.programme import make_edition, make_participation

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab():
    return make_lab(slug="lab", edition=make_edition())


@pytest.fixture
def people(lab):
    """One of each kind, all with a place at the event."""
    edition = lab.edition
    mentors = edition.roles.create(slug="m", name="M", name_plural="M", mentors_others=True)
    core = make_participation(edition=edition).city
    mentor = make_participation(edition=edition, role=mentors).city
    found = {
        "core": make.make_officer(core),
        "mentor": make.make_officer(mentor),
        "expert": make.make_mentor(core),
        "stranger": make.make_user(),
    }
    for person in found.values():
        Registration.objects.create(event=lab, user=person, status="confirmed")
    return found


@pytest.mark.parametrize(
    ("audience", "admitted"),
    [
        ("public", {"core", "mentor", "expert", "stranger"}),
        ("cities", {"core", "mentor", "expert"}),
        ("core", {"core"}),
        ("mentors", {"mentor", "expert"}),
        ("experts", {"expert"}),
    ],
)
def test_places_and_links_are_for_the_audience_alone(lab, people, client, audience, admitted):
    session = make_sitting(lab)
    session.audience, session.join_link = audience, "https://meet.example.org/"
    session.save()
    joined = {name for name, one in people.items() if permissions.may_join(one, session)}
    assert joined == admitted

    session.capacity = 9
    session.save()
    seated = set()
    for name, person in people.items():
        client.force_login(person)
        page = client.get(session.get_absolute_url()).content.decode()
        assert ("Take a place" in page) == (name in admitted)
        assert ("You are not among them" in page) == (name not in admitted)
        client.post(f"{session.get_absolute_url()}place/")
        if SignUp.objects.filter(user=person, session=session).exists():
            seated.add(name)
            assert permissions.may_join(person, session)
    assert seated == admitted


def test_who_speaks_or_moderates_is_let_in_whomever_the_session_is_for(lab, people):
    session = make_sitting(lab)
    session.audience, session.capacity = "experts", 9
    session.save()
    session.moderators.add(people["stranger"])
    Talk.objects.create(session=session, title="Maps", speaker=people["core"])

    services.sign_up(session, people["stranger"])
    services.sign_up(session, people["core"])
    with pytest.raises(services.SignUpRefused, match="Experts"):
        services.sign_up(session, people["mentor"])


def test_who_waits_and_is_not_of_the_audience_any_more_is_passed(lab, people, drain):
    session = make_sitting(lab)
    session.audience, session.capacity = "public", 1
    session.save()
    first = services.sign_up(session, people["expert"])
    passed = services.sign_up(session, people["stranger"])
    next_one = services.sign_up(session, people["core"])
    session.audience = "core"
    session.save()

    services.leave(first)

    passed.refresh_from_db()
    next_one.refresh_from_db()
    assert (passed.status, next_one.status) == ("waiting", "confirmed")


def test_the_audience_is_read_in_as_many_queries_for_many_as_for_one(
    lab, people, django_assert_num_queries
):
    with django_assert_num_queries(4):
        found = audiences_of(lab, [one.pk for one in people.values()])
    assert len(found) == 4


def test_moderators_are_named_on_the_page(lab, client):
    session = make_sitting(lab)
    session.moderators.add(make.make_user(name="Mona Moderates"))

    assert "Mona Moderates" in client.get(session.get_absolute_url()).content.decode()


@pytest.mark.parametrize("off", ["session", "event"])
def test_nobody_is_shown_how_to_join_what_does_not_take_place(lab, people, client, off):
    session = make_sitting(lab)
    session.audience, session.join_link = "public", "https://meet.example.org/"
    session.save()
    guest = Guest.objects.create(event=lab, name="Greta", email="greta@example.org")
    place = guest.places.create(session=session)
    guests.invite(guest, by=make.make_staff())
    guest.refresh_from_db()
    guests.accept(guest, [session.pk])
    token = notifications.token_of_guest(guest)
    assert place.session == session

    def shown():
        pages = [(person, session.get_absolute_url()) for person in people.values()]
        found = []
        for person, page in [*pages, (None, f"/events/guest/{token}/")]:
            client.logout() if person is None else client.force_login(person)
            found.append(session.join_link in client.get(page).content.decode())
        return found

    before = shown()
    assert before[-1]
    assert sum(before) > 1

    if off == "session":
        session.is_cancelled = True
        session.save()
    else:
        lab.status = "cancelled"
        lab.save()

    assert not any(shown())
