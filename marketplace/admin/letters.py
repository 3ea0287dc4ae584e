"""The mails about an entry, on its own staff page and on those of its revisions."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from cities import mails
from cities.admin.mails import mail_history
from cities.models import Mail
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
        """Return the field's name for those who may see it, and all that stands there."""
        if row is None or not request.user.has_perm("cities.view_mail"):
            return []
        about = notifications.about(row.entry if isinstance(row, Revision) else row)
        # Such as by the process of one of its revisions: the list of mails leaves those out.
        if Mail.objects.filter(mails.hidden_from(request.user), about=about).exists():
            return []
        if isinstance(row, Revision):
            hidden = permissions.has_conflict(request.user, row)
        else:
            hidden = permissions.has_conflict_with(request.user, row.city)
        return [] if hidden else ["mails_about"]
