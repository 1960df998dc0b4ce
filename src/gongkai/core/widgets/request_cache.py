"""Caches for one request or one page: repeated questions run one query."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar, cast

from django.http import HttpRequest

#: Type of a cached result.
Answer = TypeVar("Answer")
#: Type of the key that names a row in `ask_listed`.
Key = TypeVar("Key", bound=Hashable)
_PAGE_CACHE: ContextVar[dict[Hashable, object] | None] = ContextVar("page", default=None)


def ask_once_per_request(request: HttpRequest, name: str, ask: Callable[[], Answer]) -> Answer:
    """Return the result of `ask`, called at most once per request and name."""
    cached_results = request.__dict__.setdefault("_gongkai_once", {})
    if name not in cached_results:
        cached_results[name] = ask()
    answer: Answer = cached_results[name]
    return answer


@contextmanager
def page_cache() -> Iterator[None]:
    """Context manager within which `ask_once` caches; nested pages share the cache."""
    if _PAGE_CACHE.get() is not None:
        yield
        return
    token = _PAGE_CACHE.set({})
    try:
        yield
    finally:
        _PAGE_CACHE.reset(token)


def ask_once(key: Hashable, ask: Callable[[], Answer]) -> Answer:
    """Return the result of `ask`, cached by key for the page (`page_cache`).

    For code without the request, mainly permissions. The key names everything the result depends
    on, including the actor.
    """
    page = _PAGE_CACHE.get()
    if page is None:
        return ask()
    if key not in page:
        page[key] = ask()
    return cast(Answer, page[key])


def announce(kind: str, keys: Iterable[Hashable]) -> None:
    """Declare the keys of all rows of a list, so that `ask_listed` loads their data with one query."""
    ask_once(("announced", kind), set[Hashable]).update(keys)


def ask_listed(kind: str, name: Hashable, key: Key, load: Callable[[set[Key]], Mapping[Key, Answer]]) -> Answer | None:
    """Return the value that `load` returns for a key, or None if it returns none. `name` tells loads of a kind apart.

    In a request `load` runs once for all announced keys of the kind.
    """
    answers: dict[Key, Answer | None] = ask_once(("listed", kind, name), dict)
    if key not in answers:
        listed: set[Key] = ask_once(("announced", kind), set)
        asked_keys = (listed - answers.keys()) | {key}
        answers.update(dict.fromkeys(asked_keys))
        answers.update(load(asked_keys))
    return answers[key]


#: Predicates registered by higher layers that return true while nothing counts as late, as before the opening.
STANDSTILL_PREDICATES: list[Callable[[], bool]] = []


def clocks_stand_still() -> bool:
    """Return true while nothing counts as late, for example before the site is opened."""
    return ask_once(("clocks stand still",), lambda: any(predicate() for predicate in STANDSTILL_PREDICATES))


def stop_caching() -> None:
    """Stop `ask_once` from caching for the rest of the page, because an action begins to change data."""
    if _PAGE_CACHE.get() is not None:
        _PAGE_CACHE.set(None)
