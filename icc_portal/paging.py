"""Lists in pages, for programs."""

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """Fifty rows a page unless `page_size` asks for another number, at most two hundred."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
