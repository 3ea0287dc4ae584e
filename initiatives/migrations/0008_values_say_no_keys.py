"""Values say publicly where they were fetched from: without the keys that addresses had in them."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.db import migrations
from django.db.models import Q

LONGEST = 500
NAMES = {"key", "sig", "pass", "pwd", "auth", "authorization", "credential", "appid"}
ENDS = (
    "apikey", "appkey", "accesskey", "authkey", "userkey", "secretkey", "subscriptionkey",
    "wskey", "token", "secret", "password", "passwd", "signature", "amzcredential",
)  # fmt: skip


def lets_in(name):
    """Say whether a parameter looks as if it let somebody in."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    return plain in NAMES or plain.endswith(ENDS)


def take_keys_out(apps, schema_editor):
    """Take keys out of the addresses of values that sources brought, and of their corrections."""
    measurements = apps.get_model("initiatives", "Measurement").objects
    fetched = Q(reported_by=None) | Q(kpi__connectors__isnull=False)
    rows = measurements.filter(fetched, source_url__contains="?").distinct()
    for key, address in list(rows.values_list("pk", "source_url")):
        try:
            parts = urlsplit(address)
        except ValueError:
            # No address at all: nobody was led anywhere by it, nor was anything fetched from it.
            continue
        known = parse_qsl(parts.query, keep_blank_values=True)
        kept = [pair for pair in known if not lets_in(pair[0])]
        if len(kept) < len(known):
            shown = urlunsplit(parts._replace(query=urlencode(kept), fragment=""))
            # What was written plainly may be longer once it is encoded.
            measurements.filter(pk=key).update(source_url=shown[:LONGEST])


class Migration(migrations.Migration):

    dependencies = [
        ("initiatives", "0007_answers_remember_their_row"),
    ]

    operations = [migrations.RunPython(take_keys_out, migrations.RunPython.noop)]
