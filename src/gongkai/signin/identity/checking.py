"""Asking a configured identity whether it answers as a sign-in needs it."""

from gongkai.signin.identity.claims import SignInFailed
from gongkai.signin.identity.providers import Kind, Provider


def answer_of(provider: Provider) -> list[str]:
    """Return what is wrong with what a provider answers, in Chinese; nothing where a sign-in could begin."""
    try:
        if provider.kind == Kind.OIDC:
            from gongkai.signin.identity import oidc

            return oidc.check(provider)
    except SignInFailed as failure:
        return [failure.logged]
    return []
