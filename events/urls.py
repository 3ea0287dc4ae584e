"""Addresses of this app, each written whole ("events/…")."""

from django.urls import URLPattern

app_name = "events"
urlpatterns: list[URLPattern] = []
