"""The programme's own vocabulary: editions, phases, themes, roles. All of it is data."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cities.models.sources import Sourced
from cities.today import today


def explained(short_name: str, name: str, starts_on: date, ends_on: date) -> str:
    """Return an edition's short name; where it tells no years, the whole name with them."""
    if any(sign.isdecimal() for sign in short_name):
        return short_name
    return f"{name} ({starts_on.year}–{ends_on.year})"


class EditionQuerySet(models.QuerySet["Edition"]):
    """Questions about editions."""

    def on(self, day: date) -> EditionQuerySet:
        """Keep the editions that run on a day."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class Edition(Sourced):
    """One run of the programme, with its own phases, themes and roles."""

    slug = models.SlugField(_("short address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=30)
    summary = models.TextField(_("summary"), blank=True)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    time_zone = models.CharField(
        _("time zone"),
        max_length=60,
        default="Europe/Brussels",
        help_text=_("Its working days begin and end there."),
    )
    is_shown = models.BooleanField(
        _("shown on the home page"), default=False, help_text=_("One edition at most.")
    )

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            models.CheckConstraint(
                name="edition_ends_after_start", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.UniqueConstraint(
                fields=["is_shown"], condition=Q(is_shown=True), name="edition_shown_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def explained_name(self) -> str:
        """Return the short name, or the whole one with its years where the short one has none."""
        return explained(self.short_name, self.name, self.starts_on, self.ends_on)

    @property
    def time_words(self) -> str:
        """Say in words whether it is over, runs or lies ahead."""
        day = today()
        if self.ends_on < day:
            return gettext("Completed")
        return gettext("Under way") if self.starts_on <= day else gettext("Coming up")


class EditionFigure(Sourced):
    """A figure about a whole edition, as it was announced on a day (figures move)."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="figures")
    label = models.CharField(_("label"), max_length=160)
    value = models.CharField(_("value as announced"), max_length=40)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["edition", "position", "as_of"]
        verbose_name = _("figure of an edition")
        verbose_name_plural = _("figures of editions")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "label", "as_of"], name="edition_figure_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.value}"


class Phase(Sourced):
    """A stretch of an edition with a purpose, such as preparation or implementation."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="phases")
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=120)
    purpose = models.TextField(_("purpose"), blank=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    reported_with = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("reported with")
    )

    class Meta:
        ordering = ["edition", "number"]
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="phase_number_once"),
            models.CheckConstraint(
                name="phase_ends_after_start",
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"

    @property
    def state(self) -> str:
        """Return "past", "current" or "coming", by today's date; "undated" without dates."""
        day = today()
        if self.starts_on is None or self.ends_on is None:
            return "undated"
        if self.ends_on < day:
            return "past"
        return "coming" if self.starts_on > day else "current"


class ThemeKind(models.Model):
    """What a theme is called in an edition: track, transversal service, sector…"""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="theme_kinds")
    slug = models.SlugField(_("short address"))
    name = models.CharField(_("name"), max_length=80)
    name_plural = models.CharField(_("name, plural"), max_length=80)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["edition", "position"]
        verbose_name = _("kind of theme")
        verbose_name_plural = _("kinds of themes")
        constraints = [
            models.UniqueConstraint(fields=["edition", "slug"], name="theme_kind_once_per_edition")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.edition.short_name})"


class Theme(Sourced):
    """A subject cities work on in an edition. The slug is stable across the whole portal."""

    kind = models.ForeignKey(ThemeKind, on_delete=models.PROTECT, related_name="themes")
    slug = models.SlugField(_("short address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=60)
    summary = models.TextField(_("summary"), blank=True)
    needs = models.TextField(
        _("needs voiced by cities"), blank=True, help_text=_("One need per line.")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["kind__position", "position", "name"]
        verbose_name = _("theme")
        verbose_name_plural = _("themes")

    def __str__(self) -> str:
        return self.short_name

    def get_absolute_url(self) -> str:
        """Return the marketplace narrowed to this theme."""
        return f"{reverse('marketplace:entry-list')}?theme={self.slug}"


class ParticipationRole(models.Model):
    """What a city can be in an edition: core city, mentor city, observer…"""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="roles")
    slug = models.SlugField(_("short address"))
    name = models.CharField(_("name"), max_length=80)
    name_plural = models.CharField(_("name, plural"), max_length=80)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    has_roadmap = models.BooleanField(_("works on a roadmap"), default=False)
    mentors_others = models.BooleanField(_("mentors other cities"), default=False)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["edition", "position"]
        verbose_name = _("role of a city")
        verbose_name_plural = _("roles of cities")
        constraints = [
            models.UniqueConstraint(fields=["edition", "slug"], name="role_once_per_edition")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.edition.short_name})"
