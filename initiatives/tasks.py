"""Work for the worker: documents that somebody ordered."""

from cities import effects
from initiatives.deliverable import orders


@effects.does(orders.KIND, outside=True)
def make_documents(*, order: int) -> None:
    """Make the documents of an order."""
    orders.make(order)
