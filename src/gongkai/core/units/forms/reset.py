"""Password reset by e-mail, never for guarded roles (signers, heads, administrators)."""

from collections.abc import Iterator

from wagtail.admin.forms.auth import PasswordResetForm

from gongkai.core.units import separation
from gongkai.core.units.models import Person


class ResetForm(PasswordResetForm):  # type: ignore[misc]
    """Wagtail's reset form without logins of guarded roles, because others may read or change an e-mail address."""

    def get_users(self, email: str) -> Iterator[object]:
        """Return the logins of this address whose password may be reset by e-mail."""
        for user in super().get_users(email):
            person = Person.objects.filter(user_id=user.pk).first()
            if not user.is_superuser and (person is None or not separation.is_guarded(person)):
                yield user
