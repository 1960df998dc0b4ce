"""Doubts about what was read (the flags of a measure). Pure."""

import re
from collections.abc import Mapping
from typing import Any

_QUOTED = re.compile(r"“[^”]*”")


def kind_of(flag: Mapping[str, Any]) -> str:
    """Return a doubt's words without what they quote: doubts of one kind differ in that only."""
    return _QUOTED.sub("“…”", str(flag.get("message") or ""))
