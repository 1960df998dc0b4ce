"""Authentication backends: claims of a provider, and an account of a directory with its password."""

from typing import TYPE_CHECKING, cast

from django.contrib.auth.backends import BaseBackend, ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from gongkai.core.signin.identity.claims import Claims, SignInFailed
from gongkai.core.signin.identity.matching import person_behind
from gongkai.core.units.actors import actor_of
from gongkai.core.units.models import Person
from gongkai.core.units.separation import SEPARATED, held_elsewhere

if TYPE_CHECKING:
    from django.contrib.auth.models import User

#: On a request: the claims it came in by; why it was not let in.
CLAIMS, FAILURE = "_gongkai_claims", "_gongkai_failure"


def failure_of(request: HttpRequest | None) -> SignInFailed | None:
    """Return why an identity was not let in with this request."""
    return getattr(request, FAILURE, None)


def _admit(request: HttpRequest, claims: Claims) -> "User":
    """Return the login behind claims; who has none is refused, and no other backend is asked."""
    try:
        person = person_behind(claims)
    except SignInFailed as failure:
        setattr(request, FAILURE, failure)
        raise PermissionDenied(failure.words) from failure
    setattr(request, CLAIMS, claims)
    assert person.user is not None
    return cast("User", person.user)


class _Backend(BaseBackend):
    """Rights come from `ModelBackend`, which stands beside: it is asked here for the login of a session only."""

    def get_user(self, user_id: int) -> "User | None":
        """Return the login of a session."""
        return ModelBackend().get_user(user_id)


class IdentityBackend(_Backend):
    """Takes what a provider proved (`views.identity`)."""

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest, username: str | None = None, claims: Claims | None = None
    ) -> "User | None":
        """Return the login of whom the claims are about."""
        return _admit(request, claims) if claims is not None else None


class DirectoryBackend(_Backend):
    """Asks the configured directories for an account and its password; where they do not know it the next backend is asked."""

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None
    ) -> "User | None":
        """Return the login of whom a directory knows by this account and password."""
        from gongkai.core.signin.identity.directory import known

        if request is None or not username or not password:
            return None
        try:
            claims = known(username, password)
        except SignInFailed as failure:
            setattr(request, FAILURE, failure)
            return None
        return _admit(request, claims) if claims is not None else None


class OfficersOnly(ModelBackend):
    """Passwords of ours for the three officers alone, all others sign in by the identity (`GONGKAI_LOCAL_SIGN_IN=officers`)."""

    def user_can_authenticate(self, user: "User | None") -> bool:  # type: ignore[override]
        """Whether a login may come in by its password here; asked for sessions that run, too. Third parties have no identity of ours."""
        if user is None or not super().user_can_authenticate(user):
            return False
        if user.is_superuser or actor_of(user).has(*SEPARATED):
            return True
        person = Person.objects.filter(user_id=user.pk).first()
        return person is not None and held_elsewhere(person) is not None
