"""Agendas as programs of conferences read them: schedule.json and schedule.xml."""

from events.exchange.schedules import as_json, as_xml

__all__ = ["as_json", "as_xml"]
