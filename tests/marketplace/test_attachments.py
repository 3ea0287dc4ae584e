"""Files of a revision: each kept once, and served to those who may read what it belongs to."""

import os
import time
from pathlib import Path

import pytest

from cities import uploads
from cities.periodic import remove_unnamed_files
from cities.uploads import UploadRefused
from marketplace import services, workflow
from marketplace.models import Attachment
from tests.factories import make_city, make_entry, make_officer, make_reviewer, make_revision
from tests.uploads import a_pdf, a_picture, kept_files


@pytest.mark.django_db
def test_the_same_file_lies_once_however_often_it_is_sent(settings):
    first, second = (make_entry(state="draft").revisions.get() for _ in range(2))
    rows = [
        services.attach(revision, uploads.read(a_picture(name)))
        for revision, name in [(first, "a.png"), (first, "again.png"), (second, "b.png")]
    ]

    assert rows[0] == rows[1]
    assert Attachment.objects.count() == 2
    assert kept_files(settings) == [rows[0].file.name]
    assert "a.png" not in rows[0].file.name


@pytest.mark.django_db
def test_a_submitted_revision_takes_no_more_files():
    city = make_city()
    draft = make_entry(city, state="draft").revisions.get()
    workflow.perform(workflow.Action.SUBMIT, draft, actor=make_officer(city))

    with pytest.raises(services.Refused, match="no longer change"):
        services.attach(draft, uploads.read(a_picture()))


@pytest.mark.django_db
def test_there_is_an_end_to_files(monkeypatch):
    monkeypatch.setattr("marketplace.services.attachments.MOST_ATTACHMENTS", 1)
    draft = make_entry(state="draft").revisions.get()
    services.attach(draft, uploads.read(a_picture()))

    with pytest.raises(services.Refused, match="remove one first"):
        services.attach(draft, uploads.read(a_pdf()))


@pytest.mark.django_db
def test_a_revision_starts_with_the_files_and_figures_of_the_one_before(settings):
    entry = make_entry(state="draft")
    first = entry.revisions.get()
    services.attach(first, uploads.read(a_picture()))
    first.figures.create(label="Users", kind="number", number=121, as_reported="121")
    first.state = "withdrawn"
    first.save()

    second = services.start_revision(entry, make_officer(entry.city))

    assert [row.file.name for row in second.attachments.all()] == kept_files(settings)
    assert [row.as_reported for row in second.figures.all()] == ["121"]
    assert (first.attachments.count(), first.figures.count()) == (1, 1)


@pytest.mark.django_db
def test_files_that_no_row_names_are_removed_after_a_day(settings):
    draft = make_entry(state="draft").revisions.get()
    stays = services.attach(draft, uploads.read(a_picture()))
    goes = services.attach(draft, uploads.read(a_pdf()))
    goes.delete()
    remove_unnamed_files()
    assert len(kept_files(settings)) == 2

    yesterday = time.time() - 25 * 60 * 60
    for row in (stays, goes):
        os.utime(Path(settings.MEDIA_ROOT) / row.file.name, (yesterday, yesterday))
    remove_unnamed_files()

    assert kept_files(settings) == [stays.file.name]
    # Sent again, a file that was about to go is young again.
    uploads.keep(uploads.read(a_picture()))
    assert (Path(settings.MEDIA_ROOT) / stays.file.name).stat().st_mtime > yesterday + 60


@pytest.mark.django_db
def test_a_full_disk_is_told_and_leaves_no_row_and_no_file_behind(monkeypatch, settings):
    draft = make_entry(state="draft").revisions.get()

    def refuse(_from, _to):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(UploadRefused, match="could not be stored just now"):
        services.attach(draft, uploads.read(a_picture()))

    assert not draft.attachments.exists()
    assert not list(Path(settings.MEDIA_ROOT).glob("**/*.png"))


@pytest.mark.django_db
def test_public_files_are_served_harmless_and_kept_by_caches_for_minutes(client):
    entry = make_entry()
    entry.live_revision.state = "draft"
    entry.live_revision.save()
    picture = services.attach(entry.live_revision, uploads.read(a_picture("plan.png")))
    document = services.attach(entry.live_revision, uploads.read(a_pdf("Bericht ü.pdf")))

    answer = client.get(picture.get_absolute_url())

    assert b"".join(answer).startswith(b"\x89PNG")
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"] == 'inline; filename="plan.png"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "public, max-age=600"
    assert "Set-Cookie" not in answer
    again = client.get(picture.get_absolute_url(), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    saved = client.get(document.get_absolute_url())
    assert saved["Content-Disposition"].startswith("attachment;")
    saved.close()


@pytest.mark.django_db
def test_files_of_a_draft_are_served_to_its_team_and_reviewers_alone(client):
    city = make_city()
    live = make_entry(city)
    draft = make_revision(live, state="draft")
    url = services.attach(draft, uploads.read(a_picture())).get_absolute_url()

    assert client.get(url).status_code == 404
    client.force_login(make_officer(make_city()))
    assert client.get(url).status_code == 404
    client.force_login(make_reviewer())
    assert client.get(url).status_code == 404
    client.force_login(make_officer(city))
    answer = client.get(url)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    answer.close()


@pytest.mark.django_db
def test_a_file_that_is_lost_is_not_found_and_another_entry_does_not_lead_to_one(client):
    entry, other = make_entry(state="draft"), make_entry()
    row = services.attach(entry.revisions.get(), uploads.read(a_picture()))
    client.force_login(make_officer(entry.city))
    assert client.get(f"/marketplace/{other.slug}/attachments/{row.pk}/").status_code == 404

    Path(row.file.path).unlink()

    assert client.get(row.get_absolute_url()).status_code == 404
