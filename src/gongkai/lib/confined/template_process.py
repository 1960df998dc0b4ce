"""Start the template process, send it requests, and receive results from its children."""

import atexit
import contextlib
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass

from gongkai.lib.confined.bounds import BOUNDS_BY_NAME
from gongkai.lib.confined.codec import ANSWER, FAILED, GONE, NEEDS, PROGRESS, REFUSED, FrameDecoder
from gongkai.lib.confined.sandbox import ResourceLimits

LOG = logging.getLogger("gongkai.confined")
#: A template ends by itself when its socket is closed; after this it is killed.
TEMPLATE_END_SECONDS = 5
#: Seconds without a request after which a server ends its template (`TemplateProcess.close_if_idle`).
IDLE_SECONDS = 300
#: Seconds between two checks that the caller still waits.
CANCEL_CHECK_SECONDS = 0.5
#: Environment variables that a child inherits; others may contain keys and passwords.
INHERITED_VARIABLES = (
    "PATH",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "GONGKAI_READING_SECONDS",
    "GONGKAI_READING_MEMORY",
    "GONGKAI_FONTS",
)
SINGLE_THREAD_ENVIRONMENT = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
#: Freed blocks of a megabyte and more go back to the system: else a template keeps 30 MB of what it read its tables from.
RETURN_MEMORY_ENVIRONMENT = {"MALLOC_MMAP_THRESHOLD_": str(1 << 20), "MALLOC_TRIM_THRESHOLD_": str(4 << 20)}
TIME_LIMIT_ERROR = "文件内容过于复杂，读取时间超过上限，已经停止。请只保留需要的内容，用办公软件另存为新文件后再试。"
#: A child that waited for the processor too long says nothing about its file.
SERVER_BUSY_ERROR = "服务器繁忙，这个文件没有读完，请稍后再试。"
MEMORY_LIMIT_ERROR = (
    "文件内容过大，读取所需的内存超过上限，已经停止。请只保留需要的内容，用办公软件另存为新文件后再试。"
)
KILLED_BY_SYSTEM_ERROR = (
    "读取被系统中断（多半是服务器内存不足），文件没有读完。请稍后再试；仍不行的，请管理员查看运行日志。"
)
UNREADABLE_FILE_ERROR = "文件不能读取，可能已经损坏。请用办公软件打开后另存为新文件再试。"


class NeedsOtherLimits(BaseException):
    """Raised in a child when a file needs other limits (`sandbox.LARGER_LIMITS`).

    A `BaseException`, because readers catch `Exception`.
    """


class ChildStopped(Exception):
    """Raised when a child exceeds a limit or crashes; the message is one Chinese line."""


class Overloaded(ChildStopped):
    """Raised when a child timed out on a busy machine; a later attempt may succeed."""


@dataclass(frozen=True)
class WaitCallbacks:
    """Callbacks of the waiting caller: `say` reports progress, `check` raises to cancel."""

    say: Callable[[str, int, int], None] = lambda *_: None
    check: Callable[[], None] = lambda: None


@dataclass
class ChildCost:
    """Resources used by a child: CPU seconds, peak bytes, exit code, wall seconds."""

    seconds: float = 0.0
    memory: int = 0
    status: int | None = None
    wall: float = 0.0


#: Cost of the last child of this thread (`LAST_CHILD_COST.spent`), for measurements.
LAST_CHILD_COST = threading.local()


class TemplateProcess:
    """The template process of this process, started on first use and restarted if it ended."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.line: socket.socket | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self.owner = 0
        self.count = 0
        self.running = 0
        self.used_at = 0.0

    def ask(self, request: Mapping[str, object], handles: list[int]) -> int:
        """Send a request with file handles and return its number; retry once after a lost connection (then OSError)."""
        with self.lock:
            for last in (False, True):
                line = self._connect()
                self.count += 1
                data = json.dumps({**request, "number": self.count}).encode()
                try:
                    socket.send_fds(line, [data], handles)
                except OSError:
                    self._drop()
                    if last:
                        raise
                    continue
                return self.count
        raise AssertionError

    def kill(self, number: int) -> None:
        """Request that a child and its descendants be killed."""
        with self.lock:
            if self.line is not None:
                try:
                    self.line.send(json.dumps({"kill": number}).encode())
                except OSError:
                    self._drop()

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """Context manager: the template is needed until the child answered."""
        with self.lock:
            self.running += 1
        try:
            yield
        finally:
            with self.lock:
                self.running -= 1
                self.used_at = time.monotonic()

    def close_if_idle(self, seconds: float = IDLE_SECONDS) -> None:
        """End the template process if it was not needed for a while: its tables take up to 150 MB."""
        with self.lock:
            if not self.running and time.monotonic() - self.used_at > seconds:
                self.close()

    def close(self) -> None:
        """End the template process and wait for it, so that its resource usage is accounted."""
        if self.line is None or self.process is None or self.owner != os.getpid():
            return
        self.line.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(TEMPLATE_END_SECONDS)
        self._drop()

    def _drop(self) -> None:
        """Close the connection and kill the template process if this process started it."""
        if self.line is not None:
            self.line.close()
        if self.process is not None and self.owner == os.getpid():
            self.process.kill()
            self.process.wait()
        self.line = self.process = None

    def _connect(self) -> socket.socket:
        """Return the connection to the template process; start it if it does not run."""
        if self.line is not None and self.owner == os.getpid():
            return self.line
        if self.owner != os.getpid():  # forked: the template belongs to the parent
            self.line = self.process = None
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        kept = {name: os.environ[name] for name in INHERITED_VARIABLES if name in os.environ}
        environment = {
            **kept,
            **SINGLE_THREAD_ENVIRONMENT,
            **RETURN_MEMORY_ENVIRONMENT,
            "PYTHONPATH": os.pathsep.join(text for text in sys.path if text),
            "PYTHONUTF8": "1",
        }
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "gongkai.lib.confined.template", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        theirs.close()
        self.line, self.owner = ours, os.getpid()
        return ours


CHILD_TEMPLATE = TemplateProcess()
atexit.register(CHILD_TEMPLATE.close)


def run_in_child(
    name: str, loads: tuple[str, ...], handed: bytes, limits: ResourceLimits, watch: WaitCallbacks
) -> "ChildAnswer":
    """Run the reader `name`, with the modules `loads`, on packed arguments (`handed`) in a child; return its answer.

    Raises:
        ChildStopped: it gave no answer.
        Overloaded: the system lets no child be started.
    """
    with CHILD_TEMPLATE.in_use():
        try:
            line, number = _start_child({"reader": name, "loads": loads, "limits": asdict(limits)}, handed)
        except OSError as error:
            LOG.error("%s: no child was started: %s", name, error)
            raise Overloaded(KILLED_BY_SYSTEM_ERROR) from error
        return _listen_to_child(line, number, ChildAnswer(name, limits, watch))


def _start_child(request: Mapping[str, object], handed: bytes) -> tuple[socket.socket, int]:
    """Request a child; return (socket, number of the child)."""
    with contextlib.ExitStack() as opened:
        source = os.memfd_create("gongkai", os.MFD_CLOEXEC)
        opened.callback(os.close, source)
        ours, theirs = socket.socketpair()
        opened.enter_context(theirs)
        _write_all(source, handed)
        try:
            return ours, CHILD_TEMPLATE.ask(request, [source, theirs.fileno()])
        except OSError:
            ours.close()
            raise


def _listen_to_child(line: socket.socket, number: int, answer: "ChildAnswer") -> "ChildAnswer":
    """Receive the answer of a child; kill the child if the caller is interrupted."""
    LAST_CHILD_COST.spent = answer.spent
    try:
        answer.listen(line)
    except BaseException:
        CHILD_TEMPLATE.kill(number)
        raise
    finally:
        answer.spent.wall = time.monotonic() - answer.begun
        line.close()
    return answer


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


class ChildAnswer:
    """The frames received from a child.

    Attributes:
        given: the packed result, None if there is none.
        refused: (index of the exception in `Reader.refuses`, its Chinese text), or None.
        needs: the name of the limits (`sandbox.LARGER_LIMITS`) that the file takes, or "".
        failed: the traceback of another exception, or "".
        spent: the resources that the child used.
    """

    def __init__(self, name: str, limits: ResourceLimits, watch: WaitCallbacks) -> None:
        self.name, self.limits, self.watch = name, limits, watch
        self.given: bytes | None = None
        self.refused: tuple[int, str] | None = None
        self.needs = ""
        self.failed = ""
        self.spent = ChildCost()
        self.begun = time.monotonic()
        self._frames = FrameDecoder(BOUNDS_BY_NAME["answer"].most)

    def listen(self, line: socket.socket) -> None:
        """Receive frames until the child ends, the caller cancels, or the time limit expires.

        Raises:
            ChildStopped: the child gave no result.
            Overloaded: the time limit expired.
        """
        looked = self.begun
        while True:
            now = time.monotonic()
            if now - self.begun > self.limits.wall:
                raise Overloaded(SERVER_BUSY_ERROR)
            if now - looked > CANCEL_CHECK_SECONDS:
                self.watch.check()
                looked = now
            if select.select([line], [], [], CANCEL_CHECK_SECONDS)[0]:
                data = line.recv(1 << 20)
                if not data:
                    break
                self._take_bytes(data)
        if self.given is None and self.refused is None and not self.needs:
            raise self._make_end_error()

    def _take_bytes(self, data: bytes) -> None:
        """Handle the frames in the child's bytes (ChildStopped: they are malformed or too large)."""
        try:
            for kind, body in self._frames.feed(data):
                self._take_frame(kind, body)
        except OverflowError as error:
            raise ChildStopped(MEMORY_LIMIT_ERROR) from error
        except (ValueError, TypeError, LookupError) as error:
            LOG.warning("%s: a frame that is none", self.name)
            raise ChildStopped(UNREADABLE_FILE_ERROR) from error

    def _take_frame(self, kind: bytes, body: bytes) -> None:
        """Store a frame's content by its kind, such as progress, answer or failure."""
        if kind == PROGRESS:
            words, done, total = json.loads(body)
            self.watch.say(str(words)[:200], int(done), int(total))
        elif kind == ANSWER:
            self.given = body
        elif kind == REFUSED:
            place, words = json.loads(body)
            self.refused = (int(place), str(words))
        elif kind == NEEDS:
            self.needs = body.decode()
        elif kind == FAILED:
            self.failed = body.decode("utf-8", "replace")
        elif kind == GONE:
            self.spent.status, self.spent.seconds, self.spent.memory = json.loads(body)

    def _make_end_error(self) -> ChildStopped:
        """Return the error for a child that ended without a result; a timeout takes precedence."""
        LOG.warning("%s gave no answer (%s): %s", self.name, self.spent, self.failed.strip()[-2000:])
        status = self.spent.status
        # The kernel counts ticks: a child that it kills may have used a little less than the limit.
        if status == -signal.SIGXCPU or (status == -signal.SIGKILL and self.spent.seconds >= self.limits.seconds - 1):
            return ChildStopped(TIME_LIMIT_ERROR)
        # Neither a traceback nor a signal: the child had no memory left to say so. A library in C ends its process where it gets
        # none: it aborts where one large piece is refused, which is never counted.
        silent = status == 0 and not self.failed
        share = 0.5 if silent or status in {-signal.SIGABRT, -signal.SIGTRAP} else 0.9
        full = (silent or (status or 0) < 0) and self.spent.memory > share * self.limits.memory
        if full or "MemoryError" in self.failed or "Cannot allocate memory" in self.failed:
            return ChildStopped(MEMORY_LIMIT_ERROR)
        if not self.failed and status in {None, 0, -signal.SIGKILL, -signal.SIGTERM}:
            return Overloaded(KILLED_BY_SYSTEM_ERROR)
        return ChildStopped(UNREADABLE_FILE_ERROR)
