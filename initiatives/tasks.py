"""Work for the worker: documents that somebody ordered, spreadsheets, the sources of KPIs."""

from cities import effects
from initiatives import connectors
from initiatives.deliverable import links, orders, works
from initiatives.exchange import jobs


@effects.does(orders.KIND, outside=True)
def make_documents(*, order: int) -> None:
    """Make the documents of an order."""
    orders.make(order)


@effects.does(works.KIND, outside=True)
def work_on_deliverable(*, work: int) -> None:
    """Check a large roadmap, or hand it in."""
    works.do(work)


@effects.does(links.KIND, outside=True)
def try_link(*, link: int) -> None:
    """Ask for an address that a city gave."""
    links.try_one(link)


@effects.does("initiatives.ask_source", outside=True)
def ask_source(*, connector: int) -> None:
    """Ask a source what it has, for somebody who sets a connector up."""
    connectors.answer(connector)


@effects.does("initiatives.fetch_value", outside=True)
def fetch_value(*, connector: int) -> None:
    """Fetch the value of a KPI from its source."""
    connectors.fetch(connector)


@effects.does(jobs.READ, outside=True)
def read_sheet(*, sheet: int) -> None:
    """Read the file of a long spreadsheet."""
    jobs.read_sheet(sheet)


@effects.does(jobs.COMPARE, outside=True)
def compare_sheet(*, sheet: int) -> None:
    """Compare a long spreadsheet with what is saved."""
    jobs.compare_sheet(sheet)


@effects.does(jobs.WRITE)
def write_sheet(*, sheet: int) -> None:
    """Write the next rows of a long spreadsheet."""
    jobs.write_sheet(sheet)
