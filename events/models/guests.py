"""People from outside the programme whom staff invite to sessions. They need no account."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities import clock
from cities.models import Actor, MailAddress
from events.models.events import Event, EventStatus
from events.models.sessions import Session


class GuestState(models.TextChoices):
    """How an invitation stands. `services.guests` alone changes it."""

    INVITED = "invited", _("Invited")
    ACCEPTED = "accepted", _("Comes")
    DECLINED = "declined", _("Does not come")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class GuestQuerySet(models.QuerySet["Guest"]):
    """Questions about guests."""

    def visible_to(self, user: Actor) -> GuestQuerySet:
        """Keep all for staff, who invite them; to others there are none."""
        if user.is_authenticated and user.is_active and user.is_staff:
            return self.all()
        return self.none()


class Guest(models.Model):
    """An invitation to sessions of an event. Of its link the database keeps the digest alone."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="guests")
    name = models.CharField(_("name"), max_length=150)
    # Forgotten a week after the event.
    email = models.EmailField(_("e-mail address"), max_length=254)
    organisation = models.CharField(_("organisation or city"), max_length=160, blank=True)
    language = models.CharField(_("language of mails"), max_length=10, default="en")
    message = models.TextField(_("some words of yours"), blank=True, max_length=2000)
    answer_until = models.DateTimeField(
        _("answer until"),
        null=True,
        blank=True,
        help_text=_("Without a moment, until the event is over."),
    )
    state = models.CharField(
        _("state"), choices=GuestState, default=GuestState.INVITED, max_length=10, editable=False
    )
    invited_at = models.DateTimeField(_("invited at"), default=timezone.now, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    address = models.ForeignKey(
        MailAddress, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    nonce = models.CharField(max_length=40, blank=True, editable=False)
    digest = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001
    # The address of their calendar, made when they accept; ended by them, or with their coming.
    # A release that knows no such column writes guests as well: the database fills it in.
    calendar_nonce = models.CharField(
        max_length=40, blank=True, default="", db_default="", editable=False
    )
    calendar_digest = models.CharField(  # noqa: DJ001
        max_length=64, null=True, unique=True, editable=False
    )
    sessions = models.ManyToManyField(Session, through="GuestPlace", related_name="guests")

    objects = GuestQuerySet.as_manager()

    class Meta:
        ordering = ["event", "name", "pk"]
        verbose_name = _("guest")
        verbose_name_plural = _("guests")
        constraints = [
            models.UniqueConstraint(
                "event",
                Lower("email"),
                condition=~Q(email=""),
                name="guest_once_per_event",
                violation_error_message=_("This address is invited to the event already."),
            ),
            models.CheckConstraint(
                name="guest_answer_is_dated",
                condition=Q(state__in=["invited", "withdrawn"]) | Q(answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Say whether the invitation can still be answered."""
        return (
            self.state != GuestState.WITHDRAWN
            and self.event.status == EventStatus.PUBLISHED
            and not self.event.is_over
            and not (self.answer_until and clock.has_passed(self.answer_until, clock.now()))
        )


class GuestPresence(models.Model):
    """A guest was there on a day. `services.guest_doors` makes it; taken back, it stays as history.

    Guests are marked for days alone: what they are asked and certified does not hang on sessions.
    """

    guest = models.ForeignKey(Guest, on_delete=models.CASCADE, related_name="presences")
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("marked at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    by_code = models.BooleanField(_("by code"), default=False)
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["guest", "day", "at", "pk"]
        verbose_name = _("presence of a guest")
        verbose_name_plural = _("presences of guests")
        constraints = [
            models.UniqueConstraint(
                fields=["guest", "day"],
                condition=Q(undone_at__isnull=True),
                name="guest_presence_once_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.guest}, {self.day:%Y-%m-%d}"


class GuestPlace(models.Model):
    """A session to which a guest is invited; `is_taken` once they accepted it."""

    guest = models.ForeignKey(Guest, on_delete=models.CASCADE, related_name="places")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="guest_places")
    is_taken = models.BooleanField(_("comes"), default=False, editable=False)

    class Meta:
        ordering = ["guest", "session"]
        verbose_name = _("session of a guest")
        verbose_name_plural = _("sessions of a guest")
        constraints = [
            models.UniqueConstraint(fields=["guest", "session"], name="guest_place_once")
        ]

    def __str__(self) -> str:
        return f"{self.guest}, {self.session}"
