"""Addresses of this app, each written whole ("initiatives/…")."""

from django.urls import URLPattern

app_name = "initiatives"
urlpatterns: list[URLPattern] = []
