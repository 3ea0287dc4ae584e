"""The table: a row for each address and kind of object, a letter for each role.

The roles, in order: anonymous, officer of city A, officer of city B, mentor of A, reviewer of A's
entry, programme staff, superuser. The letters: o answered, l sent to sign in, n not found (nobody
learns that it exists), f forbidden (visible, but not theirs to do), r sent elsewhere, b bad
request, c in conflict with what is saved, m wrong method, g gone.
"""

from tests.access.table.cities import CITIES, PORTAL
from tests.access.table.deliverable import DELIVERABLE
from tests.access.table.events import EVENTS
from tests.access.table.initiatives import INITIATIVES
from tests.access.table.marketplace import MARKETPLACE
from tests.access.table.rows import Row

__all__ = ["ELSEWHERE", "PAGES", "SIGN_IN", "Row"]

# Tested elsewhere: the admin and the API by tables of their own, sign-in by its library.
ELSEWHERE = ("admin:", "account_", "mfa_", "socialaccount_")
# What that library has below /accounts/. A page of ours there would need a row as any other.
SIGN_IN = {
    *("account_login", "account_logout", "account_inactive", "account_signup"),
    *("account_reauthenticate", "account_email", "account_email_verification_sent"),
    *("account_change_password", "account_set_password", "account_reset_password"),
    *("account_reset_password_done", "account_reset_password_from_key"),
    *("account_reset_password_from_key_done", "account_confirm_login_code"),
    *("account_confirm_email", "mfa_index", "mfa_authenticate", "mfa_reauthenticate"),
    *("mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes"),
    *("mfa_generate_recovery_codes", "mfa_download_recovery_codes", "mfa_list_webauthn"),
    *("mfa_add_webauthn", "mfa_reauthenticate_webauthn", "mfa_remove_webauthn"),
    *("mfa_edit_webauthn", "socialaccount_login_cancelled", "socialaccount_login_error"),
    *("socialaccount_signup", "socialaccount_connections"),
    # Former addresses of its own, without a name.
    *("social/login/cancelled/", "social/login/error/", "social/signup/", "social/connections/"),
}

PAGES = [*PORTAL, *CITIES, *INITIATIVES, *DELIVERABLE, *EVENTS, *MARKETPLACE]
