"""Validators of passwords: not one of the last few (`AUTH_PASSWORD_VALIDATORS`)."""

from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError

from gongkai.signin.models import PastPassword


class NotUsedBefore:
    """Refuses what a login had lately; keeps the hash of each password that is set (GB/T 22239-2019 8.1.4.1: changed regularly)."""

    def __init__(self, last: int = 5) -> None:
        self.last = last

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse one of the last passwords of this login."""
        if user is None or not user.pk or not self.last:
            return
        known = PastPassword.objects.filter(user=user).values_list("hashed", flat=True)[: self.last]
        if any(check_password(password, hashed) for hashed in known):
            raise ValidationError(f"不能使用最近{self.last}次用过的密码。", code="password_used_before")

    def password_changed(self, password: str, user: Any = None) -> None:
        """Keep the hash of a password that was set, and no more of them than are asked for."""
        if user is None or not user.pk:
            return
        PastPassword.objects.create(user=user, hashed=user.password)
        old = PastPassword.objects.filter(user=user).values_list("pk", flat=True)[max(self.last, 1) :]
        PastPassword.objects.filter(pk__in=list(old)).delete()

    def get_help_text(self) -> str:
        """Return what the form says."""
        return f"不与最近{self.last}次用过的密码相同。"
