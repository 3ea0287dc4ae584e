"""Work for the worker: documents that somebody ordered, and asking the sources of KPIs."""

from cities import effects
from initiatives import connectors
from initiatives.deliverable import orders


@effects.does(orders.KIND, outside=True)
def make_documents(*, order: int) -> None:
    """Make the documents of an order."""
    orders.make(order)


@effects.does("initiatives.ask_source", outside=True)
def ask_source(*, connector: int) -> None:
    """Ask a source what it has, for somebody who sets a connector up."""
    connectors.answer(connector)


@effects.does("initiatives.fetch_value", outside=True)
def fetch_value(*, connector: int) -> None:
    """Fetch the value of a KPI from its source."""
    connectors.fetch(connector)
