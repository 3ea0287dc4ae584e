"""What the lists that are compared row by row share: words, groups and their counts."""

import pytest

from cities.filters import OrganisationFilter
from cities.models import Organisation, OrganisationKind
from tests.factories import make_organisation

pytestmark = pytest.mark.django_db


def test_a_group_is_counted_as_if_it_alone_stood_open():
    hub = make_organisation(name="Łódź Hub", country="PL").kind
    lab = OrganisationKind.objects.create(slug="lab", name="Living lab")
    make_organisation(name="Lodz Lab", country="PL", kind=lab)
    make_organisation(name="Lodz of France", country="FR", kind=lab)
    make_organisation(name="Elsewhere", country="PL", kind=lab)

    narrowed = OrganisationFilter(
        {"q": "lodz", "kind": ["lab"], "country": ["PL"]}, queryset=Organisation.objects.all()
    )

    assert [one.name for one in narrowed.found()] == ["Lodz Lab"]
    counts = {
        group["name"]: {option["value"]: option["count"] for option in group["options"]}
        for group in narrowed.facets()
    }
    assert counts == {
        "kind": {hub.slug: 1, "lab": 1},
        "service": {},
        "country": {"FR": 1, "PL": 1},
    }
