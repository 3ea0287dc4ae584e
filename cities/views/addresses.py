"""Links of our mails that need no account: confirm an address, switch a kind of mail off.

Opening such a link changes nothing, since programs open links too. Its page has a button; mail
programs that know RFC 8058 post there themselves, without signing in and without our token.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cities import mails
from cities.mails.kinds import DIGEST
from cities.mails.preferences import read_switch_off, stay_without_daily_mail


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """Ask the owner of an address, with what was agreed; POST confirms it, twice is once.

    The token is the only secret of this form, and stands in its address: a second one adds none.
    """
    row = mails.find_by_token(token)
    if row is None:
        raise Http404
    if request.method == "POST":
        mails.confirm(token)
        return redirect("cities:mail-confirm", token=token)
    return render(request, "cities/mail_confirm.html", {"row": row})


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def switch_off(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether a kind of mail shall no longer come; POST switches it off, twice is once."""
    found = read_switch_off(token)
    if found is None:
        raise Http404
    user, kind = found
    stay = stay_without_daily_mail(user) if kind == DIGEST else []
    done = request.method == "POST"
    if done:
        mails.switch_off(user, kind.code)
    return render(request, "cities/mail_off.html", {"kind": kind, "done": done, "stay": stay})
