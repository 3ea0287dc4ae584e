"""The mails about an entry, on its own staff page and on those of its revisions."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from cities.admin.mails import mail_history
from marketplace import notifications, permissions
from marketplace.models import Revision


class ShowsMails:
    """Shows which mails went about an entry, which name reviewers, to who has no conflict."""

    @admin.display(description=_("mails about the entry"))
    def mails_about(self, row):
        """Return which mails went about it, the newest first."""
        entry = row.entry if isinstance(row, Revision) else row
        return mail_history(notifications.about(entry))

    def mail_fields(self, request, row):
        """Return the field's name for those who may see it."""
        if row is None:
            return []
        if isinstance(row, Revision):
            hidden = permissions.has_conflict(request.user, row)
        else:
            hidden = permissions.has_conflict_with(request.user, row.city)
        return [] if hidden else ["mails_about"]
