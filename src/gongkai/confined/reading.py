"""Functions that read what somebody else wrote: the decorator that has them run in a child, who waits for it, what a child knows of itself."""

import functools
import hashlib
import inspect
import json
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Generic, ParamSpec, TypeVar, cast, get_type_hints

from gongkai.confined import codec, slots
from gongkai.confined.asking import BROKEN, Answer, Needs, Stopped, Watch, ask
from gongkai.confined.bounds import over
from gongkai.confined.frames import SAID, send
from gongkai.confined.limits import GROWN, PLAIN, Limits

LOG = logging.getLogger("gongkai.confined")
P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)
Say = Callable[[str, int, int], None]
#: Called before anything is read, by whoever may have a reason against it: an open transaction.
BEFORE: list[Callable[[], None]] = []
#: Seconds that a page waits for a place, and that work behind the pages waits.
PATIENCE, LONG_PATIENCE = 20.0, 900.0
#: How many times longer work behind the pages may take by the clock; processor time is bounded alike.
UNHURRIED = 3
WAITED = "现在读取的文件较多，请稍后再试。"


@dataclass(frozen=True)
class Child:
    """What a child knows of itself: the line to whoever waits, its limits, what keeps it off the network (`kernel.hold`)."""

    line: socket.socket
    limits: Limits
    guard: str


CHILD: Child | None = None


def inside() -> bool:
    """Whether this is a child."""
    return CHILD is not None


def need(name: str) -> None:
    """Say, before a program or a recogniser is started, which limits (`GROWN`) that takes: elsewhere the reading begins again with them."""
    if CHILD is not None and not CHILD.limits.starts:
        raise Needs(name)


NOBODY = Watch()
_WATCH: ContextVar[Watch] = ContextVar("watch", default=NOBODY)


@contextmanager
def watched(say: Say, check: Callable[[], None]) -> Iterator[None]:
    """Within this, children tell `say` how far they are, and are killed when `check` (called every half second) or `say` raises."""
    token = _WATCH.set(Watch(say, check))
    try:
        yield
    finally:
        _WATCH.reset(token)


#: What was read within `kept`: reader and digest of what it was handed → its answer, or what refused it.
_KEPT: ContextVar[dict[tuple[str, bytes], bytes | Exception] | None] = ContextVar("kept", default=None)


@contextmanager
def kept() -> Iterator[None]:
    """Within this, what was read is not read again: an action reads before its transaction what it needs in it."""
    if _KEPT.get() is not None:
        yield
        return
    token = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(token)


def say(words: str, done: int = 0, total: int = 0) -> None:
    """Say how far the reading is: from a child to whoever waits for it."""
    if CHILD is None:
        _WATCH.get().say(words, done, total)
    else:
        send(CHILD.line, SAID, json.dumps([words, done, total]).encode())


@dataclass
class Reader(Generic[P, R_co]):
    """A function that reads what somebody else wrote. Called, it runs in a child; `here` runs it in this process (in a child, and in tests of it)."""

    here: Callable[P, R_co]
    refuses: tuple[type[Exception], ...]
    loads: tuple[str, ...]
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = f"{self.here.__module__}:{self.here.__qualname__}"
        functools.update_wrapper(self, self.here)

    def __call__(self, *args: P.args, **facts: P.kwargs) -> R_co:
        """Read in a child.

        Raises:
            one of `refuses`: the file is refused, by the reader or because it came to a limit; one Chinese line says so.
        """
        if CHILD is not None:
            return self.here(*args, **facts)
        bound = inspect.signature(self.here).bind(*args, **facts)
        bound.apply_defaults()
        if words := over(
            "handed",
            sum(len(argument) for argument in bound.arguments.values() if isinstance(argument, bytes)),
        ):
            raise self.refuses[0](words)
        answer = self._answer(codec.pack(list(bound.arguments.values())))
        if isinstance(answer, Exception):
            raise answer
        try:
            return cast(R_co, codec.unpack(answer, self.hints["return"]))
        except codec.Garbled as error:
            LOG.warning("%s gave what it does not return: %s", self.name, error)
            raise self.refuses[0](BROKEN) from error

    def _answer(self, handed: bytes) -> bytes | Exception:
        """Return what a child gave, or what refuses the file; what was read within `kept` at once."""
        memory, key = _KEPT.get(), (self.name, hashlib.sha256(handed).digest())
        if memory is not None and key in memory:
            return memory[key]
        for look in BEFORE:
            look()
        given: bytes | Exception
        try:
            answer = self._ask(handed, PLAIN)
        except Stopped as stopped:
            given = self.refuses[0](str(stopped))
            given.__cause__ = stopped
        else:
            given = answer.given or b""
            if answer.refused is not None:
                place, words = answer.refused
                given = self.refuses[place](words)
        if memory is not None:
            memory[key] = given
        return given

    def _ask(self, handed: bytes, limits: Limits) -> Answer:
        watch = _WATCH.get()
        patience = PATIENCE if watch is NOBODY else LONG_PATIENCE
        if (
            watch is not NOBODY
        ):  # nobody's page waits: on a busy machine a file may take its processor time slowly
            limits = replace(limits, wall=limits.wall * UNHURRIED)
        try:
            with slots.place("slow" if limits.starts else "", patience, watch.check):
                return ask(self.name, self.loads, handed, limits, watch)
        except slots.Full as full:
            raise Stopped(WAITED) from full
        except Needs as needs:
            name = str(needs)
        if limits.starts or name not in GROWN:
            raise Stopped(BROKEN)
        return self._ask(handed, GROWN[name])

    @functools.cached_property
    def hints(self) -> dict[str, object]:
        """Types of what it takes and returns."""
        return get_type_hints(self.here)

    def read(self, handed: bytes) -> R_co:
        """Read in this process what was handed over as bytes: what a child does."""
        kinds = tuple(self.hints[name] for name in inspect.signature(self.here).parameters)
        given = cast(tuple[object, ...], codec.unpack(handed, tuple[kinds]))  # type: ignore[valid-type]
        return self.here(*given)  # type: ignore[arg-type,call-arg]

    def place_of(self, error: Exception) -> int:
        """Return which of the refusals an error is."""
        return next(place for place, kind in enumerate(self.refuses) if isinstance(error, kind))


READERS: dict[str, Reader[..., object]] = {}


def reader(
    *refuses: type[Exception], loads: tuple[str, ...] = ()
) -> Callable[[Callable[P, R_co]], Reader[P, R_co]]:
    """Make a function of a module one that is run in a child.

    Args:
        refuses: what it raises for a file that it refuses, built from one Chinese line. The first one is raised for what comes to a limit.
        loads: modules that it needs, loaded once for all children.
    """

    def made(function: Callable[P, R_co]) -> Reader[P, R_co]:
        ready = Reader(function, refuses, loads)
        READERS[ready.name] = ready
        return ready

    return made
