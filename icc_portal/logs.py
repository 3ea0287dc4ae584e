"""How the portal logs: a line per event for people, or JSON for machines."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from icc_portal.middleware import current_request_id


class AddRequestId(logging.Filter):
    """Give every record the number of the request it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the number; keep the record."""
        record.request_id = current_request_id.get()
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write time (UTC), level, logger, request and words; the traceback when there is one."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request_id": getattr(record, "request_id", "-"),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def logging_settings(*, as_json: bool) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error, from INFO on."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request": {"()": AddRequestId}},
        "formatters": {
            "text": {
                "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
            },
            "json": {"()": JsonLines},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "json" if as_json else "text",
                "filters": ["request"],
            }
        },
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            # Django's own copy of each request line; gunicorn's access log has it already.
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # Every sweep would be a line or two of its own.
            "celery": {"level": "WARNING"},
            "kombu": {"level": "WARNING"},
        },
    }
