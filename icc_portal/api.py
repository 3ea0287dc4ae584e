"""The read API: each app's viewsets under /api/v1/."""

from rest_framework.routers import DefaultRouter

router = DefaultRouter()
router.include_format_suffixes = False
