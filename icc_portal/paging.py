"""Lists in pages, for programs."""

from typing import Any

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """Fifty rows a page unless `page_size` asks for another number, at most two hundred."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Say of the first and the last page that they lead nowhere, as OpenAPI 3.1 says it."""
        told: dict[str, Any] = super().get_paginated_response_schema(schema)
        for name in ("next", "previous"):
            told["properties"][name] |= {"type": ["string", "null"]}
            del told["properties"][name]["nullable"]
        return told
