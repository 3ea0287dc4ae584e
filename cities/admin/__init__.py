"""Staff screens of the ground floor, a file for each family of nouns."""

from cities.admin import operations, participation, people, places, vocabulary

__all__ = ["operations", "participation", "people", "places", "vocabulary"]
