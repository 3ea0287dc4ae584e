"""What people type is not lost: to a second editor, a second press, a late save, a lost session."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.generic import View

from cities.editing import drafts, kept, receipts
from cities.editing.conflicts import VersionedForm
from cities.models import FormDraft, KeptInput
from cities.periodic import tidy
from initiatives.models import Roadmap
from tests.factories import make_roadmap, make_user

pytestmark = pytest.mark.django_db


class RoadmapForm(VersionedForm):
    class Meta:
        model = Roadmap
        fields = ["title", "vision", "needs"]


def fill(roadmap, **changes):
    """The fields as a browser sends them back for the roadmap as it is now, with some changed."""
    data = QueryDict(mutable=True)
    typed = {
        "title": roadmap.title,
        "vision": roadmap.vision,
        "needs": roadmap.needs,
        "version": roadmap.version,
        **changes,
    }
    for name, value in typed.items():
        data[name] = str(value)
    return data


def submit(roadmap, data):
    """Send a form as a page does; return it."""
    with transaction.atomic():
        form = RoadmapForm(data, instance=Roadmap.objects.get(pk=roadmap.pk))
        if form.is_valid():
            form.save()
        return form


def test_changes_to_different_fields_are_merged():
    roadmap = make_roadmap(vision="Old vision", needs="Old needs")
    mine, theirs = fill(roadmap, vision="New vision"), fill(roadmap, needs="New needs")
    assert submit(roadmap, theirs).is_valid()
    assert submit(roadmap, mine).is_valid()
    roadmap.refresh_from_db()
    assert (roadmap.vision, roadmap.needs, roadmap.version) == ("New vision", "New needs", 3)


def test_a_field_both_changed_is_asked_about_and_nothing_is_lost():
    roadmap = make_roadmap(vision="Old", needs="Old")
    mine = fill(roadmap, vision="Mine", needs="Mine too")
    submit(roadmap, fill(roadmap, vision="Theirs"))

    form = submit(roadmap, mine)
    [conflict] = form.conflicts
    assert (conflict.name, conflict.mine, conflict.theirs) == ("vision", "Mine", "Theirs")
    roadmap.refresh_from_db()
    assert (roadmap.vision, roadmap.needs) == ("Theirs", "Old")
    # The form is shown again on what is saved now, with what was typed.
    assert form["vision"].value() == "Mine"
    assert form["version"].value() == "2"


@pytest.mark.parametrize(("choice", "kept_vision"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_the_choice_is_carried_out(choice, kept_vision):
    roadmap = make_roadmap(vision="Old")
    mine = fill(roadmap, vision="Mine", needs="Mine too")
    submit(roadmap, fill(roadmap, vision="Theirs"))
    again = submit(roadmap, mine).data.copy()
    again["keep-vision"] = choice
    assert submit(roadmap, again).is_valid()
    roadmap.refresh_from_db()
    assert (roadmap.vision, roadmap.needs) == (kept_vision, "Mine too")


def test_columns_that_are_not_on_the_form_keep_what_others_saved():
    roadmap = make_roadmap(vision="Old")
    with transaction.atomic():
        form = RoadmapForm(fill(roadmap, vision="New"), instance=roadmap)
        Roadmap.objects.filter(pk=roadmap.pk).update(governance="Meanwhile")
        assert form.is_valid()
        form.save()
    assert Roadmap.objects.get().governance == "Meanwhile"


def request_with(rf, data, user):
    request = rf.post("/somewhere/", data)
    request.user = user
    return request


def test_a_form_sent_three_times_creates_once(rf):
    user, key, made = make_user(), receipts.new_key(), []

    def create():
        made.append(1)
        return "/the-new-thing/"

    answers = [receipts.once(request_with(rf, {"key": key}, user), create) for _ in range(3)]
    assert answers == ["/the-new-thing/"] * 3
    assert made == [1]


def test_a_form_that_failed_may_be_sent_again(rf):
    user, key = make_user(), receipts.new_key()

    def fail():
        raise RuntimeError

    with pytest.raises(RuntimeError):
        receipts.once(request_with(rf, {"key": key}, user), fail)
    assert receipts.once(request_with(rf, {"key": key}, user), lambda: "/made/") == "/made/"


@pytest.mark.parametrize(
    ("late", "expected"),
    [((100, 2), "new"), ((99, 9), "new"), ((100, 4), "late"), ((101, 1), "late")],
)
def test_a_save_that_arrives_late_never_replaces_a_newer_one(late, expected):
    user = make_user()
    drafts.save(user, "charter", "1", QueryDict("text=new"), page=100, number=3)
    drafts.save(user, "charter", "1", QueryDict("text=late"), page=late[0], number=late[1])
    assert drafts.load(user, "charter", "1").data == {"text": [expected]}


def test_autosave_keeps_a_draft_for_its_writer_alone(client):
    writer, other = make_user(), make_user()
    client.force_login(writer)
    address = reverse("cities:draft-save", args=["charter", "7"])
    answer = client.post(
        address, {"text": "half a sen", "autosave_page": "1", "autosave_number": "1"}
    )
    assert answer.status_code == 200
    assert answer.json()["message"].startswith("Kept at ")
    assert drafts.as_data(drafts.load(writer, "charter", "7"))["text"] == "half a sen"
    assert drafts.load(other, "charter", "7") is None


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"autosave_page": "x", "autosave_number": "1"}, 400),
        ({}, 400),
        ({"autosave_page": "9" * 30, "autosave_number": "1"}, 400),
        ({"autosave_page": "-1", "autosave_number": "1"}, 400),
        ({"autosave_page": "1", "autosave_number": str(2**31)}, 400),
        ({"autosave_page": "1", "autosave_number": "1", "text": "x" * 400_001}, 413),
    ],
)
def test_autosave_says_what_is_wrong(client, fields, status):
    client.force_login(make_user())
    answer = client.post(reverse("cities:draft-save", args=["charter"]), fields)
    assert answer.status_code == status
    assert answer.json()["message"]
    assert not FormDraft.objects.exists()


def test_a_sign_that_no_text_holds_does_not_cost_the_rest_of_what_was_typed(rf):
    typed = {"text": "before\0after"}
    kept.keep(rf.post("/page/", typed))
    drafts.save(make_user(), "charter", "", rf.post("/", typed).POST, page=1, number=1)
    for row in (KeptInput.objects.get(), FormDraft.objects.get()):
        assert row.data == {"text": ["beforeafter"]}


def test_behind_a_proxy_each_visitor_has_a_limit_of_their_own(rf, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def post(visitor):
        return rf.post("/page/", {"text": "x"}, headers={"X-Forwarded-For": visitor})

    assert [kept.keep(post("192.0.2.8")) is not None for _ in range(31)] == [True] * 30 + [False]
    assert kept.keep(post("192.0.3.9")) is not None


def test_neighbours_of_a_stranger_keep_no_more_forms_than_the_stranger(rf):
    def keeps(address):
        return kept.keep(rf.post("/page/", {"text": "x"}, REMOTE_ADDR=address)) is not None

    cache.clear()
    assert all(keeps(f"2001:db8:1:1::{number}") for number in range(1, 31))
    assert not keeps("2001:db8:1:2::1")
    assert keeps("2001:db8:2::1")


class Page(kept.KeepsInputMixin, View):
    def get(self, request):
        data = kept.initial_data(request)
        return HttpResponse(data["text"] if data else "")

    post = get


def test_a_form_sent_after_its_session_ended_comes_back_after_signing_in(rf, client):
    request = rf.post("/page/", {"text": "forty fields", "password": "secret-word"})
    request.user = AnonymousUser()
    answer = Page.as_view()(request)
    assert answer.status_code == 302
    saved = KeptInput.objects.get()
    assert str(saved.key) in answer["Location"]
    assert "password" not in saved.data

    back = rf.get("/page/", {"kept": str(saved.key)})
    assert kept.initial_data(back)["text"] == "forty fields"
    assert kept.initial_data(rf.get("/other/", {"kept": str(saved.key)})) is None
    assert kept.initial_data(rf.get("/page/", {"kept": str(uuid.uuid4())})) is None


def test_visitors_cannot_fill_the_database_with_kept_forms(rf):
    request = rf.post("/page/", {"text": "x" * 200_001})
    assert kept.keep(request) is None
    small = rf.post("/page/", {"text": "x"}, REMOTE_ADDR="192.0.2.7")
    assert [kept.keep(small) is not None for _ in range(31)] == [True] * 30 + [False]


def test_kept_forms_go_after_two_days():
    old, new = KeptInput.objects.create(path="/a/"), KeptInput.objects.create(path="/b/")
    KeptInput.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=3))
    tidy()
    assert list(KeptInput.objects.all()) == [new]
