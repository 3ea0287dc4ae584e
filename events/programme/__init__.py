"""The meetings of the programme, from its data files."""

from django.db import transaction

from cities.programme import Loading
from events.programme.group_work import load_group_work
from events.programme.groups import load_groups
from events.programme.meetings import load_meetings
from events.programme.polls import load_polls
from events.programme.remains import load_remains
from events.programme.vocabulary import load_kinds


@transaction.atomic
def load(loading: Loading) -> None:
    """Load kinds, action groups, meetings, what remains of both, and polls: all or nothing."""
    load_kinds(loading)
    load_groups(loading)
    load_meetings(loading)
    load_group_work(loading)
    load_remains(loading)
    load_polls(loading)
