"""Staff screens of the marketplace, a file for each family of pages."""

from marketplace.admin import entries, ledger, reviews, revisions, vocabulary

__all__ = ["entries", "ledger", "reviews", "revisions", "vocabulary"]
