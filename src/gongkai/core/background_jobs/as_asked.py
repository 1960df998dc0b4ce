"""Repeat a user's request later, to generate a file and to check permission at download."""

import hashlib
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, QueryDict
from django.urls import ResolverMatch, resolve

from gongkai.core.acts.actors import Actor
from gongkai.lib.typed_json import text


class _MessageCollector:
    """Collects the messages of a view that runs without a page."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def add(self, _level: int, message: object, _tags: str = "") -> None:
        """Collect a message, like Django's message storage."""
        self.words.append(str(message))


def request_of(facts: Mapping[str, object], user: User) -> tuple[HttpRequest, ResolverMatch]:
    """Return the original request as this user would send it now, and its view."""
    path, query = text(facts, "path"), text(facts, "query")
    request = HttpRequest()
    request.method = text(facts, "method")
    request.path = request.path_info = path
    request.GET = QueryDict(query)
    home = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    request.META = {
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": query,
        "SERVER_NAME": home.hostname or "localhost",
        "SERVER_PORT": str(home.port or 443),
    }
    request.user = user
    request.making = True  # type: ignore[attr-defined]
    request._messages = said = _MessageCollector()  # type: ignore[attr-defined]
    request.said = said.words  # type: ignore[attr-defined]
    request.resolver_match = match = resolve(path)
    return request, match


def posts_of(by: Actor) -> str:
    """Return a digest of the actor's posts, to detect changes before download."""
    held = sorted((post.role, post.body_id, post.office_id or 0, post.reach) for post in by.posts)
    return hashlib.sha256(repr(held).encode()).hexdigest()
