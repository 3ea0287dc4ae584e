"""Taking a place in a session, and giving it back."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from events import services
from events.models import RegistrationStatus, Session, SignUp
from events.views.meetings import signed_in


@login_required
@require_POST
def place_in_session(request: HttpRequest, slug: str, day: date, session: str) -> HttpResponse:
    """Take a place in a session; with `give_back`, return it."""
    found = get_object_or_404(
        Session.objects.visible_to(request.user).select_related("day__event"),
        day__event__slug=slug,
        day__date=day,
        slug=session,
    )
    user = signed_in(request)
    if "give_back" in request.POST:
        own = SignUp.objects.filter(session=found, user=user).first()
        if own:
            services.leave(own)
            messages.success(request, _("You gave your place in this session back."))
        return redirect(found)
    try:
        place = services.sign_up(found, user)
    except services.SignUpRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(found)
    if place.status == RegistrationStatus.CONFIRMED:
        messages.success(request, _("You have a place in this session."))
    else:
        messages.success(request, _("All places are taken: you are on the waiting list."))
    return redirect(found)
