"""Addresses of this app, each written whole ("marketplace/…")."""

from django.urls import URLPattern, path

from marketplace.views import review

app_name = "marketplace"
urlpatterns: list[URLPattern] = [
    path("review/", review.ReviewDesk.as_view(), name="review-desk"),
    path("review/<int:pk>/", review.ReviewDetail.as_view(), name="review-detail"),
    path("review/<int:pk>/decline/", review.ReviewDecline.as_view(), name="review-decline"),
]
