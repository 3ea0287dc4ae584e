"""Addresses of this app, each written whole ("cities/…")."""

from django.urls import path

from cities.views import drafts

app_name = "cities"
urlpatterns = [
    path("drafts/<slug:form>/", drafts.save_draft, name="draft-save"),
    path("drafts/<slug:form>/<slug:target>/", drafts.save_draft, name="draft-save"),
]
