"""What people who are interested in an entry wrote to its owner."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities.models import Actor, City
from cities.permissions import is_programme_staff
from marketplace.models.entries import Entry


class ContactRequestQuerySet(models.QuerySet["ContactRequest"]):
    """Questions about contact requests."""

    def visible_to(self, user: Actor) -> ContactRequestQuerySet:
        """Keep what went to this person's cities, and what they wrote; staff read all."""
        if not user.is_authenticated:
            return self.none()
        if is_programme_staff(user):
            return self.all()
        own = City.objects.acted_for_by(user).order_by().values("pk")
        return self.filter(Q(city__in=own) | Q(sender=user))

    def received_by(
        self, user: Actor, cities: Collection[int] | None = None
    ) -> ContactRequestQuerySet:
        """Keep what waits for this person's answer, or did: their cities'; staff, where is none.

        `cities` are the keys of their cities, where these are known.
        """
        if not user.is_authenticated:
            return self.none()
        own = City.objects.acted_for_by(user).order_by().values("pk")
        received = Q(city__in=own if cities is None else cities)
        if is_programme_staff(user):
            received |= Q(city=None)
        return self.filter(received)

    def open(self) -> ContactRequestQuerySet:
        """Keep those nobody answered yet."""
        return self.filter(answered_at__isnull=True)


class ContactRequest(models.Model):
    """Somebody asks an entry's owner something, and says where to answer.

    `key` is that of the form it came with: sent twice, it is one. The city is the owner at that
    time; a later owner does not read what was written to another.
    """

    key = models.UUIDField(_("key of the form"), default=uuid.uuid4, unique=True, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="contact_requests")
    city = models.ForeignKey(
        City, on_delete=models.CASCADE, null=True, blank=True, related_name="contact_requests"
    )
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="contact_requests",
    )
    name = models.CharField(_("name"), max_length=120)
    address = models.EmailField(_("address to answer"), max_length=254)
    words = models.TextField(_("words"), max_length=4000)
    agreed_text = models.TextField(_("text agreed to"))
    sent_at = models.DateTimeField(_("sent at"), auto_now_add=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    demonstration = models.BooleanField(
        _("demonstration"), default=False, help_text=_("Invented to show how the portal works.")
    )

    objects = ContactRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = _("contact request")
        verbose_name_plural = _("contact requests")
        indexes = [models.Index(fields=["city", "-sent_at"], name="contact_request_by_city")]
        constraints = [
            models.CheckConstraint(
                name="contact_request_answer_is_dated",
                condition=Q(answered_by__isnull=True) | Q(answered_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.entry}"

    def get_absolute_url(self) -> str:
        """Return the address of its page on the desk."""
        return reverse("marketplace:contact-request", args=[self.pk])
