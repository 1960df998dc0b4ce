"""External identity providers from the environment (`GONGKAI_IDENTITY`)."""

import re

from gongkai.ops.config import env

IDENTITY_VARIABLE = "GONGKAI_IDENTITY"
# Settings of a provider; each is the suffix of a variable: `GONGKAI_IDENTITY_CITY_ISSUER`.
PROVIDER_SETTINGS = (
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
    """Return the configured providers in order. Mistakes raise no error, so that local sign-in works; `gongkai check` names them."""
    return [
        {
            "name": name,
            "prefix": prefix_of(name),
            **{key: env.text(f"{prefix_of(name)}{key.upper()}").strip() for key in PROVIDER_SETTINGS},
        }
        for name in dict.fromkeys(env.words(IDENTITY_VARIABLE))
    ]


def prefix_of(name: str) -> str:
    """Return the prefix of a provider's variables.

    >>> prefix_of("city-sso")
    'GONGKAI_IDENTITY_CITY_SSO_'
    """
    return f"{IDENTITY_VARIABLE}_{re.sub(r'[^A-Z0-9]', '_', name.upper())}_"


def authentication_backends(found: list[dict[str, str]], local: str) -> list[str]:
    """Return the authentication backends: throttling, the providers, custom backends, local passwords.

    Args:
        found: the providers.
        local: accounts with local passwords: `officers`, else all.
    """
    own = ["gongkai.core.signin.identity.backends.IdentityBackend"] if found else []
    if any(identity["kind"] == "ldap" for identity in found):
        own.append("gongkai.core.signin.identity.backends.DirectoryBackend")
    officers = "gongkai.core.signin.identity.backends.OfficersOnly"
    passwords = officers if local == "officers" else "django.contrib.auth.backends.ModelBackend"
    return ["axes.backends.AxesStandaloneBackend", *own, *env.words("GONGKAI_SIGN_IN"), passwords]
