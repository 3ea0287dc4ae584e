"""Steps that the tests of connectors share: connect, fetch, and look at what came."""

from initiatives import connectors
from tests import factories


def connect(kpi, source, kind="json", path="/value.json", pick='path:["value"]', **fields):
    fields = {"sealed_credential": "", "created_by": None, **fields}
    address = f"{source.base}{path}"
    return factories.make_connector(kpi, kind=kind, address=address, pick=pick, **fields)


def fetch(connector):
    connectors.fetch(connector.pk)
    connector.refresh_from_db()
    return connector


def values(kpi):
    return [one.number for one in kpi.measurements.current().order_by("pk")]
