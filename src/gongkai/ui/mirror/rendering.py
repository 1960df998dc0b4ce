"""Request a page from the portal in this process, as an anonymous reader."""

from dataclasses import dataclass
from functools import cache
from io import BytesIO

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest

from gongkai.content.policies.counting import UNCOUNTED_COOKIE
from gongkai.core.files.serving import RANGE_META_KEY
from gongkai.core.widgets.answers import kept_name


@dataclass(frozen=True)
class Answer:
    """Response of the portal."""

    status: int
    kind: str
    body: bytes
    location: str = ""
    name: str = ""


@cache
def _get_handler() -> BaseHandler:
    handler = BaseHandler()
    handler.load_middleware()
    return handler


def ask(host: str, path: str) -> Answer:
    """Return the public response for a URL of a site."""
    bare, _, query = path.partition("?")
    scheme, port = ("https", "443") if settings.HTTPS else ("http", "80")
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": bare.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": host.partition(":")[0],
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": host,
        "HTTP_X_FORWARDED_PROTO": scheme,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": scheme,
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
        UNCOUNTED_COOKIE: True,
        RANGE_META_KEY: True,
    }
    response = _get_handler().get_response(WSGIRequest(environ))
    body = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined, arg-type]
    for close in response._resource_closers:  # type: ignore[attr-defined]
        close()  # the file's; `response.close()` would say that a request ended, and there was none
    location = response.get("Location", "")
    return Answer(response.status_code, response.get("Content-Type", ""), body, location, kept_name(response))
