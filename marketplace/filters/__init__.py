"""How entries are narrowed and ordered: by page and API alike."""

from marketplace.filters.entries import EntryFilter

__all__ = ["EntryFilter"]
