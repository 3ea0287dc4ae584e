"""Mail: what was written to whom, who wants it how, and which addresses take none."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from cities.models.people import User
    from cities.models.places import City

UNCONFIRMED_DAYS = 14


class MailState(models.TextChoices):
    """Where a mail stands."""

    WAITING = "waiting", _("Waiting")
    INFLIGHT = "inflight", _("Being sent")
    SENT = "sent", _("Sent")
    UNCERTAIN = "uncertain", _("Perhaps sent")
    FAILED = "failed", _("Refused")
    # These three leave by themselves never: a person reads them in the portal.
    HELD = "held", _("Waits for the daily mail")
    GATHERED = "gathered", _("In a daily mail")
    KEPT = "kept", _("In the portal only")


class Delivery(models.TextChoices):
    """How a person wants mails of a kind."""

    IMMEDIATE = "immediate", _("At once")
    DIGEST = "digest", _("In one mail a day")
    OFF = "off", _("Not by mail")


class MailAddress(models.Model):
    """An address of somebody without an account, for one purpose they agreed to.

    It is used once its owner has confirmed it by the link mailed there. What they read when they
    agreed is kept as the proof. The link's token is kept hashed; the token itself is worked out
    again from `nonce` when the mail leaves.
    """

    address = models.EmailField(_("address"), max_length=254)
    purpose = models.CharField(_("purpose"), max_length=80)
    language = models.CharField(_("language of mails"), max_length=10, default="en")
    agreed_text = models.TextField(_("text agreed to"))
    leads_to = models.CharField(_("leads to"), max_length=300, blank=True)
    nonce = models.CharField(max_length=40, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("address without an account")
        verbose_name_plural = _("addresses without an account")
        constraints = [
            models.UniqueConstraint(
                Lower("address"), "purpose", name="mail_address_once_per_purpose"
            ),
        ]

    def __str__(self) -> str:
        return self.address


class RefusedAddressQuerySet(models.QuerySet["RefusedAddress"]):
    """Questions about refused addresses."""

    def of_team(self, city: City) -> RefusedAddressQuerySet:
        """Keep those of people in a city's team."""
        team = city.memberships.running().order_by()
        return self.filter(address__in=team.values(email=Lower("user__email")))


class RefusedAddress(models.Model):
    """An address that a mail server refused for good: nothing is sent there until staff say so."""

    # As it is compared: in lower case.
    address = models.EmailField(_("address"), max_length=254)
    reason = models.TextField(_("what the server said"))
    since = models.DateTimeField(_("since"), default=timezone.now)

    objects = RefusedAddressQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "-pk"]
        verbose_name = _("refused address")
        verbose_name_plural = _("refused addresses")
        constraints = [models.UniqueConstraint(Lower("address"), name="refused_address_once")]

    def __str__(self) -> str:
        return self.address


class MailPreference(models.Model):
    """How one person wants one kind of mail; without a row, the kind's default holds."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_preferences"
    )
    kind = models.CharField(_("kind"), max_length=60)
    delivery = models.CharField(_("how"), choices=Delivery, max_length=10)

    class Meta:
        ordering = ["user", "kind"]
        verbose_name = _("preference for mails")
        verbose_name_plural = _("preferences for mails")
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="mail_preference_once_per_kind")
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.kind}: {self.get_delivery_display()}"


class MailQuerySet(models.QuerySet["Mail"]):
    """Questions about mails."""

    def stuck(self) -> MailQuerySet:
        """Keep those being sent for more than ten minutes: nobody knows whether they went."""
        return self.filter(
            state=MailState.INFLIGHT, taken_at__lt=timezone.now() - timedelta(minutes=10)
        )

    def inbox_of(self, user: User) -> MailQuerySet:
        """Keep what was written to this person; the daily mail only repeats what stands here."""
        return self.filter(recipient=user, is_digest=False)

    def unread(self) -> MailQuerySet:
        """Keep what nobody marked as read."""
        return self.filter(read_at__isnull=True)


class Mail(models.Model):
    """One mail to one person, or one bare address, about one event. Never sent twice by itself."""

    key = models.CharField(_("event"), max_length=160, editable=False)
    kind = models.CharField(_("kind"), max_length=60, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="mails",
    )
    to_address = models.ForeignKey(
        MailAddress, on_delete=models.CASCADE, null=True, blank=True, related_name="mails"
    )
    address = models.EmailField(_("address"), max_length=254)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    link = models.CharField(_("leads to"), max_length=300, blank=True)
    about = models.CharField(
        _("about"), max_length=80, blank=True, help_text=_("Such as marketplace.entry:12.")
    )
    unsubscribe_url = models.CharField(_("address to unsubscribe"), max_length=500, blank=True)
    is_digest = models.BooleanField(_("daily mail"), default=False, editable=False)
    digest = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="gathered"
    )
    message_id = models.CharField(_("Message-ID"), max_length=200, unique=True, editable=False)
    state = models.CharField(
        _("state"), choices=MailState, default=MailState.WAITING, max_length=10, editable=False
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)
    taken_at = models.DateTimeField(_("taken at"), null=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    read_at = models.DateTimeField(_("read at"), null=True, editable=False)
    last_error = models.TextField(_("last error"), blank=True, editable=False)

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        indexes = [
            models.Index(fields=["recipient", "-created_at"], name="mail_by_recipient"),
            models.Index(fields=["about"], condition=~Q(about=""), name="mail_by_subject_matter"),
            models.Index(
                fields=["recipient"], condition=Q(state="held"), name="mail_held_by_recipient"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key", "recipient"], name="mail_once_per_event"),
            models.UniqueConstraint(
                fields=["key", "to_address"], name="mail_once_per_event_and_address"
            ),
            models.CheckConstraint(
                name="mail_sent_is_dated", condition=~Q(state="sent") | Q(sent_at__isnull=False)
            ),
            models.CheckConstraint(
                name="mail_has_one_reader",
                condition=Q(recipient__isnull=False, to_address__isnull=True)
                | Q(recipient__isnull=True, to_address__isnull=False),
            ),
            models.CheckConstraint(
                name="mail_gathered_has_person",
                condition=~Q(state__in=["held", "gathered"]) | Q(recipient__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def reader(self) -> str:
        """Whom it is for: a person by name, or a bare address."""
        return str(self.recipient or self.address)
