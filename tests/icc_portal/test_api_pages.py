"""The page of the API that a browser is shown."""

import re

import pytest

from tests.factories import make_city

pytestmark = pytest.mark.django_db


def test_the_api_in_a_browser_is_a_page_of_ours_without_inline_code(client):
    answer = client.get("/api/v1/", headers={"Accept": "text/html"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<h1>" in page
    assert "style=" not in page
    assert "<style" not in page
    assert "onclick" not in page


def heading(client, path):
    page = client.get(path, headers={"Accept": "text/html"}).content.decode()
    return re.search(r"<h1>(.*?)</h1>", page)[1], re.search(
        r'class="lead">(.*?)</div>', page, re.S
    )[1]


def test_pages_of_the_api_are_called_by_what_is_on_them_and_their_words_are_set(client):
    make_city(slug="rouen")

    assert heading(client, "/api/v1/cities/")[0] == "Cities"
    assert heading(client, "/api/v1/cities/rouen/")[0] == "City"
    title, words = heading(client, "/api/v1/solutions/")
    assert title == "Solutions"
    assert "<code>q</code> orders by how well the words fit" in words
    assert "`" not in words
