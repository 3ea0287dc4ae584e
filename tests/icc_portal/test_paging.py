"""The pages of the public's lists: past the ends stand the first and the last, nonsense is none."""

import pytest

LISTS = [
    "/cities/",
    "/cities/organisations/",
    "/initiatives/kpis/",
    "/initiatives/",
    "/events/",
    "/marketplace/",
    "/marketplace/reuse/",
    "/marketplace/demand/",
]


@pytest.mark.django_db
@pytest.mark.parametrize("address", LISTS)
def test_past_an_end_stands_a_page_and_nonsense_is_no_page(client, address):
    for number in ("0", "-3", "99999", "1" * 400):
        assert client.get(address, {"page": number}).status_code == 200, number
    for nonsense in ("abc", "1.5", "²", "last"):
        assert client.get(address, {"page": nonsense}).status_code == 404, nonsense


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/marketplace/reuse/", "/marketplace/demand/"])
def test_a_name_that_is_no_filter_is_said(client, address):
    page = client.get(address, {"theme[]": "energy", "utm_source": "mail"}).content.decode()
    assert "No filter is called “theme[]”: left out." in page
    assert "“utm_source”" not in page
