"""A forgotten password by mail, where the installation allows it: never for whoever signs, leads or administers."""

from collections.abc import Iterator

from wagtail.admin.forms.auth import PasswordResetForm

from gongkai.core.units import separation
from gongkai.core.units.models import Person


class ResetForm(PasswordResetForm):  # type: ignore[misc]
    """Wagtail's form without the logins of guarded roles: an address may be read, or was changed, by somebody else."""

    def get_users(self, email: str) -> Iterator[object]:
        """Return the logins of this address whose password may come by mail."""
        for user in super().get_users(email):
            person = Person.objects.filter(user_id=user.pk).first()
            if not user.is_superuser and (person is None or not separation.is_guarded(person)):
                yield user
