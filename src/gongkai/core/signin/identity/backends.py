"""Authentication backends for provider claims and for directory passwords."""

from typing import TYPE_CHECKING, cast

from django.contrib.auth.backends import BaseBackend, ModelBackend
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest

from gongkai.core.acts.action import Refused
from gongkai.core.signin.identity import actions
from gongkai.core.signin.identity.claims import IdentityClaims, SignInFailed
from gongkai.core.signin.identity.providers import FirstSignIn
from gongkai.core.signin.models import Identity
from gongkai.core.units.actors import SYSTEM, get_actor
from gongkai.core.units.models import Person
from gongkai.core.units.separation import SEPARATED_ROLES, find_external_post, is_guarded

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# Finding the person of an identifier. Names are never matched, and permissions come from
# appointments only.


def find_person(claims: IdentityClaims) -> Person:
    """Return the person of these claims; a new identifier is matched or registered as configured.

    Raises:
        SignInFailed: unknown, inactive, or an unconfirmed identity of a guarded post.
    """
    provider = claims.provider
    with transaction.atomic():
        identity = _find_identity(claims) or _resolve_first_sign_in(claims)
    person = identity.person
    text = f"{provider.label}标识“{claims.identifier}”"
    if not person.active or (person.user is not None and not person.user.is_active):
        raise SignInFailed(f"{person.name}已经离岗，账号停用。如有疑问请联系系统管理员。", f"{text}：人员已离岗")
    if not identity.vouched and is_guarded(person):
        raise SignInFailed(
            f"您的岗位用{provider.label}登录，须先由安全保密管理员确认。也可以先用本系统的账号登录，在“我的账号”中绑定。",
            f"{text}：待安全保密管理员确认",
        )
    if person.user is None:
        actions.open_login(identity, by=SYSTEM)
        person.refresh_from_db()
    return person


def _find_identity(claims: IdentityClaims) -> Identity | None:
    rows = Identity.objects.select_related("person__user")
    return rows.filter(provider=claims.provider.name, identifier=claims.identifier).first()


def _resolve_first_sign_in(claims: IdentityClaims) -> Identity:
    """Return a new identity: of the account with this name or of a new person, as `Provider.first_sign_in` allows.

    Raises:
        SignInFailed: the provider's setting or the action refuses it.
    """
    provider = claims.provider
    facts = {"provider": provider.name, "identifier": claims.identifier, "said_name": claims.name}
    try:
        if provider.first_sign_in != FirstSignIn.REFUSE:
            person = Person.objects.filter(user__username=claims.identifier).first()
            if person is not None:
                identity: Identity = actions.match_identity(person, by=SYSTEM, **facts)
                return identity
        if provider.first_sign_in == FirstSignIn.REGISTER:
            registered: Identity = actions.register_candidate(None, by=SYSTEM, **facts)
            return registered
    except Refused as refusal:
        raise SignInFailed("".join(refusal.reasons), f"{provider.label}标识“{claims.identifier}”") from refusal
    raise SignInFailed(
        f"{provider.label}已经核实您的身份，但是本系统没有登记标识“{claims.identifier}”。请联系系统管理员登记。",
        f"{provider.label}标识“{claims.identifier}”没有登记",
    )


#: Request attributes: the proven claims; the reason of a refusal.
CLAIMS, FAILURE_ATTRIBUTE = "_gongkai_claims", "_gongkai_failure"


def get_sign_in_failure(request: HttpRequest | None) -> SignInFailed | None:
    """Return the error for which an identity was refused in this request, or None."""
    return getattr(request, FAILURE_ATTRIBUTE, None)


def _get_login(request: HttpRequest, claims: IdentityClaims) -> "User":
    """Return the login of the person with these claims; note claims or failure on the request.

    Raises:
        PermissionDenied: no person may sign in with them.
    """
    try:
        person = find_person(claims)
    except SignInFailed as failure:
        setattr(request, FAILURE_ATTRIBUTE, failure)
        raise PermissionDenied(failure.words) from failure
    setattr(request, CLAIMS, claims)
    assert person.user is not None
    return cast("User", person.user)


class _IdentityBackendBase(BaseBackend):
    """Base of the backends; permissions come from `ModelBackend`."""

    def get_user(self, user_id: int) -> "User | None":
        """Return the login of a session, or None."""
        return ModelBackend().get_user(user_id)


class IdentityBackend(_IdentityBackendBase):
    """Signs in with the claims that a provider proved (`views.identity`)."""

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest, username: str | None = None, claims: IdentityClaims | None = None
    ) -> "User | None":
        """Return the user with the claims that an identity provider proved, or None."""
        return _get_login(request, claims) if claims is not None else None


class DirectoryBackend(_IdentityBackendBase):
    """Signs in with an account and password of a configured directory."""

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None
    ) -> "User | None":
        """Return the login of a directory account with this password; None if there is none or the directory failed."""
        from gongkai.core.signin.identity.ldap import find_account

        if request is None or not username or not password:
            return None
        try:
            claims = find_account(username, password)
        except SignInFailed as failure:
            setattr(request, FAILURE_ATTRIBUTE, failure)
            return None
        return _get_login(request, claims) if claims is not None else None


class OfficersOnly(ModelBackend):
    """Accepts local passwords only of superusers, the three officers and third parties
    (`GONGKAI_LOCAL_SIGN_IN=officers`)."""

    def user_can_authenticate(self, user: "User | None") -> bool:  # type: ignore[override]
        """Return true if the login may use a local password: superusers, officers and third parties."""
        if user is None or not super().user_can_authenticate(user):
            return False
        if user.is_superuser or get_actor(user).has(*SEPARATED_ROLES):
            return True
        person = Person.objects.filter(user_id=user.pk).first()
        return person is not None and find_external_post(person) is not None
