"""Password validators: no recent password, no obvious word (`AUTH_PASSWORD_VALIDATORS`)."""

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError

from gongkai.core.signin.models import PastPassword

if TYPE_CHECKING:
    from django.contrib.auth.models import User

#: Obvious words for a password here: program, domain, office.
OBVIOUS_WORDS = (
    "gongkai",
    "zhengwu",
    "zwgk",
    "xinxi",
    "zhengfu",
    "admin",
    "password",
    "mima",
    "12345678",
    "qwerty",
    "政务公开",
)
#: Minimum number of letters and digits left after removing such words and years.
MIN_REMAINING_CHARACTERS = 6


class ObviousPasswordValidator:
    """Refuses passwords made of obvious words, the site's name or the login (ASVS 5.0, 6.2.11)."""

    def validate(self, password: str, user: "User | None" = None) -> None:
        """Refuse the password if too little remains without the obvious words, site's name and login."""
        remainder = password.lower()
        for word in sorted(self._list_obvious_words(user), key=len, reverse=True):
            remainder = remainder.replace(word, "")
        if len(re.sub(r"(?:19|20)\d\d|[\W_]", "", remainder)) < MIN_REMAINING_CHARACTERS:
            raise ValidationError(
                "密码主要由单位、系统或者账号的名称组成，容易被猜到，请换一个。",
                code="password_of_this_place",
            )

    def _list_obvious_words(self, user: "User | None") -> set[str]:
        """Return obvious words, the words of the site's host name and issuer, and the login name."""
        host = urlsplit(settings.BASE_URL).hostname or ""
        site_words = [*host.split("."), settings.OTP_TOTP_ISSUER, getattr(user, "username", "") or ""]
        return {*OBVIOUS_WORDS, *(word.lower() for word in site_words if len(word) > 3)}

    def get_help_text(self) -> str:
        """Return the hint for the form."""
        return "不要用单位、系统或者账号的名称作密码。"


class PastPasswordValidator:
    """Refuses recent passwords and stores hashes of new ones (GB/T 22239-2019 8.1.4.1)."""

    def __init__(self, last: int = 5) -> None:
        self.last = last

    def validate(self, password: str, user: "User | None" = None) -> None:
        """Refuse one of the last passwords of this login."""
        if user is None or not user.pk or not self.last:
            return
        past_passwords = PastPassword.objects.filter(user=user).values_list("hashed", flat=True)[: self.last]
        if any(check_password(password, hashed) for hashed in past_passwords):
            raise ValidationError(f"不能使用最近{self.last}次用过的密码。", code="password_used_before")

    def password_changed(self, password: str, user: "User | None" = None) -> None:
        """Store the hash of the new password; delete hashes no longer needed."""
        if user is None or not user.pk:
            return
        PastPassword.objects.create(user=user, hashed=user.password)
        old_ids = PastPassword.objects.filter(user=user).values_list("pk", flat=True)[max(self.last, 1) :]
        PastPassword.objects.filter(pk__in=list(old_ids)).delete()

    def get_help_text(self) -> str:
        """Return the hint for the form."""
        return f"不与最近{self.last}次用过的密码相同。"
