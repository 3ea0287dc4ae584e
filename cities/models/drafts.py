"""What people typed and have not finished, and forms that were received already."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class FormDraft(models.Model):
    """The last state of a form somebody is filling in, kept on the server by autosave.

    `form` names the form, `target` what it edits ("" for something new). `page` is
    when its page was opened (milliseconds), `sequence` counts that page's saves: together they
    keep a late save from overwriting a newer one.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="form_drafts"
    )
    form = models.CharField(_("form"), max_length=80)
    target = models.CharField(_("about"), max_length=80, blank=True)
    data = models.JSONField(_("fields"), default=dict)
    page = models.PositiveBigIntegerField(_("page opened at"), default=0)
    sequence = models.PositiveIntegerField(_("save"), default=0)
    saved_at = models.DateTimeField(_("saved at"), auto_now=True)

    class Meta:
        ordering = ["-saved_at"]
        verbose_name = _("form draft")
        verbose_name_plural = _("form drafts")
        constraints = [
            models.UniqueConstraint(fields=["user", "form", "target"], name="form_draft_once")
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.target}".strip()


class ClosedForm(models.Model):
    """Up to which page a form was saved or given up: what such pages still send is too late."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="closed_forms"
    )
    form = models.CharField(_("form"), max_length=80)
    target = models.CharField(_("about"), max_length=80, blank=True)
    page = models.PositiveBigIntegerField(_("pages opened up to"), default=0)
    closed_at = models.DateTimeField(_("closed at"), auto_now=True)

    class Meta:
        ordering = ["-closed_at"]
        verbose_name = _("closed form")
        verbose_name_plural = _("closed forms")
        constraints = [
            models.UniqueConstraint(fields=["user", "form", "target"], name="closed_form_once")
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.target}".strip()


class KeptInput(models.Model):
    """A form that arrived after its session had ended; given back once the person signed in."""

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    path = models.CharField(_("page"), max_length=500)
    data = models.JSONField(_("fields"), default=dict)
    created_at = models.DateTimeField(_("kept at"), auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("kept input")
        verbose_name_plural = _("kept inputs")

    def __str__(self) -> str:
        return self.path


class Receipt(models.Model):
    """A rendered form that has been received: sent again, it leads to what it created."""

    key = models.UUIDField(_("key of the rendered form"), unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="receipts"
    )
    url = models.CharField(_("leads to"), max_length=300)
    created_at = models.DateTimeField(_("received at"), auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")

    def __str__(self) -> str:
        return self.url
