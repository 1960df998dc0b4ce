"""Which module speaks a protocol; it is read at the first sign-in, and so is its library."""

from importlib import import_module
from typing import Protocol, cast

from django.http import HttpRequest

from gongkai.core.signin.identity.claims import Claims, SignInFailed
from gongkai.core.signin.identity.providers import Kind, Provider


class Page(Protocol):
    """A protocol with a page of its own to which one is led, and back."""

    def start(self, request: HttpRequest, provider: Provider, callback: str) -> str:
        """Return the address of the page."""

    def finish(self, request: HttpRequest, provider: Provider, callback: str) -> Claims:
        """Return what it proved."""

    def leaving_address(self, provider: Provider, hint: str, back: str) -> str:
        """Return where its own session is ended."""


class Checked(Protocol):
    """What `gongkai check` asks."""

    def check(self, provider: Provider) -> list[str]:
        """Return what is wrong with its answer."""


_MODULES = {Kind.OIDC: "oidc", Kind.CAS: "cas", Kind.LDAP: "directory"}


def _module(provider: Provider) -> object:
    return import_module(f"gongkai.core.signin.identity.{_MODULES[provider.kind]}")


def page_of(provider: Provider) -> Page:
    """Return what leads to a provider's page and back."""
    return cast("Page", _module(provider))


def answer_of(provider: Provider) -> list[str]:
    """Return what is wrong with what a provider answers, in Chinese; nothing where a sign-in could begin."""
    try:
        return cast("Checked", _module(provider)).check(provider)
    except SignInFailed as failure:
        return [failure.logged]
