"""What people hold is cancelled, not deleted: places are given on, and whoever held one is told."""

import pytest

from events import services
from events.models import Event, Guest, Outcome, Registration, Session, SignUp
from events.services import guests
from tests import factories as make
from tests.events.test_event_admin import edit, errors_on
from tests.events.test_signups import comes_to
from tests.events.test_told_of_rounds import two_groups
from tests.events.test_waiting_lists import morning
from tests.factories.labs import make_lab, make_poll, make_question, make_sitting

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["staff", "superuser"])
def staff(client, request):
    client.force_login(make.make_staff() if request.param == "staff" else make.make_superuser())
    return client


def confirmed_at_once(client, row):
    """Delete a row on its page and from its list, as whoever knows the addresses may try."""
    name = row._meta.model_name
    client.post(f"/admin/events/{name}/{row.pk}/delete/", {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
    client.post(f"/admin/events/{name}/", chosen)
    return not type(row).objects.filter(pk=row.pk).exists()


def test_a_place_is_cancelled_and_cannot_be_deleted(staff):
    session = morning(audience="public")
    place = services.sign_up(session, comes_to(session))
    registration = Registration.objects.get()

    assert not confirmed_at_once(staff, registration)
    assert not confirmed_at_once(staff, place)
    page = staff.get(f"/admin/events/registration/{registration.pk}/change/").content.decode()
    assert f"/registration/{registration.pk}/delete/" not in page


@pytest.fixture
def guest():
    """Somebody who comes to one session and was invited to another as well."""
    event = make_lab(capacity=1)
    first, second = make_sitting(event, 9, 60), make_sitting(event, 11, 60)
    found = Guest.objects.create(event=event, name="Greta", email="greta@example.org")
    for session in (first, second):
        found.places.create(session=session)
    guests.invite(found, by=make.make_staff())
    return guests.accept(found, [first.pk])


def guest_page(guest, *rows):
    sent = {
        "name": guest.name, "language": "en", "places-TOTAL_FORMS": len(rows),
        "places-INITIAL_FORMS": len(rows), "places-MIN_NUM_FORMS": 0, "places-MAX_NUM_FORMS": 99,
    }  # fmt: skip
    for number, (place, changes) in enumerate(rows):
        row = {"id": place.pk, "guest": guest.pk, "session": place.session_id, **changes}
        sent |= {f"places-{number}-{name}": value for name, value in row.items()}
    return sent


def test_a_guest_who_comes_is_withdrawn_and_not_deleted_nor_is_their_place(staff, guest):
    taken, invited = guest.places.order_by("-is_taken")
    other = make_sitting(guest.event, 14, 60)
    page = f"/admin/events/guest/{guest.pk}/change/"

    assert not confirmed_at_once(staff, guest)
    for change in ({"DELETE": "on"}, {"session": other.pk}):
        refused = staff.post(page, guest_page(guest, (taken, change), (invited, {})))
        assert refused.status_code == 200
        assert "The guest comes to these sessions" in refused.content.decode()
    assert guest.places.filter(is_taken=True, session=taken.session_id).exists()
    freed = staff.post(page, guest_page(guest, (taken, {}), (invited, {"DELETE": "on"})))
    assert freed.status_code == 302
    assert guest.places.get() == taken


def given(session, what):
    if what == "places":
        services.sign_up(session, comes_to(session))
    elif what == "guests":
        guest = Guest.objects.create(event=session.day.event, name="G", email="g@example.org")
        guest.places.create(session=session)
    else:
        services.star(make.make_user(), session)


@pytest.mark.parametrize("what", ["places", "guests", "stars"])
def test_a_session_that_people_hold_is_not_deleted_anywhere(client, what):
    session = morning(audience="public")
    client.force_login(make.make_superuser())
    given(session, what)
    event, sent = session.day.event, edit(session.day.event, session)

    assert not confirmed_at_once(client, session)
    assert not confirmed_at_once(client, event)
    page = client.get(f"/admin/events/session/{session.pk}/delete/").content.decode()
    assert f"“{session.title}” ({what}): cancel it instead" in page
    for row in ("sessions", "days"):
        answer = client.post(f"/admin/events/event/{event.pk}/change/", sent | {
            f"{row}-0-DELETE": "on", "title": "Typed",
        })  # fmt: skip
        assert f"“{session.title}” ({what}). Cancel them instead" in answer.content.decode()
        assert 'value="Typed"' in answer.content.decode()
    assert Session.objects.filter(pk=session.pk).exists()


def test_a_session_that_nobody_holds_any_more_is_deleted(staff):
    session = morning(audience="public")
    person = comes_to(session)
    services.leave(services.sign_up(session, person))
    hidden = morning(audience="public")
    Event.objects.filter(pk=hidden.day.event_id).update(status="draft")
    services.star(make.make_staff(), hidden)

    assert confirmed_at_once(staff, session)
    assert not SignUp.objects.exists()
    assert confirmed_at_once(staff, hidden)


def with_group():
    return two_groups()[0].sessions.get()


def with_outcome():
    session = make_sitting(make_lab())
    Outcome.objects.create(kind="need", city=make.make_city(), session=session, title="Help")
    return session


def with_answered_poll():
    poll = make_poll()
    question = make_question(poll, open=True)
    question.answers.create(voice=poll.voices.create(digest="x"), option=question.options.first())
    return poll.session


@pytest.mark.parametrize(
    ("make_it", "named"),
    [
        (with_group, "peer-review groups"),
        (with_outcome, "takeaways, needs and practices"),
        (with_answered_poll, "voices"),
    ],
)
def test_what_keeps_a_session_is_named_on_the_page_of_its_event(client, make_it, named):
    session = make_it()
    event = session.day.event
    client.force_login(make.make_superuser())
    sent = edit(event, session, DELETE="on") | {"title": "Typed"}

    answer = client.post(f"/admin/events/event/{event.pk}/change/", sent)

    assert errors_on(answer) == {}
    page = answer.content.decode()
    assert f"“{session.title}” (" in page
    assert named in page
    assert 'value="Typed"' in page
    assert Session.objects.filter(pk=session.pk).exists()
