"""A lab of 300 sessions on its page in the admin, sent as a browser sends what the page holds."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from events.admin.forms import MOST_ON_ONE_PAGE
from events.models import Session, SessionKind
from tests import factories as make
from tests.events.test_event_admin import errors_on
from tests.factories.labs import DAY, make_lab

pytestmark = pytest.mark.django_db


def a_lab_of(number):
    event = make_lab(ends_on=DAY + timedelta(days=2))
    kind = SessionKind.objects.create(slug="plenary", name="Plenary")
    days = [event.days.create(date=DAY + timedelta(days=later)) for later in range(3)]
    starts = [datetime(2090, 6, 1 + later, 9, tzinfo=UTC) for later in range(3)]
    Session.objects.bulk_create(
        Session(
            day=days[at % 3], slug=f"s-{at}", title=f"Session {at}", kind=kind,
            starts_at=starts[at % 3], ends_at=starts[at % 3] + timedelta(hours=1),
        )
        for at in range(number)
    )  # fmt: skip
    return event


def shown(client, page):
    """What a browser would send of a page."""
    context = client.get(page).context
    found = fields_of(context["adminform"].form)
    for inline in context["inline_admin_formsets"]:
        found |= fields_of(inline.formset.management_form)
        for form in inline.formset.forms:
            found |= fields_of(form)
    return found


def fields_of(form):
    values = {field.html_name: field.value() for field in form if field.value() is not False}
    return {name: value for name, value in values.items() if value == 0 or value}


@pytest.mark.parametrize("number", [MOST_ON_ONE_PAGE, 300])
def test_a_lab_is_edited_however_many_sessions_it_has(client, number):
    event = a_lab_of(number)
    page = f"/admin/events/event/{event.pk}/change/"
    client.force_login(make.make_staff())
    sent = shown(client, page)
    assert len(sent) < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS * 0.8
    new = {"day_date": DAY, "start": "14:00", "end": "15:00", "title": "One more"}
    last = int(sent["sessions-TOTAL_FORMS"]) - 1
    sent |= {f"sessions-{last}-{name}": value for name, value in new.items()}
    sent |= {f"sessions-{last}-kind": SessionKind.objects.get().pk, "title": "Renamed"}

    answer = client.post(page, sent)

    assert answer.status_code == 302, errors_on(answer)
    event.refresh_from_db()
    assert event.title == "Renamed"
    assert Session.objects.filter(day__event=event).count() == number + 1
    assert Session.objects.filter(sequence=0).count() == number + 1


def test_the_page_leads_to_sessions_that_are_too_many_for_it(client):
    event, other = a_lab_of(MOST_ON_ONE_PAGE + 1), make.make_session(title="Elsewhere")
    client.force_login(make.make_staff())

    page = client.get(f"/admin/events/event/{event.pk}/change/").content.decode()

    listed = f"/admin/events/session/?day__event__id__exact={event.pk}"
    assert listed in page
    assert f"/admin/events/event/plan/?event={event.pk}" in page
    assert 'value="Session 0"' not in page
    found = client.get(listed)
    assert found.context["cl"].result_count == MOST_ON_ONE_PAGE + 1
    assert other.title not in found.content.decode()
    few = client.get(f"/admin/events/event/{other.day.event.pk}/change/").content.decode()
    assert "too many for this page" not in few


def test_a_page_opened_while_all_sessions_stood_on_it_is_saved_when_there_are_more(client):
    event = a_lab_of(MOST_ON_ONE_PAGE)
    page = f"/admin/events/event/{event.pk}/change/"
    client.force_login(make.make_staff())
    sent = shown(client, page)
    make.make_session(event, day=event.days.first())
    first = Session.objects.get(pk=sent["sessions-0-id"])

    answer = client.post(page, sent | {"sessions-0-title": "Renamed"})

    assert answer.status_code == 302, errors_on(answer)
    first.refresh_from_db()
    assert first.title == "Renamed"
