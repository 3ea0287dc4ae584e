"""What search engines are told."""

import pytest

pytestmark = pytest.mark.django_db
PARTS = ["lists", "cities", "consortia", "events", "groups", "initiatives", "marketplace"]


@pytest.mark.parametrize("part", PARTS)
def test_each_part_of_the_sitemap_can_be_read_by_a_visitor(client, part):
    answer = client.get(f"/sitemap-{part}.xml")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/xml"


def test_the_index_names_every_part_and_robots_names_the_index(client):
    index = client.get("/sitemap.xml").content.decode()

    assert all(f"/sitemap-{part}.xml" in index for part in PARTS)
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()
