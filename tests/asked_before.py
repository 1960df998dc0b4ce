"""Cache what pure functions answer: many tests have the same few texts searched and the same few files read, in a new database each.

`find`, `proofread` and the readers of files depend on nothing but their arguments. Short texts and small answers are kept in memory,
never for the tests whose subject these functions are.
"""

import hashlib
import re
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

#: Characters of a text that is remembered, and how many are.
LONGEST, MOST = 5_000, 4_096
#: Whose tests ask the functions themselves.
OWN = "tests/lib/privacy/"
#: Modules whose tests are about reading and its cost.
READING = re.compile("^tests/lib/|hostile|bombs|uploads")
#: Bytes of an answer that is remembered.
SMALL = 200_000


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


def remembered_reading(answer: Callable[..., bytes | Exception]) -> Callable[..., bytes | Exception]:
    """Let a reader give what it read from the same bytes before, without a child; a refusal is never remembered."""
    import replayed
    from gongkai.lib.confined import reading

    kept: dict[tuple[str, bytes], bytes] = {}

    def ask(reader: Any, handed: bytes, used: Any) -> bytes | Exception:
        memory, key = reading._CACHED_READINGS.get(), (reader.name, hashlib.sha256(handed).digest())
        if key not in kept or key in (memory or {}) or READING.search(replayed.NOW.module):
            given = answer(reader, handed, used)
            if isinstance(given, bytes) and len(given) <= SMALL and len(kept) < MOST:
                kept[key] = given
            return given
        for look in reading.BEFORE_READING_HOOKS:
            look()
        if memory is not None:
            memory[key] = kept[key]
        return kept[key]

    return ask


def use() -> None:
    """Let these functions remember in this process."""
    from gongkai.lib.confined.reading import Reader
    from gongkai.lib.privacy import search
    from gongkai.lib.privacy.proofreading import run

    search.find = remembered(search.find)
    run.proofread = remembered(run.proofread)
    Reader._answer = remembered_reading(Reader._answer)
