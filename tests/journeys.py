"""Record which modules of the product one action executes, and which of them a reader must open."""

import inspect
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType

import gongkai

ROOT = Path(gongkai.__file__).parent


@dataclass
class Journey:
    """What ran: every module, and the functions outside the callbacks of registries, in the order of their first call."""

    modules: set[str] = field(default_factory=set)
    functions: set[CodeType] = field(default_factory=set)
    direct: dict[CodeType, None] = field(default_factory=dict)

    def to_read(self, apps: Iterable[str]) -> dict[str, list[CodeType]]:
        """Return the functions of these apps that run outside the callbacks of registries, by module; no lambdas and loops."""
        prefixes = tuple(f"{app}/" for app in apps)
        found: dict[str, list[CodeType]] = {}
        for code in self.direct:
            module = module_of(code)
            if module.startswith(prefixes) and "<" not in code.co_qualname:
                found.setdefault(module, []).append(code)
        return found


def module_of(code: CodeType) -> str:
    """Return the path of a function's module below the package, without `.py`."""
    return str(Path(code.co_filename).relative_to(ROOT).with_suffix(""))


def lines_of(codes: Iterable[CodeType]) -> int:
    """Return how many lines these functions have, with their decorators and docstrings."""
    return sum(len(inspect.getsourcelines(code)[0]) for code in codes)


@contextmanager
def traced(callbacks: Iterable[CodeType]) -> Iterator[Journey]:
    """Trace what runs inside; what a callback runs counts as executed, not as to be read."""
    journey, registered, depth = Journey(), set(callbacks), 0
    root = f"{ROOT}/"

    def note(frame: FrameType, event: str, _: object) -> None:
        nonlocal depth
        code = frame.f_code
        if code in registered:
            depth += {"call": 1, "return": -1}.get(event, 0)
        if event == "call" and code.co_filename.startswith(root):
            journey.modules.add(module_of(code))
            journey.functions.add(code)
            if not depth:
                journey.direct.setdefault(code)

    sys.setprofile(note)
    try:
        yield journey
    finally:
        sys.setprofile(None)
