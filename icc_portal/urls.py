"""Every address of the portal.

Each app lists whole paths in its own urls.py ("marketplace/", "review/"), so an app may own more
than one branch of the tree; its namespace is its name.
"""

from django.contrib import admin
from django.contrib.sitemaps.views import index, sitemap
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from icc_portal import health, views
from icc_portal.api import router
from icc_portal.desk import desk
from icc_portal.home import home
from icc_portal.sitemaps import SITEMAPS

# The name under which Django's index of sitemaps looks for its parts.
SECTION_VIEW = "django.contrib.sitemaps.views.sitemap"

urlpatterns = [
    path("", home, name="home"),
    path("desk/", desk, name="desk"),
    path("", include("cities.urls")),
    path("", include("initiatives.urls")),
    path("", include("events.urls")),
    path("", include("marketplace.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/v1/", include(router.urls)),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("csp-report/", views.csp_report, name="csp-report"),
    path("sitemap.xml", index, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("sitemap-<section>.xml", sitemap, {"sitemaps": SITEMAPS}, name=SECTION_VIEW),
    path("robots.txt", views.robots, name="robots"),
]
handler400 = "icc_portal.errors.bad_request"
handler403 = "icc_portal.errors.permission_denied"
handler404 = "icc_portal.errors.page_not_found"
handler500 = "icc_portal.errors.server_error"
