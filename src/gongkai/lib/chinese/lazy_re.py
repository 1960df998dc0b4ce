"""Regular expressions that are compiled when they are first asked: a text meets few of the hundreds that this room holds.

Stands in for `re` in this room (`from gongkai.lib.chinese import lazy_re as re`): the same names, and `compile` puts the work off. Compiling
all of them took most of the time that a command or a server needed to start.
"""

import re
from re import (
    ASCII,
    DOTALL,
    IGNORECASE,
    MULTILINE,
    Match,
    Pattern,
    escape,
    findall,
    finditer,
    fullmatch,
    match,
    search,
    split,
    sub,
)
from typing import AnyStr, Generic, cast

__all__ = [
    "ASCII",
    "DOTALL",
    "IGNORECASE",
    "MULTILINE",
    "Match",
    "Pattern",
    "compile",
    "escape",
    "findall",
    "finditer",
    "fullmatch",
    "match",
    "search",
    "split",
    "sub",
]


class _Lazy(Generic[AnyStr]):
    """An expression that is not compiled yet; once it is, its methods are this object's own, found at once."""

    def __init__(self, pattern: AnyStr, flags: int) -> None:
        self.pattern: AnyStr = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        made = re.compile(self.pattern, self._flags)
        for each in ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn"):
            setattr(self, each, getattr(made, each))
        self.flags, self.groups, self.groupindex = made.flags, made.groups, made.groupindex
        return getattr(made, name)


def compile(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return an expression that is compiled when it is first used; a wrong one is found then."""
    return cast("re.Pattern[AnyStr]", _Lazy(pattern, flags))
