"""Template tags for identity providers on the sign-in page."""

from django import template
from django.conf import settings
from django.http import HttpRequest

from gongkai.core.signin.identity.backends import get_sign_in_failure
from gongkai.core.signin.identity.providers import (
    Provider,
    get_provider_label,
    list_providers,
    signs_in_on_provider_page,
)

register = template.Library()


@register.simple_tag
def identity_buttons() -> list[Provider]:
    """Return the identity providers that have a sign-in page; each gets a button."""
    return [provider for provider in list_providers() if signs_in_on_provider_page(provider)]


@register.simple_tag
def directory_labels() -> str:
    """Return the labels, joined with 、, of directories whose accounts sign in on our own page; "" without any."""
    return "、".join(provider.label for provider in list_providers() if not signs_in_on_provider_page(provider))


@register.simple_tag
def only_officers() -> bool:
    """Return true if local passwords are for the three officers only."""
    return bool(settings.GONGKAI_LOCAL_SIGN_IN == "officers")


@register.simple_tag(takes_context=True)
def sign_in_failure(context: dict[str, object]) -> str:
    """Return why an identity was refused, or "" for a wrong password."""
    request = context.get("request")
    failure = get_sign_in_failure(request) if isinstance(request, HttpRequest) else None
    return failure.words if failure else ""


@register.filter
def provider_label(name: str) -> str:
    """Return the label of a provider."""
    return get_provider_label(name)
