"""The invented accounts of a demonstration, as the programme's data files name them."""

import yaml
from django.conf import settings

PEOPLE = settings.BASE_DIR / "icc_portal/programme/demonstration/people.yaml"


def demonstration_accounts() -> tuple[str, list[tuple[str, str]]]:
    """The password they share, and e-mail address and role of each account meant for trying out."""
    content = yaml.safe_load(PEOPLE.read_text(encoding="utf-8"))
    accounts = [
        (person["email"], person["account"]) for person in content["people"] if "account" in person
    ]
    return content["password"], accounts
