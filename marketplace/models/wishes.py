"""What a city wants to change while its words are under review."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.models.revisions import Revision


class ChangeWish(models.Model):
    """A city asks for its submission back, to change something: the words wait for its reviewer.

    It is read where its revision's review or state is read, by those who may see that.
    """

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="wishes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    words = models.TextField(_("what shall change"), max_length=2_000)
    written_at = models.DateTimeField(_("written at"), auto_now_add=True)

    class Meta:
        ordering = ["revision", "pk"]
        verbose_name = _("wish of a city for a change")
        verbose_name_plural = _("wishes of cities for changes")

    def __str__(self) -> str:
        return f"{self.revision}: {self.words[:40]}"
