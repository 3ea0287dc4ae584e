"""Where a record comes from: a published source, or our own invention for demonstration."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """A public page or document that records are taken from; its key stands in their `source`."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=250)
    publisher = models.CharField(_("publisher"), max_length=160, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    seen_on = models.DateField(_("seen on"), null=True, blank=True)
    licence = models.CharField(_("licence"), max_length=80, blank=True)

    class Meta:
        ordering = ["key"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return f"{self.key}: {self.title}"


class Sourced(models.Model):
    """Mixin for records that must say where they come from.

    `source` holds the keys of `Source` rows, separated by a comma and a space. A record that
    was invented to show how the portal works is marked `demonstration` and has no source.
    What people enter in the portal has neither: its history says who wrote it.
    """

    source = models.CharField(
        _("source"), max_length=200, blank=True, help_text=_("Keys of sources, comma-separated.")
    )
    demonstration = models.BooleanField(
        _("demonstration"), default=False, help_text=_("Invented to show how the portal works.")
    )

    class Meta:
        abstract = True

    @property
    def source_keys(self) -> list[str]:
        """Return the keys one by one."""
        return [key.strip() for key in self.source.split(",") if key.strip()]
