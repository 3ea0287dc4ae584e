"""How an entry changes hands: it goes to another city, or into another entry."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities.models import Actor, City
from marketplace.models.entries import Entry


class TransferState(models.TextChoices):
    """Where a transfer stands. `services.transfer` alone changes it."""

    ASKED = "asked", _("Waiting for the other city")
    DONE = "done", _("Transferred")
    REFUSED = "refused", _("Refused by the other city")
    TAKEN_BACK = "taken_back", _("Taken back")


class TransferQuerySet(models.QuerySet["Transfer"]):
    """Questions about transfers. They are the business of both cities, and of staff."""

    def visible_to(self, user: Actor) -> TransferQuerySet:
        """Keep what this person may know of."""
        if user.is_authenticated and user.is_staff:
            return self.all()
        if not user.is_authenticated:
            return self.none()
        own = City.objects.acted_for_by(user).order_by().values("pk")
        return self.filter(Q(from_city__in=own) | Q(to_city__in=own))

    def open(self) -> TransferQuerySet:
        """Keep what waits for an answer."""
        return self.filter(state=TransferState.ASKED)


class Transfer(models.Model):
    """A city hands an entry over to another, which takes it or not; staff may do it at once."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="transfers")
    from_city = models.ForeignKey(
        City,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="transfers_away",
        verbose_name=_("from"),
    )
    to_city = models.ForeignKey(
        City, on_delete=models.PROTECT, related_name="transfers_here", verbose_name=_("to")
    )
    state = models.CharField(
        _("state"), choices=TransferState, default=TransferState.ASKED, max_length=10
    )
    note = models.CharField(_("why"), max_length=500)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="transfers_asked",
        verbose_name=_("asked by"),
    )
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="transfers_answered",
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state="asked"), name="transfer_one_open_per_entry"
            ),
            models.CheckConstraint(
                name="transfer_goes_elsewhere",
                condition=Q(from_city__isnull=True) | ~Q(from_city=F("to_city")),
            ),
            models.CheckConstraint(
                name="transfer_answer_is_dated",
                condition=Q(state="asked") | Q(answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} → {self.to_city}"

    def get_absolute_url(self) -> str:
        """Return the address where it is answered."""
        return reverse("marketplace:transfer-detail", kwargs={"pk": self.pk})

    @property
    def title(self) -> str:
        """What the entry is called, also before it is public."""
        if self.entry.live_revision is not None:
            return str(self.entry)
        latest = self.entry.revisions.order_by("-number").first()
        return latest.title if latest and latest.title else self.entry.slug


class Merge(models.Model):
    """The record of a merge: which entry went into which, what moved, who did it and why."""

    kept = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="merges", verbose_name=_("entry that stays")
    )
    merged = models.OneToOneField(
        Entry, on_delete=models.PROTECT, related_name="merge", verbose_name=_("entry that went")
    )
    reason = models.CharField(_("reason"), max_length=300)
    moved = models.JSONField(_("what moved"), default=dict)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="merges",
        verbose_name=_("done by"),
    )
    done_at = models.DateTimeField(_("done at"), auto_now_add=True)

    class Meta:
        ordering = ["-done_at", "-pk"]
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = [
            models.CheckConstraint(name="merge_is_of_two_entries", condition=~Q(kept=F("merged"))),
        ]

    def __str__(self) -> str:
        return f"{self.merged} → {self.kept}"
