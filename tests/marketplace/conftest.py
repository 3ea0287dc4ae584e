"""Each test of the marketplace has a search index of its own."""

import pytest


@pytest.fixture(autouse=True)
def with_an_index_of_its_own(own_index):
    """What a test publishes, the next one does not find."""
