"""Staff screens of the marketplace, a file for each family of pages."""

from marketplace.admin import entries, reviews, revisions, vocabulary

__all__ = ["entries", "reviews", "revisions", "vocabulary"]
