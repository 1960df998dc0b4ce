"""Whom an identifier belongs to. Nobody is matched by a name, and whoever is matched has what appointments give, nothing else."""

from django.db import transaction

from gongkai.core.acts.action import Refused
from gongkai.core.signin.identity import actions
from gongkai.core.signin.identity.claims import Claims, SignInFailed
from gongkai.core.signin.identity.providers import FirstSignIn
from gongkai.core.signin.models import Identity
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Person
from gongkai.core.units.separation import is_guarded


def person_behind(claims: Claims) -> Person:
    """Return the person to whom claims belong, who has a login; one that is new is matched or registered as the provider's settings say.

    Raises:
        SignInFailed: nobody; somebody who left; a guarded post whose identity no second person confirmed.
    """
    provider = claims.provider
    with transaction.atomic():
        identity = _identity(claims) or _first(claims)
    person = identity.person
    said = f"{provider.label}标识“{claims.identifier}”"
    if not person.active or (person.user is not None and not person.user.is_active):
        raise SignInFailed(
            f"{person.name}已经离岗，账号停用。如有疑问请联系系统管理员。", f"{said}：人员已离岗"
        )
    if not identity.vouched and is_guarded(person):
        raise SignInFailed(
            f"您的岗位用{provider.label}登录，须先由安全保密管理员确认。也可以先用本系统的账号登录，在“登录安全”中绑定。",
            f"{said}：待安全保密管理员确认",
        )
    if person.user is None:
        actions.open_login(identity, by=SYSTEM)
        person.refresh_from_db()
    return person


def _identity(claims: Claims) -> Identity | None:
    rows = Identity.objects.select_related("person__user")
    return rows.filter(provider=claims.provider.name, identifier=claims.identifier).first()


def _first(claims: Claims) -> Identity:
    """Return the identity of somebody who comes for the first time.

    Raises:
        SignInFailed: nobody here has this identifier.
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
        raise SignInFailed(
            "".join(refusal.reasons), f"{provider.label}标识“{claims.identifier}”"
        ) from refusal
    raise SignInFailed(
        f"{provider.label}已经核实您的身份，但是本系统没有登记标识“{claims.identifier}”。请联系系统管理员登记。",
        f"{provider.label}标识“{claims.identifier}”没有登记",
    )
