"""Entries of the marketplace: city profiles and solutions."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities.models import Actor, City, Sourced
from marketplace.models.conflicts import cities_in_conflict, entries_to_review, in_conflict

# Parts of addresses below /marketplace/ that are pages of their own.
RESERVED = {
    *("suggest", "cities", "offer", "compare", "shortlist", "searches", "search", "new"),
    *("reuse", "demand", "still-true"),
}


class EntryKind(models.TextChoices):
    """The two kinds of entries."""

    CITY_PROFILE = "city_profile", _("City profile")
    SOLUTION = "solution", _("Solution")


class EntryQuerySet(models.QuerySet["Entry"]):
    """Questions about entries. `live` is what the public sees."""

    def live(self) -> EntryQuerySet:
        """Keep what is published and not withdrawn."""
        return self.filter(live_revision__isnull=False, withdrawn_at__isnull=True)

    def visible_to(self, user: Actor) -> EntryQuerySet:
        """Keep what this person may know of.

        The public: live entries. Officers: also all of their cities'. Reviewers: also those with a
        revision they were asked to review and have no conflict of interest with. Mentors and
        experts: also the profiles of the cities they help. Staff: all they have no conflict of
        interest over.
        """
        public = Q(live_revision__isnull=False, withdrawn_at__isnull=True)
        if not user.is_authenticated:
            return self.filter(public)
        own = City.objects.acted_for_by(user).order_by().values("pk")
        helped = user.expert_assignments.running().order_by().values("city")
        theirs = public | Q(city__in=own) | Q(kind="city_profile", city__in=helped)
        if user.is_staff:
            return self.filter(theirs | self._far_from(user))
        return self.filter(theirs | Q(pk__in=entries_to_review(user)))

    def without_conflict_of(self, user: Actor) -> EntryQuerySet:
        """Keep those this person has no conflict of interest over, in none of their revisions."""
        return self.filter(self._far_from(user))

    def _far_from(self, user: Actor) -> Q:
        judged = self.model.objects.order_by().filter(in_conflict(user, "revisions__"))
        return ~Q(city__in=cities_in_conflict(user)) & ~Q(pk__in=judged.values("pk"))

    def solutions(self) -> EntryQuerySet:
        """Keep solutions."""
        return self.filter(kind=EntryKind.SOLUTION)

    def profiles(self) -> EntryQuerySet:
        """Keep city profiles."""
        return self.filter(kind=EntryKind.CITY_PROFILE)

    def for_cards(self) -> EntryQuerySet:
        """Fetch with each entry what a card shows."""
        return self.select_related("city", "live_revision").prefetch_related(
            "live_revision__themes"
        )


class Entry(Sourced):
    """Something the marketplace shows, whatever its revision: it has an owner and an address.

    The public sees `live_revision`. A new draft is written and reviewed beside it.
    """

    kind = models.CharField(_("kind"), choices=EntryKind, max_length=14)
    slug = models.SlugField(_("short address"), max_length=120, unique=True)
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, null=True, blank=True, related_name="entries"
    )
    owner_note = models.CharField(
        _("note on the owner"), max_length=200, blank=True, help_text=_("When no city is known.")
    )
    live_revision = models.OneToOneField(
        "Revision", on_delete=models.PROTECT, null=True, blank=True, related_name="live_for"
    )
    first_published_at = models.DateTimeField(_("first published at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawal_reason = models.CharField(_("reason for the withdrawal"), max_length=300, blank=True)
    confirmed_reuse = models.PositiveIntegerField(
        _("confirmed reuses"),
        default=0,
        editable=False,
        help_text=_("Other cities that pilot or use it, as its owner confirmed."),
    )
    confirmed_on = models.DateField(_("last confirmed on"), null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged_entries",
        verbose_name=_("merged into"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-first_published_at", "-pk"]
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        permissions = [("review_entry", _("Can review entries"))]
        constraints = [
            models.UniqueConstraint(
                fields=["city"],
                condition=Q(kind="city_profile"),
                name="entry_one_profile_per_city",
                violation_error_message=_("This city has a profile already."),
            ),
            models.CheckConstraint(
                name="entry_profile_has_city",
                condition=~Q(kind="city_profile") | Q(city__isnull=False),
            ),
            models.CheckConstraint(
                name="entry_live_is_dated",
                condition=Q(live_revision__isnull=True) | Q(first_published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="entry_withdrawn_was_published",
                condition=Q(withdrawn_at__isnull=True) | Q(first_published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="entry_merged_is_not_live",
                condition=Q(merged_into__isnull=True)
                | Q(live_revision__isnull=True)
                | Q(withdrawn_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.live_revision.title if self.live_revision else self.slug

    def get_absolute_url(self) -> str:
        """Return the address of the entry's public page."""
        return reverse("marketplace:entry-detail", kwargs={"slug": self.slug})

    def clean(self) -> None:
        """Refuse an address that a page of the portal has: the entry could not be reached."""
        if self.slug in RESERVED:
            words = _("“{address}” is the address of another page; choose another one.")
            raise ValidationError({"slug": words.format(address=self.slug)})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it; an address it had before goes on leading to it."""
        columns = kwargs.get("update_fields")
        if columns is not None and "slug" not in columns:
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            before = Entry.objects.filter(pk=self.pk).values_list("slug", flat=True).first()
            super().save(*args, **kwargs)
            if before == self.slug:
                return
            # Whoever has an address now goes first, whoever had it.
            FormerAddress.objects.filter(slug=self.slug).delete()
            if before is not None:
                FormerAddress.objects.update_or_create(slug=before, defaults={"entry": self})


class FormerAddress(models.Model):
    """An address an entry had before; it leads to the entry for good."""

    slug = models.SlugField(_("former address"), max_length=120, unique=True)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="former_addresses")

    class Meta:
        ordering = ["slug"]
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")

    def __str__(self) -> str:
        return self.slug


class IndexChange(models.Model):
    """An entry changed for the public; each host's search index follows these rows in order."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="index_changes")
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("change for the search index")
        verbose_name_plural = _("changes for the search index")

    def __str__(self) -> str:
        return f"{self.pk}: {self.entry_id}"
