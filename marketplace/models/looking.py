"""What people who look around keep: entries on a shortlist, and searches that write to them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import Actor, MailAddress
from marketplace.models.entries import Entry


class ShortlistItemQuerySet(models.QuerySet["ShortlistItem"]):
    """Questions about shortlists. They are private: nobody reads another person's."""

    def visible_to(self, user: Actor) -> ShortlistItemQuerySet:
        """Keep this person's own."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class ShortlistItem(models.Model):
    """Somebody keeps an entry to come back to."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="shortlist"
    )
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="shortlisted")
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)

    objects = ShortlistItemQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]
        verbose_name = _("entry on a shortlist")
        verbose_name_plural = _("entries on shortlists")
        constraints = [
            models.UniqueConstraint(fields=["user", "entry"], name="shortlist_entry_once")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.entry}"


class Rhythm(models.TextChoices):
    """How often a saved search may write."""

    DAILY = "daily", _("Once a day at most")
    WEEKLY = "weekly", _("Once a week at most")


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    """Questions about saved searches. They are private as shortlists are."""

    def awake(self) -> SavedSearchQuerySet:
        """Keep those that may write: of people who can sign in, and of confirmed addresses."""
        return self.filter(Q(user__is_active=True) | Q(address__confirmed_at__isnull=False))

    def visible_to(self, user: Actor) -> SavedSearchQuerySet:
        """Keep this person's own."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class SavedSearch(models.Model):
    """A search that writes to a person, or to an address without an account, when something fits.

    `query` is what stands behind the question mark of the marketplace's address. `looked_until` is
    up to when entries were looked at: what was first published later has not been told.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="saved_searches",
    )
    address = models.OneToOneField(
        MailAddress, on_delete=models.CASCADE, null=True, blank=True, related_name="saved_search"
    )
    name = models.CharField(_("name"), max_length=120)
    query = models.CharField(_("what is looked for"), max_length=1000, blank=True)
    rhythm = models.CharField(_("how often"), choices=Rhythm, default=Rhythm.DAILY, max_length=10)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("saved at"), auto_now_add=True)
    looked_until = models.DateTimeField(_("looked until"), default=timezone.now, editable=False)
    told_at = models.DateTimeField(_("last wrote at"), null=True, blank=True, editable=False)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        constraints = [
            models.CheckConstraint(
                name="saved_search_has_one_reader",
                condition=Q(user__isnull=False, address__isnull=True)
                | Q(user__isnull=True, address__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["user", "query"],
                condition=Q(user__isnull=False),
                name="saved_search_once_per_person",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of what it finds now."""
        return f"{reverse('marketplace:entry-list')}?{self.query}"

    def get_stop_url(self) -> str:
        """Return the address where it is stopped without signing in: its token is the key."""
        return reverse("marketplace:search-stop", kwargs={"token": self.token})


class ToldEntry(models.Model):
    """A saved search told of an entry: it does so once."""

    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="told")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="told_by")
    told_at = models.DateTimeField(_("told at"), auto_now_add=True)

    class Meta:
        ordering = ["-told_at", "-pk"]
        verbose_name = _("entry that was told of")
        verbose_name_plural = _("entries that were told of")
        constraints = [
            models.UniqueConstraint(fields=["search", "entry"], name="told_entry_once_per_search")
        ]

    def __str__(self) -> str:
        return f"{self.search}: {self.entry}"
