"""Signing out there, too: behind our own sign-out one is led to the provider's, which ends its session."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from gongkai.core.signin.identity.claims import SignInFailed
from gongkai.core.signin.identity.protocols import page_of
from gongkai.core.signin.identity.providers import at_page, label_of, provider_named


def root() -> str:
    """Return how the addresses of this part begin: they answer whoever is not signed in yet."""
    return f"{reverse('wagtailadmin_home')}identity/"


def address_there(request: HttpRequest, there: Mapping[str, object]) -> str:
    """Return where the provider's session is ended; empty where it cannot be from here."""
    provider = provider_named(str(there.get("provider", "")))
    if provider is None or not at_page(provider):
        return ""
    back = request.build_absolute_uri(reverse("wagtailadmin_login"))
    try:
        return page_of(provider).leaving_address(provider, str(there.get("hint", "")), back)
    except SignInFailed:  # it does not answer: the session here has ended all the same
        return ""


def lead(request: HttpRequest, address: str, heading: str, words: str, label: str) -> HttpResponse:
    """Return the page that leads on to a provider behind a form.

    A page, not a redirect: forms of the office may be sent to ourselves only (`form-action`), and browsers hold redirects to that.
    """
    context = {"address": address, "heading": heading, "words": words, "label": label}
    page = render(request, "signin/leading.html", context)
    page.headers["Cache-Control"] = "no-store"
    return page


def leave_there(request: HttpRequest, ended: HttpResponse, there: Mapping[str, object]) -> HttpResponse:
    """Return the page that leads on to the provider, with the cookies of the answer that ended the session here."""
    address = address_there(request, there)
    if not address:
        return ended
    name = label_of(str(there["provider"]))
    words = (
        f"正在退出{name}。页面没有自动转到的，请点下面的按钮，否则别人还能在这台电脑上用您的统一身份登录。"
    )
    page = lead(request, address, "已退出本平台", words, f"退出{name}")
    page.cookies = ended.cookies
    return page
