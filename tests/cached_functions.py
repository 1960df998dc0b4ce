"""Cache the answers of pure functions: many tests search the same few texts and read the same few files.

`find`, `proofread` and the readers of files depend only on their arguments. Tests of these functions
themselves are not answered from the cache.
"""

import hashlib
import os
import re
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

#: Longest text in characters whose answers are cached, and the number of cached answers.
LONGEST, MOST = 5_000, 4_096
#: Tests of `find` and `proofread`.
PRIVACY_TESTS = "tests/lib/privacy/"
#: Tests of reading files, and of its cost.
READING_TESTS = re.compile("^tests/lib/|hostile|bombs|uploads")
#: Longest cached reading in bytes.
LONGEST_READING = 200_000


def get_running_test() -> str:
    """Return the id of the running test, "" between tests."""
    return os.environ.get("PYTEST_CURRENT_TEST", "")


def cache_findings(function: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
    """Return the function of a text with a cache."""

    @lru_cache(maxsize=MOST)
    def cached(text: str, options: tuple[tuple[str, Any], ...]) -> tuple[Any, ...]:
        return tuple(function(text, **dict(options)))

    @wraps(function)
    def call(text: str, **options: Any) -> list[Any]:
        short = isinstance(text, str) and len(text) <= LONGEST
        if not short or get_running_test().startswith(PRIVACY_TESTS):
            return function(text, **options)
        try:
            return list(cached(text, tuple(sorted(options.items()))))
        except TypeError:  # an option that cannot be hashed
            return function(text, **options)

    return call


def cache_readings(answer: Callable[..., bytes | Exception]) -> Callable[..., bytes | Exception]:
    """Return the reading of a file in a child process with a cache by content; refusals are not cached."""
    from gongkai.lib.confined import confined_reader

    cached: dict[tuple[str, bytes], bytes] = {}

    def call(reader: Any, handed: bytes, used: Any) -> bytes | Exception:
        batch, key = confined_reader._CACHED_READINGS.get(), (reader.name, hashlib.sha256(handed).digest())
        if key not in cached or key in (batch or {}) or READING_TESTS.search(get_running_test()):
            given = answer(reader, handed, used)
            if isinstance(given, bytes) and len(given) <= LONGEST_READING and len(cached) < MOST:
                cached[key] = given
            return given
        for look in confined_reader.BEFORE_READING_HOOKS:
            look()
        if batch is not None:
            batch[key] = cached[key]
        return cached[key]

    return call


def install() -> None:
    """Cache these functions in this process."""
    from gongkai.lib.confined.confined_reader import Reader
    from gongkai.lib.privacy import search
    from gongkai.lib.privacy.proofreading import run

    search.find = cache_findings(search.find)
    run.proofread = cache_findings(run.proofread)
    Reader._answer = cache_readings(Reader._answer)
