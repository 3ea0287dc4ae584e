"""From a list on to a page that asks before it acts: what was ticked stands in its address."""

from django.http import HttpResponseRedirect
from django.urls import reverse

MOST_AT_ONCE = 200
LONGEST_NUMBER = 18


def go_on(name, queryset):
    """Lead to a page about what was ticked."""
    ids = ",".join(str(pk) for pk in queryset.values_list("pk", flat=True)[:MOST_AT_ONCE])
    return HttpResponseRedirect(f"{reverse(name)}?ids={ids}")


def numbers_in(request):
    """Return the keys that the address names, as text."""
    return [part for part in request.GET.get("ids", "").split(",") if is_number(part)]


def is_number(text):
    """Say whether a text from an address can be the number of a row: "²" is a digit, but none."""
    return text.isdecimal() and len(text) <= LONGEST_NUMBER
