"""Mail: what was written, which addresses are confirmed, and which are refused."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cities import mails
from cities.admin.operations import LookOnly
from cities.models import Mail, MailAddress, MailState, RefusedAddress, User

MOST_IN_HISTORY = 30


class KindFilter(admin.SimpleListFilter):
    """Kinds of mail by what people call them."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer every kind there is."""
        return sorted(
            ((kind.code, kind.label) for kind in mails.KINDS.values()), key=lambda one: str(one[1])
        )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Mail]) -> QuerySet[Mail]:
        """Narrow the list."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Mail)
class MailAdmin(LookOnly):
    """Mail that was written. Its words are shown if they are about what staff look after."""

    list_display = ["subject", "address", "state", "when", "last_error"]
    list_filter = ["state", KindFilter, "is_digest"]
    search_fields = ["subject", "address", "recipient__name", "=about"]
    date_hierarchy = "created_at"
    actions = ["send_again"]
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mail]:
        """Leave out what this person may not know of, such as who reviews their own city."""
        return super().get_queryset(request).exclude(mails.hidden_from(request.user))

    @admin.display(description=_("sent, or else written"), ordering="created_at")
    def when(self, mail: Mail) -> str:
        """The moment it left, or was written, with its zone."""
        moment = localtime(mail.sent_at or mail.created_at)
        return f"{date_format(moment, 'SHORT_DATETIME_FORMAT')} {moment.tzname()}"

    @admin.display(description=_("kind"), ordering="kind")
    def kind_in_words(self, mail: Mail) -> str:
        """What the kind is called."""
        known = mails.KINDS.get(mail.kind)
        return str(known.label) if known else mail.kind

    @admin.display(description=_("text"))
    def words(self, mail: Mail) -> str:
        """What it says, without addresses that are secrets."""
        return mails.without_secrets(mail.text)

    @admin.display(description=_("leads to"))
    def leads_to(self, mail: Mail) -> str:
        """Where its person goes on, unless that is a secret."""
        return mails.without_secrets(mail.link)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Show the words of mails that are open to staff; the others are private."""
        words = ["words", "leads_to"] if obj and mails.is_open(obj) else []
        return [
            "subject", "recipient", "address", "kind_in_words", "about", *words, "state", "digest",
            "created_at", "taken_at", "sent_at", "attempts", "last_error", "message_id",
        ]  # fmt: skip

    @admin.action(
        description=_("Send again what was perhaps sent or refused"), permissions=["operate"]
    )
    def send_again(self, request: HttpRequest, queryset: QuerySet[Mail]) -> None:
        """Send again on a person's decision; those in another state are left alone."""
        sent = 0
        for mail in queryset.filter(state__in=[MailState.UNCERTAIN, MailState.FAILED]):
            if mails.send_again(mail):
                self.log_change(request, mail, str(_("Sent again.")))
                sent += 1
        told = ngettext(
            "%(number)d mail is on its way again.", "%(number)d mails are on their way again.", sent
        )
        self.message_user(
            request, told % {"number": sent}, messages.SUCCESS if sent else messages.WARNING
        )


@admin.register(MailAddress)
class MailAddressAdmin(LookOnly):
    """Addresses without an account: for what, what was agreed and when it was confirmed."""

    list_display = ["address", "purpose", "asked_at", "confirmed_at"]
    list_filter = [("confirmed_at", admin.EmptyFieldListFilter)]
    search_fields = ["address", "purpose"]
    fields = [*list_display, "language", "agreed_text", "leads_to"]


@admin.register(RefusedAddress)
class RefusedAddressAdmin(LookOnly):
    """Addresses that a server refused for good; nothing is sent there until staff say so."""

    list_display = ["address", "person", "reason", "since"]
    search_fields = ["address", "reason"]
    fields = ["address", "person", "reason", "since"]
    actions = ["try_again"]

    @admin.display(description=_("person"))
    def person(self, refused: RefusedAddress) -> str:
        """Whose address it is, if somebody with an account has it."""
        return refused.person_name or "–"

    def get_queryset(self, request: HttpRequest) -> QuerySet[RefusedAddress]:
        """Fetch with each address whose it is."""
        whose = User.objects.filter(email__iexact=OuterRef("address")).order_by()
        return (
            super().get_queryset(request).annotate(person_name=Subquery(whose.values("name")[:1]))
        )

    @admin.action(description=_("Send to these addresses again"), permissions=["operate"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[RefusedAddress]) -> None:
        """Take addresses off the list; mails to them that were refused stay so until sent again."""
        number = queryset.count()
        for refused in queryset:
            self.log_change(request, refused, str(_("Sent to again.")))
        queryset.delete()
        told = ngettext(
            "Mail is sent to %(number)d address again.",
            "Mail is sent to %(number)d addresses again.",
            number,
        )
        self.message_user(request, told % {"number": number}, messages.SUCCESS)


def mail_history(about: str) -> SafeString:
    """Draw the latest mails about a row, such as "marketplace.entry:12", for its staff page.

    What they say unfolds where staff may read it.
    """
    written = Mail.objects.filter(about=about).select_related("recipient", "digest")
    context = {
        "mails": [
            (mail, mails.without_secrets(mail.text) if mails.is_open(mail) else "")
            for mail in written[:MOST_IN_HISTORY]
        ],
        "all_url": f"{reverse('admin:cities_mail_changelist')}?q={about}",
        "more": written.count() - MOST_IN_HISTORY,
    }
    return mark_safe(render_to_string("admin/cities/mail/history.html", context))  # noqa: S308
