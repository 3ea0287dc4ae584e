"""The page of the API that a browser is shown."""

import pytest

pytestmark = pytest.mark.django_db


def test_the_api_in_a_browser_is_a_page_of_ours_without_inline_code(client):
    answer = client.get("/api/v1/", headers={"Accept": "text/html"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<h1>" in page
    assert "style=" not in page
    assert "<style" not in page
    assert "onclick" not in page
