"""Selects the module of a provider's protocol; it is imported at the first sign-in."""

from importlib import import_module
from typing import Protocol, cast

from django.http import HttpRequest

from gongkai.core.signin.identity.claims import Claims, SignInFailed
from gongkai.core.signin.identity.providers import Kind, Provider


class Page(Protocol):
    """A protocol with a sign-in page of the provider."""

    def start(self, request: HttpRequest, provider: Provider, callback: str) -> str:
        """Return the URL of the sign-in page."""

    def finish(self, request: HttpRequest, provider: Provider, callback: str) -> Claims:
        """Return the proven claims."""

    def leaving_address(self, provider: Provider, hint: str, back: str) -> str:
        """Return the URL that ends the provider's session."""


class Checked(Protocol):
    """A protocol that `gongkai check` can test."""

    def check(self, provider: Provider) -> list[str]:
        """Return faults of the provider's answer."""


_MODULES = {Kind.OIDC: "oidc", Kind.CAS: "cas", Kind.LDAP: "directory"}


def _load_module(provider: Provider) -> object:
    return import_module(f"gongkai.core.signin.identity.{_MODULES[provider.kind]}")


def page_of(provider: Provider) -> Page:
    """Return the protocol module with the provider's page."""
    return cast("Page", _load_module(provider))


def answer_of(provider: Provider) -> list[str]:
    """Return the faults of a provider's answer in Chinese; empty if sign-in can begin."""
    try:
        return cast("Checked", _load_module(provider)).check(provider)
    except SignInFailed as failure:
        return [failure.logged]
