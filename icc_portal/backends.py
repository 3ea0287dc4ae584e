"""Who somebody is, and what they may do by right of themselves and their groups."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef, Q, QuerySet

from cities.models import User


class _FewQueries(ModelBackend):
    """Django's own rights of persons and groups, without two queries more on every page.

    Every page of somebody signed in asks for them, for its menu. Most people have none; whether
    somebody has any is read along with the person.
    """

    def get_user(self, user_id: int) -> User | None:
        """Return an active person by key; `has_rights` says whether to ask which."""
        rights = _of(OuterRef("pk")).order_by()
        user = User.objects.annotate(has_rights=Exists(rights)).filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return the rights of an active person as "app.right"; none on single objects."""
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if not hasattr(user_obj, "_perm_cache"):
            user_obj._perm_cache = _read(user_obj)
        return user_obj._perm_cache  # type: ignore[no-any-return]


def _read(user: Any) -> set[str]:
    if not user.is_superuser and not getattr(user, "has_rights", True):
        return set()
    known = Permission.objects.all() if user.is_superuser else _of(user).distinct()
    named = known.order_by().values_list("content_type__app_label", "codename")
    return {f"{app}.{code}" for app, code in named}


def _of(user: Any) -> QuerySet[Permission]:
    """Keep the rights that are a person's own, or one of their groups'."""
    return Permission.objects.filter(Q(user=user) | Q(group__user=user))


class AdminSignIn(_FewQueries):
    """By name and password, as Django does it."""


class SignIn(_FewQueries, AuthenticationBackend):
    """As the sign-in page does it."""
