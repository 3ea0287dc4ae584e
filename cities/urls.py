"""Addresses of this app, each written whole ("cities/…")."""

from django.urls import URLPattern

app_name = "cities"
urlpatterns: list[URLPattern] = []
