"""The identities of others by which people may sign in (`GONGKAI_IDENTITY`), as the environment names them."""

import re

from gongkai.ops.config import env

VARIABLE = "GONGKAI_IDENTITY"
#: The settings of one of them; each is the end of a variable: `GONGKAI_IDENTITY_CITY_ISSUER`.
KEYS = (
    "kind",
    "label",
    "issuer",
    "url",
    "client",
    "secret",
    "scope",
    "acr",
    "base",
    "filter",
    "reader",
    "password",
    "identifier",
    "person_name",
    "factor",
    "first_sign_in",
    "ca",
)


def identities() -> list[dict[str, str]]:
    """Return what is configured, in its order. Mistakes are no error here, as the local way in must stay open: `gongkai check` names them."""
    return [
        {
            "name": name,
            "prefix": prefix_of(name),
            **{key: env.text(f"{prefix_of(name)}{key.upper()}").strip() for key in KEYS},
        }
        for name in dict.fromkeys(env.words(VARIABLE))
    ]


def prefix_of(name: str) -> str:
    """Return how the variables of an identity begin.

    >>> prefix_of("city-sso")
    'GONGKAI_IDENTITY_CITY_SSO_'
    """
    return f"{VARIABLE}_{re.sub(r'[^A-Z0-9]', '_', name.upper())}_"


def authentication_backends(found: list[dict[str, str]], local: str) -> list[str]:
    """Return who is asked who somebody is: throttles, these identities, ways of one's own, passwords of ours.

    Args:
        found: the identities.
        local: whose passwords are taken: `officers`, else everybody's.
    """
    own = ["gongkai.core.signin.identity.backends.IdentityBackend"] if found else []
    if any(identity["kind"] == "ldap" for identity in found):
        own.append("gongkai.core.signin.identity.backends.DirectoryBackend")
    officers = "gongkai.core.signin.identity.backends.OfficersOnly"
    passwords = officers if local == "officers" else "django.contrib.auth.backends.ModelBackend"
    return ["axes.backends.AxesStandaloneBackend", *own, *env.words("GONGKAI_SIGN_IN"), passwords]
