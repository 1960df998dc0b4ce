"""What a page asks several times over (the menu, the frame, the page itself) is asked of the database once a request."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar, cast

from django.http import HttpRequest

Answer = TypeVar("Answer")
_PAGE: ContextVar[dict[Hashable, object] | None] = ContextVar("page", default=None)


def once(request: HttpRequest, name: str, ask: Callable[[], Answer]) -> Answer:
    """Return what `ask` gives, asked at most once for this request and name."""
    kept = request.__dict__.setdefault("_gongkai_once", {})
    if name not in kept:
        kept[name] = ask()
    answer: Answer = kept[name]
    return answer


@contextmanager
def one_page() -> Iterator[None]:
    """While one page is put together, `kept` asks once; a page within a page is the same page."""
    if _PAGE.get() is not None:
        yield
        return
    token = _PAGE.set({})
    try:
        yield
    finally:
        _PAGE.reset(token)


def kept(key: Hashable, ask: Callable[[], Answer]) -> Answer:
    """Return what `ask` gives, asked once while a page is put together (`one_page`), each time outside of one.

    For what has no request at hand, rules and `visible_to` above all. The key names the question and everything that its answer depends on,
    who asks among it.
    """
    page = _PAGE.get()
    if page is None:
        return ask()
    if key not in page:
        page[key] = ask()
    return cast(Answer, page[key])


def keep_no_more() -> None:
    """Ask each time from here on: what was kept may be changed now. Every action says this before it begins."""
    if _PAGE.get() is not None:
        _PAGE.set(None)
