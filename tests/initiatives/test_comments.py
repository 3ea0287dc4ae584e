"""People talk beside a section or a charter; what they said is settled, taken back or hidden."""

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cities.models import Mail
from initiatives.models import SectionComment
from initiatives.sections import past, places
from tests import factories
from tests.typed import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def roadmap(city):
    return factories.make_roadmap(city, published=False)


def at(name, roadmap, *args):
    return reverse(f"initiatives:{name}", args=[roadmap.pk, *args])


def say(client, roadmap, key="lessons", *, follow=False, **said):
    address = at("section-talk", roadmap, key)
    fields = fields_of(client.get(address).content.decode(), "comment-form")
    return client.post(address, fields | said, follow=follow)


@pytest.fixture
def mentor(city):
    return factories.make_mentor(city, name="Mo Mentor")


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def test_a_colleague_named_in_a_comment_gets_one_mail(client, officer, city, roadmap):
    colleague = factories.make_officer(city, name="Ada Example")
    other = factories.make_officer(city)
    say(client, roadmap, text="What do you think, @Ada Example?", mentioned=[str(other.pk)])
    assert {mail.recipient for mail in Mail.objects.all()} == {colleague, other}
    assert "What do you think" in Mail.objects.first().text
    comment = SectionComment.objects.get()
    assert comment.audience == "team"


NAMES = ["Ana", "Ana Maria Silva", "José Peña", "Li Wei", "Li Na", "Jean-Luc O’Neill"]
SAID = {
    "@Ana Maria Silva please look": ["Ana Maria Silva"],
    "@Ana please look": ["Ana"],
    "@Ana, Maria thinks so": ["Ana"],
    "@maria please look": ["Ana Maria Silva"],
    "(@Jose Pena)": ["José Peña"],
    "@Li Na and @PEÑA.": ["Li Na", "José Peña"],
    "@jean-luc: and @Ana\nMaria": ["Ana", "Jean-Luc O’Neill"],
    "Write to ana@example.org or a@Ana": [],
    "@Li": [],
    "@Mariana and @": [],
}


@pytest.mark.parametrize("said", SAID)
def test_a_name_in_a_comment_is_the_longest_that_fits_and_a_part_that_fits_one(
    client, officer, city, roadmap, said
):
    for name in NAMES:
        factories.make_officer(city, name=name)
    say(client, roadmap, text=said)
    told = [one.name for one in SectionComment.objects.get().mentioned.all()]
    assert sorted(told) == sorted(SAID[said])
    assert sorted(mail.recipient.name for mail in Mail.objects.all()) == sorted(SAID[said])


def test_the_page_says_who_was_told_and_whom_it_did_not_find(
    client, officer, city, roadmap, mentor
):
    for name in NAMES:
        factories.make_officer(city, name=name)
    answer = say(client, roadmap, text="@Maria, @Bob, @Li and @Mentor: look", follow=True)
    page = unescape(answer.content.decode())
    assert "Your comment is there. Told by mail: Ana Maria Silva." in page
    assert "“@Bob” is nobody who could read this: nobody was told." in page
    assert "“@Li” may be Li Na, Li Wei: nobody was told." in page
    assert "Mo Mentor is an adviser and does not read this comment, so was not told." in page


def test_namesakes_are_both_told(client, officer, city, roadmap):
    for _one in range(2):
        factories.make_officer(city, name="Kim Berg")
    say(client, roadmap, text="@Kim")
    assert Mail.objects.count() == 2


def test_advisers_read_what_is_meant_for_them_and_answer(client, officer, roadmap, mentor):
    say(client, roadmap, text="Among us")
    say(client, roadmap, text="For all", audience="advisers", mentioned=[str(mentor.pk)])
    theirs = signed_in(mentor)
    page = theirs.get(at("section-talk", roadmap, "lessons")).content.decode()
    assert "For all" in page
    assert "Among us" not in page
    say(theirs, roadmap, text="Well done")
    assert SectionComment.objects.get(author=mentor).audience == "advisers"
    assert "Well done" in client.get(at("section-talk", roadmap, "lessons")).content.decode()


def test_nobody_is_named_in_what_they_would_not_read(client, officer, roadmap, mentor):
    answer = say(client, roadmap, text="Among us", mentioned=[str(mentor.pk)])
    assert "Mo Mentor would not read it" in answer.content.decode()
    assert not SectionComment.objects.exists()
    assert not Mail.objects.exists()


def test_a_comment_is_settled_and_opened_again(client, officer, roadmap):
    say(client, roadmap, text="Too long")
    comment = SectionComment.objects.get()
    tree = at("roadmap-write", roadmap)
    assert "1 open comment" in client.get(tree).content.decode()
    client.post(at("comment-settle", roadmap, "lessons", comment.pk))
    comment.refresh_from_db()
    assert comment.resolved_by == officer
    assert "1 open comment" not in client.get(tree).content.decode()
    client.post(at("comment-settle", roadmap, "lessons", comment.pk), {"open": "1"})
    comment.refresh_from_db()
    assert comment.resolved_at is None


def test_its_author_takes_a_comment_back_and_puts_it_back(client, officer, city, roadmap):
    say(client, roadmap, text="Said in anger")
    comment = SectionComment.objects.get()
    page, act = at("section-talk", roadmap, "lessons"), ("lessons", comment.pk)
    colleague = signed_in(factories.make_officer(city))
    address = at("comment-take-back", roadmap, *act)
    assert colleague.post(address).status_code == 403
    for _time in range(2):
        client.post(address)
    told = colleague.get(page).content.decode()
    assert "Said in anger" not in told
    assert f"{officer} took a comment back" in told
    assert "1 open comment" not in client.get(at("roadmap-write", roadmap)).content.decode()
    assert colleague.post(address, {"back": "1"}).status_code == 403
    client.post(address, {"back": "1"})
    assert "Said in anger" in colleague.get(page).content.decode()
    # Written, taken back once, put back: the words stood there all the time.
    assert list(comment.history.values_list("text", flat=True)) == ["Said in anger"] * 3


def test_staff_hide_what_they_may_read_and_show_it_again(client, officer, roadmap):
    say(client, roadmap, text="Among us")
    say(client, roadmap, text="For all", audience="advisers")
    staff, page = signed_in(factories.make_staff()), at("section-talk", roadmap, "lessons")
    changes = reverse("admin:initiatives_sectioncomment_changelist")
    assert "Among us" not in staff.get(changes).content.decode()
    ticked = list(SectionComment.objects.values_list("pk", flat=True))
    staff.post(changes, {"action": "hide", "_selected_action": ticked})
    told = client.get(page).content.decode()
    assert "was hidden by staff" in told
    assert "Among us" in told
    assert "For all" not in told
    # Its author cannot undo what staff decided.
    hidden = SectionComment.objects.get(audience="advisers")
    address = at("comment-take-back", roadmap, "lessons", hidden.pk)
    assert client.post(address, {"back": "1"}).status_code == 403
    staff.post(changes, {"action": "show", "_selected_action": ticked})
    assert "For all" in client.get(page).content.decode()


def test_a_charter_is_talked_about_and_has_a_history_like_a_section(client, officer, city, roadmap):
    initiative = factories.make_initiative(roadmap, name="Trams")
    factories.make_officer(city, name="Ada Example")
    key = f"charter-{initiative.pk}"
    charter = reverse("initiatives:initiative-edit", args=[initiative.slug])
    page = client.get(charter).content.decode()
    assert at("section-talk", roadmap, key) in page
    client.post(
        charter, fields_of(page, "charter-form") | {"goal": "Trams for all", "status": "running"}
    )
    say(client, roadmap, key, text="Which line, @Ada Example?")
    assert SectionComment.objects.get().section == key
    assert "Trams" in Mail.objects.get().subject + Mail.objects.get().text
    assert "1 open comment" in client.get(at("roadmap-write", roadmap)).content.decode()
    changes = past.of(roadmap, places.find(roadmap, key))
    told = {field["label"] for field in changes[0].fields}
    assert told == {"Ultimate goal and scope", "Status"}
    page = client.get(at("section-history", roadmap, key)).content.decode()
    assert "Trams for all" in page.replace("<ins>", "").replace("</ins>", "")


def test_a_charter_of_another_roadmap_is_not_found_and_strangers_do_not_learn(
    client, officer, roadmap
):
    foreign = factories.make_initiative()
    pages = [
        at(name, roadmap, f"charter-{key}")
        for name in ("section-talk", "section-history")
        for key in (foreign.pk, 10**9, "x", "1" * 30)
    ]
    assert {client.get(page).status_code for page in pages} == {404}
    # Of a published roadmap, strangers learn the same of what there is and what there is not.
    own = factories.make_initiative(factories.make_roadmap())
    stranger = signed_in(factories.make_officer(factories.make_city()))
    for key in (own.pk, own.pk + 10_000):
        page = at("section-talk", own.roadmap, f"charter-{key}")
        assert stranger.get(page).status_code == 403


# ── beside the form ─────────────────────────────────────────────────────────────────────────────
@pytest.fixture(params=["section", "charter"])
def form(request, roadmap):
    """The key of a section or a charter, and the address of its form."""
    if request.param == "section":
        return "lessons", at("section-write", roadmap, "lessons")
    one = factories.make_initiative(roadmap)
    return f"charter-{one.pk}", reverse("initiatives:initiative-edit", args=[one.slug])


def test_open_comments_stand_beside_the_form_and_are_settled_there(client, officer, roadmap, form):
    key, address = form
    say(client, roadmap, key, text="Is that so?")
    say(client, roadmap, key, text="Long settled")
    SectionComment.objects.filter(text="Long settled").update(resolved_at=timezone.now())
    page = client.get(address).content.decode()
    aside = page.split('id="comments"')[1].split("</section>")[0]
    assert "Is that so?" in aside
    assert "Long settled" not in page
    comment = SectionComment.objects.get(text="Is that so?")
    answer = client.post(at("comment-settle", roadmap, key, comment.pk), {"from": "form"})
    assert answer.url == f"{address}#comments"
    assert "Is that so?" not in client.get(address).content.decode()


def test_what_is_settled_beside_a_form_leads_back_to_the_same_part_and_nowhere_else(
    client, officer, roadmap, form
):
    key, address = form
    say(client, roadmap, key, text="Is that so?")
    settle = at("comment-settle", roadmap, key, SectionComment.objects.get().pk)
    part = f"{address}?city=b"
    assert f'name="next" value="{part}"' in client.get(part).content.decode()
    for asked, leads in (
        (part, f"{part}#comments"),
        ("https://evil.example/", f"{address}#comments"),
        ("//evil.example", f"{address}#comments"),
    ):
        assert client.post(settle, {"from": "form", "next": asked}).url == leads


def test_with_htmx_the_list_alone_is_swapped_and_what_is_typed_stays(
    client, officer, roadmap, form
):
    key, address = form
    say(client, roadmap, key, text="Is that so?")
    say(client, roadmap, key, text="What else?")
    comment = SectionComment.objects.get(text="Is that so?")
    settle = at("comment-settle", roadmap, key, comment.pk)
    assert f'hx-post="{settle}" hx-target="#comments"' in client.get(address).content.decode()
    sent = {"from": "form", "next": f"{address}?city=b"}
    answer = client.post(settle, sent, headers={"HX-Request": "true"})
    part = answer.content.decode()
    assert "<html" not in part
    assert "What else?" in part
    assert "Is that so?" not in part
    assert f'name="next" value="{address}?city=b"' in part
    assert "1 open comment<" in part
    client.logout()
    answer = client.post(settle, sent, headers={"HX-Request": "true"})
    assert "You are signed out" in answer.content.decode()
    assert "What else?" not in answer.content.decode()


def test_the_charters_form_says_who_else_types_in_it(client, officer, city, roadmap):
    one = factories.make_initiative(roadmap)
    colleague = factories.make_officer(city, name="Ada Example")
    signed_in(colleague).post(
        reverse("cities:draft-save", args=["charter", str(one.pk)]),
        {"goal": "A secret", "autosave_page": "1", "autosave_number": "1"},
    )
    page = client.get(reverse("initiatives:initiative-edit", args=[one.slug])).content.decode()
    assert "Writing here as well at the moment: Ada Example." in page
    assert "A secret" not in page
