"""Addresses of this app, each written whole ("marketplace/…")."""

from django.urls import URLPattern

app_name = "marketplace"
urlpatterns: list[URLPattern] = []
