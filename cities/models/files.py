"""Files that people handed in, as every floor names them in its rows."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class KeptFile(models.Model):
    """A file that `cities.uploads` looked at and keeps; it lies once, however many rows name it."""

    file = models.FileField(_("file"), max_length=120)
    sha256 = models.CharField(_("fingerprint"), max_length=64, db_index=True)
    media_type = models.CharField(_("media type"), max_length=40)
    size = models.PositiveIntegerField(_("size in bytes"))
    width = models.PositiveIntegerField(_("width"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height"), null=True, blank=True)
    name = models.CharField(_("name of the file"), max_length=120)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        """Say whether it is a picture."""
        return self.media_type.startswith("image/")
