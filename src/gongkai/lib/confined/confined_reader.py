"""Decorator `reader`: run functions that parse untrusted files in a sandboxed child process."""

import functools
import hashlib
import inspect
import json
import logging
import math
import resource
import signal
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Generic, ParamSpec, TypeVar, cast, get_type_hints

from gongkai.lib.confined import codec
from gongkai.lib.confined.bounds import describe_excess
from gongkai.lib.confined.codec import PROGRESS, send_frame
from gongkai.lib.confined.sandbox import DEFAULT_LIMITS, LARGER_LIMITS, ResourceLimits
from gongkai.lib.confined.slots import SLOT_KIND, NoFreeSlot, hold_slot
from gongkai.lib.confined.template_process import (
    LAST_CHILD_COST,
    SERVER_BUSY_ERROR,
    TIME_LIMIT_ERROR,
    UNREADABLE_FILE_ERROR,
    ChildAnswer,
    ChildCost,
    ChildStopped,
    NeedsOtherLimits,
    Overloaded,
    WaitCallbacks,
    run_in_child,
)

LOG = logging.getLogger("gongkai.confined")
P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)
ProgressCallback = Callable[[str, int, int], None]
#: Hooks called before each reading; they raise against it, for example in an open transaction.
BEFORE_READING_HOOKS: list[Callable[[], None]] = []
#: Seconds that a page waits for all readers of one file, including the wait for a slot.
WEB_PAGE_WAIT_SECONDS = max(28, DEFAULT_LIMITS.seconds + 8)
#: Seconds of waiting for a slot: pages; public pages, because waiting occupies a thread of the server; background work.
SLOT_WAIT_SECONDS, PUBLIC_SLOT_WAIT_SECONDS, BACKGROUND_SLOT_WAIT_SECONDS = 20.0, 5.0, 900.0
#: Factor by which background work may take longer by the clock; processor time stays limited.
BACKGROUND_TIME_FACTOR = 3
#: Seconds that each recognised page adds, to draw the next one (a third of a second).
NEXT_PAGE_SECONDS = 1
OVERLOADED_ERROR = "现在读取的文件较多，请稍后再试。"


@dataclass
class ChildState:
    """State of this child process: socket, limits and network barrier."""

    line: socket.socket
    limits: ResourceLimits
    guard: str
    recognised: float = 0.0
    begun: float = field(default_factory=time.monotonic)


#: State of this child process; None outside a child.
CURRENT_CHILD: ChildState | None = None


def is_child_process() -> bool:
    """Return true in a child process."""
    return CURRENT_CHILD is not None


def request_larger_limits(limits_name: str) -> None:
    """Make sure that this process may start a program; a parent process always may.

    Raises:
        NeedsOtherLimits: this child may not; the parent repeats the reading with
            `LARGER_LIMITS[limits_name]`.
    """
    if CURRENT_CHILD is not None and not CURRENT_CHILD.limits.starts:
        raise NeedsOtherLimits(limits_name)


@contextmanager
def count_as_recognition() -> Iterator[None]:
    """Context manager: count CPU time as text recognition, which has its own limit.

    Each use gives the reader `NEXT_PAGE_SECONDS` more, so that it can draw the next page of a long scan.
    """
    if CURRENT_CHILD is None or not CURRENT_CHILD.limits.recognising:
        yield
        return
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    begun = time.process_time()
    resource.setrlimit(resource.RLIMIT_CPU, (hard - 1, hard))
    try:
        yield
    finally:
        CURRENT_CHILD.recognised += time.process_time() - begun + NEXT_PAGE_SECONDS
        soft = CURRENT_CHILD.limits.seconds + math.ceil(CURRENT_CHILD.recognised)
        resource.setrlimit(resource.RLIMIT_CPU, (min(soft, hard - 1), hard))


#: Shares of its processor time and of its clock time after which a child begins no further part of a file.
PARTS_TIME_SHARES = (0.75, 0.5)


class PartStopped(BaseException):
    """Raised within `within_time_for_parts` when the time for parts is used up.

    A `BaseException`, because readers catch `Exception`.
    """


@contextmanager
def within_time_for_parts() -> Iterator[None]:
    """Context manager in which a child reads one of many parts of a file, such as an attachment.

    All parts together have `PARTS_TIME_SHARES` of its time, so that the rest of the file is still returned.

    Raises:
        PartStopped: nothing is left.
    """
    child = CURRENT_CHILD
    if child is None or signal.getitimer(signal.ITIMER_PROF)[0]:
        yield
        return
    limits, (processor, clock) = child.limits, PARTS_TIME_SHARES
    seconds_left = processor * limits.seconds - time.process_time()
    if seconds_left <= 0 or time.monotonic() - child.begun > clock * limits.wall:
        raise PartStopped
    signal.signal(signal.SIGPROF, _stop_part)
    signal.setitimer(signal.ITIMER_PROF, seconds_left)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _stop_part(*_: object) -> None:
    raise PartStopped


NO_CALLBACKS = WaitCallbacks()
_WAIT_CALLBACKS: ContextVar[WaitCallbacks] = ContextVar("watch", default=NO_CALLBACKS)


@contextmanager
def with_progress(say: ProgressCallback, check: Callable[[], None]) -> Iterator[None]:
    """Context manager: report progress by `say`; kill the children if a callback raises.

    `check` is called every half second.
    """
    token = _WAIT_CALLBACKS.set(WaitCallbacks(say, check))
    try:
        yield
    finally:
        _WAIT_CALLBACKS.reset(token)


def is_in_background() -> bool:
    """Return true within `with_progress`: no page waits, so parsing may take longer."""
    return _WAIT_CALLBACKS.get() is not NO_CALLBACKS


@dataclass
class UsedTime:
    """CPU and wall seconds used so far by the children of one file."""

    processor: float = 0.0
    wall: float = 0.0

    def rest_of(self, limits: ResourceLimits) -> ResourceLimits:
        """Return the limits minus the time already used.

        Raises:
            Overloaded: No time is left.
        """
        seconds, wall = limits.seconds - round(self.processor), limits.wall - round(self.wall)
        if min(seconds, wall) < 1:
            raise Overloaded(TIME_LIMIT_ERROR if seconds < 1 else SERVER_BUSY_ERROR)
        return replace(limits, seconds=seconds, wall=wall)


#: Within `shared_time_limit`: digest of a file or text → what its children used.
_USED_TIME_BY_DIGEST: ContextVar[dict[bytes, UsedTime] | None] = ContextVar("used", default=None)


@contextmanager
def shared_time_limit() -> Iterator[None]:
    """Context manager: all readers of one file share the time limit of one reader.

    A reader that ends because others used the time raises `Overloaded`: alone it would have had all the time.
    """
    token = _USED_TIME_BY_DIGEST.set({})
    try:
        yield
    finally:
        _USED_TIME_BY_DIGEST.reset(token)


#: Results within `cache_readings`: reader and digest of its input → its answer, or the exception raised.
_CACHED_READINGS: ContextVar[dict[tuple[str, bytes], bytes | Exception] | None] = ContextVar("kept", default=None)


@contextmanager
def cache_readings() -> Iterator[None]:
    """Context manager: cache results by file, so that actions parse before their transaction."""
    if _CACHED_READINGS.get() is not None:
        yield
        return
    token = _CACHED_READINGS.set({})
    try:
        yield
    finally:
        _CACHED_READINGS.reset(token)


def report_progress(words: str, done: int = 0, total: int = 0) -> None:
    """Report progress (Chinese words, done of total) from a child to its waiting caller."""
    if CURRENT_CHILD is None:
        _WAIT_CALLBACKS.get().say(words, done, total)
    else:
        send_frame(CURRENT_CHILD.line, PROGRESS, json.dumps([words, done, total]).encode())


@dataclass
class Reader(Generic[P, R_co]):
    """A function that parses untrusted input, with the arguments of the decorator `reader`.

    Calling it runs it in a child; `here` runs it in this process (in a child, and in tests of it).
    """

    here: Callable[P, R_co]
    refuses: tuple[type[Exception], ...]
    loads: tuple[str, ...]
    written: int = 0
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = f"{self.here.__module__}:{self.here.__qualname__}"
        functools.update_wrapper(self, self.here)

    def __call__(self, *args: P.args, **facts: P.kwargs) -> R_co:
        """Read in a child.

        Raises:
            one of `refuses`: the file is refused, by the reader or because it came to a limit; one Chinese line says so.
        """
        if CURRENT_CHILD is not None:
            return self.here(*args, **facts)
        bound = inspect.signature(self.here).bind(*args, **facts)
        bound.apply_defaults()
        if words := describe_excess(
            "handed", sum(len(argument) for argument in bound.arguments.values() if isinstance(argument, bytes))
        ):
            raise self.refuses[0](words)
        answer = self._answer(codec.pack(list(bound.arguments.values())), _get_used_time(bound.arguments.values()))
        if isinstance(answer, Exception):
            raise answer
        try:
            return cast(R_co, codec.unpack(answer, self.hints["return"]))
        except codec.MalformedResult as error:
            LOG.warning("%s gave what it does not return: %s", self.name, error)
            raise self.refuses[0](UNREADABLE_FILE_ERROR) from error

    def _answer(self, handed: bytes, used: UsedTime) -> bytes | Exception:
        """Return the child's result or refusal, cached within `cache_readings`."""
        memory, key = _CACHED_READINGS.get(), (self.name, hashlib.sha256(handed).digest())
        if memory is not None and key in memory:
            return memory[key]
        for look in BEFORE_READING_HOOKS:
            look()
        result: bytes | Exception
        try:
            answer = self._ask(handed, replace(DEFAULT_LIMITS, written=self.written), used)
        except ChildStopped as stopped:
            result = self.refuses[0](str(stopped))
            result.__cause__ = stopped
        else:
            result = answer.given or b""
            if answer.refused is not None:
                place, refusal_text = answer.refused
                result = self.refuses[place](refusal_text)
        if memory is not None:
            memory[key] = result
        return result

    def _ask(self, handed: bytes, limits: ResourceLimits, used: UsedTime) -> ChildAnswer:
        """Run a child; if it needs larger limits, run another with the remaining time.

        Raises:
            ChildStopped: no result.
            Overloaded: no free slot, or the time was used by earlier readers.
        """
        watch = _WAIT_CALLBACKS.get()
        patience = SLOT_WAIT_SECONDS if watch is NO_CALLBACKS else BACKGROUND_SLOT_WAIT_SECONDS
        if SLOT_KIND.get() == "public":
            patience = PUBLIC_SLOT_WAIT_SECONDS
        if watch is not NO_CALLBACKS:  # background work: on a busy machine a file may take longer
            limits = replace(limits, wall=limits.wall * BACKGROUND_TIME_FACTOR)
        elif _USED_TIME_BY_DIGEST.get() is not None:
            limits = replace(limits, wall=min(limits.wall, WEB_PAGE_WAIT_SECONDS))
        whole, limits = limits, used.rest_of(limits)
        begun = time.monotonic()
        try:
            with hold_slot(SLOT_KIND.get() or ("slow" if limits.starts else ""), patience, watch.check):
                LAST_CHILD_COST.spent = ChildCost()
                if _USED_TIME_BY_DIGEST.get() is not None:
                    used.wall += time.monotonic() - begun
                    limits = replace(limits, wall=max(1, round(limits.wall - (time.monotonic() - begun))))
                try:
                    answer = run_in_child(self.name, self.loads, handed, limits, watch)
                finally:
                    used.processor += LAST_CHILD_COST.spent.seconds
                    used.wall += LAST_CHILD_COST.spent.wall
        except NoFreeSlot as full:
            raise Overloaded(OVERLOADED_ERROR) from full
        except ChildStopped as stopped:
            if limits.seconds < whole.seconds:
                raise Overloaded(str(stopped)) from stopped
            raise
        if not answer.needs:
            return answer
        if limits.starts or answer.needs not in LARGER_LIMITS:
            raise ChildStopped(UNREADABLE_FILE_ERROR)
        return self._ask(handed, LARGER_LIMITS[answer.needs], used)

    @functools.cached_property
    def hints(self) -> dict[str, object]:
        """Return the type hints of the wrapped function's arguments and return value."""
        return get_type_hints(self.here)

    def read(self, handed: bytes) -> R_co:
        """Run in this process on serialised arguments; called in a child."""
        kinds = tuple(self.hints[name] for name in inspect.signature(self.here).parameters)
        arguments = cast(tuple[object, ...], codec.unpack(handed, tuple[kinds]))  # type: ignore[valid-type]
        return self.here(*arguments)  # type: ignore[arg-type,call-arg]

    def get_refusal_index(self, error: Exception) -> int:
        """Return the index in `refuses` of the first class that an error belongs to."""
        return next(place for place, kind in enumerate(self.refuses) if isinstance(error, kind))


def _get_used_time(arguments: Iterable[object]) -> UsedTime:
    """Return the time used so far for the file or text among the arguments."""
    shared = _USED_TIME_BY_DIGEST.get()
    if shared is None:
        return UsedTime()
    longest = max((one for one in arguments if isinstance(one, bytes | str)), key=len, default=b"")
    data = longest.encode("utf-8", "surrogatepass") if isinstance(longest, str) else longest
    return shared.setdefault(hashlib.sha256(data).digest(), UsedTime())


READERS_BY_NAME: dict[str, Reader[..., object]] = {}


def reader(
    *refuses: type[Exception], loads: tuple[str, ...] = (), written: int = 0
) -> Callable[[Callable[P, R_co]], Reader[P, R_co]]:
    """Decorate a module-level function so that calls run in a sandboxed child.

    Args:
        refuses: what it raises for a file that it refuses, built from one Chinese line. The first one is also raised at a limit.
        loads: modules that it needs, loaded once for all children.
        written: bytes that it may write to a folder of its own, which is removed afterwards.
    """

    def made(function: Callable[P, R_co]) -> Reader[P, R_co]:
        """Register the function's reader under its name."""
        ready = Reader(function, refuses, loads, written)
        READERS_BY_NAME[ready.name] = ready
        return ready

    return made
