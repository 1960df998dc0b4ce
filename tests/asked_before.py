"""What is found in a text is found once: tests of all rooms have the same few texts searched again and again, in a new database each.

`find` and `proofread` are pure functions. Outside the tests the product keeps their answers with the text (`checks.running`); here
they are kept in memory, short texts only, and never for `tests/lib/privacy`, whose subject they are.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

#: Characters of a text that is remembered, and how many are.
LONGEST, MOST = 5_000, 4_096
#: Whose tests ask the functions themselves.
OWN = "tests/lib/privacy/"


def remembered(function: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
    """Let a pure function answer from memory what it was asked before."""
    import replayed

    @lru_cache(maxsize=MOST)
    def kept(text: str, facts: tuple[tuple[str, Any], ...]) -> tuple[Any, ...]:
        return tuple(function(text, **dict(facts)))

    @wraps(function)
    def ask(text: str, **facts: Any) -> list[Any]:
        plain = isinstance(text, str) and len(text) <= LONGEST
        if not plain or replayed.NOW.module.startswith(OWN):
            return function(text, **facts)
        try:
            return list(kept(text, tuple(sorted(facts.items()))))
        except TypeError:  # facts of which nobody knows whether they are the same
            return function(text, **facts)

    return ask


def use() -> None:
    """Let the two functions remember in this process."""
    from gongkai.lib.privacy import search
    from gongkai.lib.privacy.proofreading import run

    search.find = remembered(search.find)
    run.proofread = remembered(run.proofread)
