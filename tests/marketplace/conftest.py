"""Each test of the marketplace has a search index of its own."""

import pytest

from marketplace.search import index


@pytest.fixture(autouse=True)
def own_index(settings, tmp_path):
    """A data folder without an index or files, and a process that has just started."""
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    index.forget()
    yield
    index.forget()
