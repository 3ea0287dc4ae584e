"""Errors of the API, told as RFC 9457 problem details."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler


def problem(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Answer with what is wrong, where, and the request's number; None for what nobody expected."""
    response = exception_handler(exception, context)
    if response is None:
        return None
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(response.status_code).phrase,
        "status": response.status_code,
        "request_id": getattr(context["request"]._request, "request_id", ""),
    }
    if isinstance(exception, ValidationError) and isinstance(response.data, dict):
        told["detail"] = "Some values cannot be used; see errors for which and why."
        told["errors"] = response.data
    else:
        detail = response.data.get("detail") if isinstance(response.data, dict) else response.data
        told["detail"] = str(detail)
    response.data = told
    response.content_type = "application/problem+json"
    return response


PROBLEM = {
    "type": "object",
    "description": "What is wrong, as RFC 9457 tells it.",
    "required": ["type", "title", "status", "detail", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "request_id": {"type": "string", "description": "To quote when you ask about it."},
        "errors": {"type": "object", "description": "By parameter: what is wrong with it."},
    },
}


def describe(result: dict[str, Any], **_rest: Any) -> dict[str, Any]:
    """Add the answers that every address may give to the schema: 400, 404 and their shape."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    shape = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for methods in result["paths"].values():
        for told in methods.values():
            told["responses"] |= {
                "400": {"description": "A value cannot be used.", "content": shape},
                "404": {"description": "Nothing is here.", "content": shape},
            }
    return result
