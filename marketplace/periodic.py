"""What the clock starts for the marketplace."""

import logging

from celery import shared_task

from marketplace.search import index

log = logging.getLogger(__name__)


@shared_task(name="marketplace.look_after_index")
def look_after_index() -> None:
    """Bring this host's search index up to date; make it anew when it is out of step.

    Web processes follow changes by themselves; this is for what slipped past all of them, such as
    rows deleted in the database.
    """
    try:
        if index.differs_from_database():
            log.warning("The search index is out of step with the database; it is rebuilt.")
            index.rebuild(wait=False)
    except (index.IndexUnusable, OSError) as failure:
        log.warning("The search index could not be looked after: %s", failure)
