"""Documents are made in the worker, with progress, cancelling and another try."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from initiatives.deliverable import extras, orders, pdf
from initiatives.models import DeliverableOrder, OrderState
from tests import factories
from tests.initiatives.deliverable.conftest import make_outline

pytestmark = pytest.mark.django_db


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def roadmap(media):
    made = factories.make_roadmap(introduction="=1+1 is how a formula begins")
    factories.make_milestone(factories.make_initiative(made))
    return made


@pytest.fixture
def officer(client, roadmap):
    user = factories.make_officer(roadmap.participation.city)
    client.force_login(user)
    return user


@pytest.fixture
def order(roadmap, officer):
    return orders.place(roadmap, make_outline(), "programme", by=officer)


def test_an_order_becomes_four_documents(client, order, drain):
    drain()
    order.refresh_from_db()
    assert (order.state, order.percent) == (OrderState.DONE, 100)
    assert [one.kind for one in order.files.all()] == ["pdf", "pptx", "zip"]
    page = client.get(order.get_absolute_url()).content.decode()
    assert "hx-trigger" not in page
    for file in order.files.all():
        address = reverse(
            "initiatives:deliverable-file", args=[order.roadmap_id, order.pk, file.kind]
        )
        assert address in page
        answer = client.get(address)
        assert len(b"".join(answer.streaming_content)) == file.size
        assert "no-store" in answer["Cache-Control"]
    preview = client.get(
        reverse("initiatives:deliverable-preview", args=[order.roadmap_id, order.pk])
    )
    assert "is how a formula begins" in preview.content.decode()


def test_the_same_roadmap_on_the_same_day_gives_the_same_files(order, officer, drain):
    drain()
    again = orders.place(order.roadmap, order.template, "programme", by=officer)
    drain()
    assert again.pk != order.pk
    assert [one.sha256 for one in again.files.all()] == [one.sha256 for one in order.files.all()]


def test_a_dossier_holds_documents_data_and_what_others_add(order, drain, monkeypatch):
    monkeypatch.setitem(extras._extras, "test", lambda roadmap, audience: [("test/a.txt", b"a")])
    drain()
    with order.files.get(kind="zip").file.open() as file:
        archive = zipfile.ZipFile(io.BytesIO(file.read()))
    names = archive.namelist()
    assert names[0] == "README.txt"
    assert {name.rsplit(".")[-1] for name in names} >= {"pdf", "pptx", "html", "json", "csv", "svg"}
    assert "test/a.txt" in names
    assert all(entry.date_time == (1980, 1, 1, 0, 0, 0) for entry in archive.infolist())
    assert archive.testzip() is None


def test_whoever_asks_twice_gets_the_order_that_is_being_made(order, officer):
    assert orders.place(order.roadmap, order.template, "programme", by=officer).pk == order.pk


def test_while_it_is_made_the_page_asks_again_and_also_works_without_scripts(client, order):
    page = client.get(order.get_absolute_url()).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert "Look again" in page
    part = client.get(order.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'id="order-progress"' in part


def test_only_what_is_new_is_put_in_its_place_and_read_aloud(client, order):
    def asked(page):
        address = re.search('hx-get="([^"]+)"', page)[1]
        return client.get(address, headers={"HX-Request": "true"})

    page = client.get(order.get_absolute_url()).content.decode()
    assert 'id="order-said" role="status"></p>' in page
    assert asked(page).status_code == 204
    order.state, order.step = OrderState.RUNNING, "pdf"
    order.save()
    part = asked(page).content.decode()
    assert re.search('id="order-said" hx-swap-oob="innerHTML">[^<]*: Setting the PDF</p>', part)
    assert "role=" not in part.split('id="order-progress"')[1].split(">")[0]
    assert asked(part).status_code == 204


def test_a_cancelled_order_is_not_made_and_can_be_asked_for_again(client, order, drain):
    client.post(reverse("initiatives:deliverable-cancel", args=[order.roadmap_id, order.pk]))
    drain()
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED
    assert not order.files.exists()
    client.post(reverse("initiatives:deliverable-retry", args=[order.roadmap_id, order.pk]))
    drain()
    order.refresh_from_db()
    assert order.state == OrderState.DONE


def test_cancelling_between_two_steps_stops_the_work(order, drain, monkeypatch):
    whole = pdf.make

    def cancelled_meanwhile(content):
        orders.cancel(order)
        return whole(content)

    monkeypatch.setattr(pdf, "make", cancelled_meanwhile)
    drain()
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED
    assert [one.kind for one in order.files.all()] == ["pdf"]


def test_what_fails_is_told_and_can_be_tried_again(client, order, drain, monkeypatch):
    def broken(content):
        raise ValueError("no ink")

    with monkeypatch.context() as patch:
        patch.setattr(pdf, "make", broken)
        drain()
    order.refresh_from_db()
    assert order.state == OrderState.FAILED
    page = client.get(order.get_absolute_url()).content.decode()
    assert "could not be made" in page
    assert "no ink" not in page
    assert orders.retry(order)
    drain()
    order.refresh_from_db()
    assert order.state == OrderState.DONE


def test_an_order_whose_worker_went_silent_can_be_asked_for_again(order):
    silent = timezone.now() - orders.SILENT - timedelta(seconds=1)
    DeliverableOrder.objects.update(state=OrderState.RUNNING, changed_at=silent)
    order.refresh_from_db()
    assert orders.may_retry(order)
    DeliverableOrder.objects.update(changed_at=timezone.now())
    order.refresh_from_db()
    assert not orders.may_retry(order)


def test_files_of_old_orders_go_and_those_of_the_last_ones_stay(order, officer, drain):
    for _order in range(orders.KEPT_ORDERS + 1):
        drain()
        latest = orders.place(order.roadmap, order.template, "programme", by=officer)
    drain()
    assert not order.files.exists()
    assert latest.files.count() == 3


def test_the_desk_asks_the_database_no_more_for_more_orders(client, roadmap, officer, order):
    def asked(name):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(name, args=[roadmap.pk])).status_code == 200
        return len(captured)

    few = asked("initiatives:deliverable-desk"), asked("initiatives:deliverable-check")
    for _order in range(5):
        DeliverableOrder.objects.update(state=OrderState.CANCELLED)
        orders.place(roadmap, order.template, "programme", by=officer)
        roadmap.own_chapters.create(heading="Ours", text="Words")
    many = asked("initiatives:deliverable-desk"), asked("initiatives:deliverable-check")
    assert many == few
    assert max(many) <= 12
