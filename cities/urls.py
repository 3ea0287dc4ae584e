"""Addresses of this app, each written whole ("cities/…")."""

from django.urls import path

from cities.views import (
    addresses,
    cities,
    consortia,
    drafts,
    inbox,
    organisations,
    pages,
    pairings,
    traits,
)

app_name = "cities"
urlpatterns = [
    path("cities/", cities.city_list, name="city-list"),
    path("cities/organisations/", organisations.organisation_list, name="organisation-list"),
    path(
        "cities/organisations/<slug:slug>/",
        organisations.organisation_detail,
        name="organisation-detail",
    ),
    path("cities/consortia/", consortia.consortium_list, name="consortium-list"),
    path("cities/consortia/<slug:slug>/", consortia.consortium_detail, name="consortium-detail"),
    path("cities/collaborations/", pairings.pairing_list, name="pairing-list"),
    path("cities/<slug:slug>/", cities.city_detail, name="city-detail"),
    path("cities/<slug:slug>/traits/", traits.CityTraits.as_view(), name="city-traits"),
    path("sources/", pages.sources, name="sources"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("about/", pages.about, name="about"),
    path("desk/mail/", inbox.inbox, name="mail-inbox"),
    path("desk/mail/settings/", inbox.MailSettings.as_view(), name="mail-settings"),
    path("desk/mail/read/", inbox.mark_read, name="mail-all-read"),
    path("desk/mail/<int:pk>/", inbox.message, name="mail-message"),
    path("desk/mail/<int:pk>/read/", inbox.mark_read, name="mail-read"),
    path("mail/confirm/<slug:token>/", addresses.confirm_address, name="mail-confirm"),
    path("mail/off/<str:token>/", addresses.switch_off, name="mail-off"),
    path("drafts/<slug:form>/", drafts.save_draft, name="draft-save"),
    path("drafts/<slug:form>/<slug:target>/", drafts.save_draft, name="draft-save"),
]
