"""What happened that somebody may have to answer for, in rows that cannot be changed unseen."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Audited(models.TextChoices):
    """What is kept so."""

    FILE_REFUSED = "file_refused", _("A file was refused")


class AuditEntry(models.Model):
    """One thing that happened. `cities.audit` writes it, and nothing changes or deletes it.

    Each holds the digest of the one before: who alters one breaks the chain.
    """

    at = models.DateTimeField(_("when"), default=timezone.now)
    what = models.CharField(_("what"), choices=Audited, max_length=20)
    # A number and no key: it stays when the account is deleted, and then says nobody's name.
    person = models.BigIntegerField(_("number of the person"), null=True, blank=True)
    about = models.CharField(
        _("about"), max_length=80, blank=True, help_text=_("Such as marketplace.entry:12.")
    )
    words = models.TextField(_("in words"))
    previous = models.CharField(max_length=64, unique=True, editable=False)
    digest = models.CharField(_("digest"), max_length=64, unique=True, editable=False)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.words}"
