"""Signing out there, too: behind our own sign-out one is led to the provider's, which ends its session."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from gongkai.signin.identity.claims import SignInFailed
from gongkai.signin.identity.protocols import page_of
from gongkai.signin.identity.providers import at_page, provider_named


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


def leave_there(request: HttpRequest, ended: HttpResponse, there: Mapping[str, object]) -> HttpResponse:
    """Return the page that leads on to the provider, with the cookies of the answer that ended the session here.

    A page, not a redirect: the form of our menu may be sent to ourselves only (`form-action`), and browsers hold redirects to that.
    """
    address = address_there(request, there)
    if not address:
        return ended
    provider = provider_named(str(there["provider"]))
    page = render(request, "signin/leaving.html", {"address": address, "provider": provider})
    page.cookies = ended.cookies
    page.headers["Cache-Control"] = "no-store"
    return page
