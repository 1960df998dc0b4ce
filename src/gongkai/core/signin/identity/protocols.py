"""Select the module of a provider's protocol, imported with its HTTP client at the first sign-in."""

from collections.abc import Mapping
from importlib import import_module
from typing import Protocol, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from gongkai.core.signin.identity.claims import IdentityClaims, SignInFailed
from gongkai.core.signin.identity.providers import (
    Provider,
    ProviderKind,
    find_provider,
    get_provider_label,
    signs_in_on_provider_page,
)


class PageProtocol(Protocol):
    """Interface of the modules for identity providers with a sign-in page of their own."""

    def sign_in_url(self, request: HttpRequest, provider: Provider, callback: str) -> str:
        """Return the URL of the sign-in page."""

    def read_claims(self, request: HttpRequest, provider: Provider, callback: str) -> IdentityClaims:
        """Return the proven claims."""

    def sign_out_url(self, provider: Provider, hint: str, back: str) -> str:
        """Return the URL that ends the provider's session and leads to `back`, or ""; `hint`: the ID token, if any."""


class CheckableProtocol(Protocol):
    """Protocol of a module whose providers `gongkai check` can test."""

    def find_server_faults(self, provider: Provider) -> list[str]:
        """Return faults of the provider's answer in Chinese; raise `SignInFailed` if there is no usable answer."""


_MODULE_BY_KIND = {ProviderKind.OIDC: "oidc", ProviderKind.CAS: "cas", ProviderKind.LDAP: "directory"}


def _load_module(provider: Provider) -> object:
    return import_module(f"gongkai.core.signin.identity.{_MODULE_BY_KIND[provider.kind]}")


def load_page_protocol(provider: Provider) -> PageProtocol:
    """Return the protocol module with the provider's page."""
    return cast("PageProtocol", _load_module(provider))


def find_provider_answer_faults(provider: Provider) -> list[str]:
    """Return the faults of a provider's answer in Chinese; empty if sign-in can begin."""
    try:
        return cast("CheckableProtocol", _load_module(provider)).find_server_faults(provider)
    except SignInFailed as failure:
        return [failure.logged]


def url_prefix() -> str:
    """Return the URL prefix of these pages, which need no sign-in."""
    return f"{reverse('wagtailadmin_home')}identity/"


def get_logout_url(request: HttpRequest, session: Mapping[str, object]) -> str:
    """Return the URL that ends the provider's session, or ""."""
    provider = find_provider(str(session.get("provider", "")))
    if provider is None or not signs_in_on_provider_page(provider):
        return ""
    return_url = request.build_absolute_uri(reverse("wagtailadmin_login"))
    try:
        return load_page_protocol(provider).sign_out_url(provider, str(session.get("hint", "")), return_url)
    except SignInFailed:  # it does not answer: the session here has ended all the same
        return ""


def provider_link_page(request: HttpRequest, address: str, heading: str, words: str, label: str) -> HttpResponse:
    """Render a page that links to a provider.

    A page instead of a redirect: the `form-action` policy would block the redirect.
    """
    context = {"address": address, "heading": heading, "words": words, "label": label}
    page = render(request, "signin/leading.html", context)
    page.headers["Cache-Control"] = "no-store"
    return page


def provider_sign_out_page(request: HttpRequest, response: HttpResponse, session: Mapping[str, object]) -> HttpResponse:
    """Render the page that redirects to the provider's sign-out, with the cookies of our own sign-out `response`."""
    address = get_logout_url(request, session)
    if not address:
        return response
    name = get_provider_label(str(session["provider"]))
    text = f"正在退出{name}。页面没有自动转到的，请点下面的按钮，否则别人还能在这台电脑上用您的统一身份登录。"
    page = provider_link_page(request, address, "已退出本平台", text, f"退出{name}")
    page.cookies = response.cookies
    return page
