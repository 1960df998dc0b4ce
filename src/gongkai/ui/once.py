"""What a page asks several times over (the menu, the frame, the page itself) is asked of the database once a request."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest

Answer = TypeVar("Answer")


def once(request: HttpRequest, name: str, ask: Callable[[], Answer]) -> Answer:
    """Return what `ask` gives, asked at most once for this request and name."""
    kept = request.__dict__.setdefault("_gongkai_once", {})
    if name not in kept:
        kept[name] = ask()
    answer: Answer = kept[name]
    return answer
