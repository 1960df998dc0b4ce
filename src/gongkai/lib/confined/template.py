"""The template process: preloads the readers without Django and forks a child for each file.

Started by `reading` as `python -m gongkai.lib.confined.template FD`; it ends when the other end of its socket does.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import traceback
from dataclasses import dataclass
from typing import TypedDict

from gongkai.lib.confined import codec, confined_reader, sandbox
from gongkai.lib.confined.codec import ANSWER, FAILED, FRAME_HEADER, GONE, NEEDS, REFUSED, send_frame
from gongkai.lib.confined.confined_reader import Reader
from gongkai.lib.confined.sandbox import ResourceLimits
from gongkai.lib.confined.template_process import NeedsOtherLimits

MAX_MESSAGE_BYTES = 1 << 16


class ChildRequest(TypedDict):
    """A request: reader, modules to preload, limits, and the number used to kill it."""

    reader: str
    loads: list[str]
    limits: dict[str, int]  # `ResourceLimits`
    number: int


@dataclass
class RunningChild:
    """A running child: its number, process id, socket to the caller (`line`) and working folder."""

    number: int
    process: int
    line: socket.socket
    folder: str


def serve_requests(control: socket.socket) -> None:
    """Fork a child for each request until the caller closes the socket."""
    sys.modules["django"] = None  # type: ignore[assignment] # a reader that needs it fails at once
    wake, woken = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    children: dict[int, RunningChild] = {}
    try:
        while True:
            ready = select.select([control.fileno(), wake], [], [])[0]
            if wake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(wake, 4096)
                _reap_children(children)
            if control.fileno() in ready and not _serve_request(control, children):
                return
    finally:
        for child in children.values():
            _kill_child_process(child.process)
            shutil.rmtree(child.folder, ignore_errors=True)


def _serve_request(control: socket.socket, children: dict[int, RunningChild]) -> bool:
    """Serve one request of the parent: start or kill a child; return false at its end."""
    data, handles, _, _ = socket.recv_fds(control, MAX_MESSAGE_BYTES, 2)
    if not data:
        return False
    request = json.loads(data)
    if "kill" in request:
        for child in children.values():
            if child.number == request["kill"]:
                _kill_child_process(child.process)
        return True
    source, line = handles[0], socket.socket(fileno=handles[1])
    try:
        work = _load_reader(request["reader"], request["loads"])
    except BaseException:
        _send_without_blocking(line, FAILED, traceback.format_exc().encode())
        line.close()
        os.close(source)
        return True
    folder = tempfile.mkdtemp(prefix="gongkai-reading-") if request["limits"]["written"] else ""
    process = os.fork()
    if process == 0:
        _run_child([control, *(child.line for child in children.values())], source, line, folder, work, request)
    with contextlib.suppress(OSError):
        os.setpgid(process, process)
    os.close(source)
    children[process] = RunningChild(request["number"], process, line, folder)
    return True


def _load_reader(name: str, loads: list[str]) -> Reader[..., object]:
    """Import a reader's modules and return it (TypeError: it is no reader)."""
    count = len(sys.modules)
    module, function = name.split(":")
    for load in loads:
        with contextlib.suppress(ImportError):
            importlib.import_module(load)
    work = getattr(importlib.import_module(module), function)
    if not isinstance(work, Reader):
        raise TypeError(name)
    if len(sys.modules) != count:
        gc.collect()
        gc.freeze()
    return work


def _reap_children(children: dict[int, RunningChild]) -> None:
    """Report the children that ended, with their costs, and remove their folders."""
    while children:
        try:
            process, status, used = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if process == 0:
            return
        child = children.pop(process, None)
        if child is None:
            continue
        _kill_child_process(process)  # whatever it started
        shutil.rmtree(child.folder, ignore_errors=True)
        facts = [os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss * 1024]
        _send_without_blocking(child.line, GONE, json.dumps(facts).encode())
        child.line.close()


def _send_without_blocking(line: socket.socket, kind: bytes, data: bytes) -> None:
    """Send a frame without blocking; a lost frame is detected at the end of the stream."""
    line.setblocking(False)
    with contextlib.suppress(OSError):
        line.send(FRAME_HEADER.pack(kind, len(data)) + data)


def _kill_child_process(process: int) -> None:
    with contextlib.suppress(OSError):
        os.killpg(process, signal.SIGKILL)


def _run_child(
    other_sockets: list[socket.socket],
    source: int,
    line: socket.socket,
    folder: str,
    work: Reader[..., object],
    child_request: ChildRequest,
) -> None:
    """Run as the child: close the parent's sockets, sandbox, read, send the answer and exit."""
    try:
        os.setpgid(0, 0)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for other in other_sockets:
            other.close()
        if folder:
            os.chdir(folder)
            os.environ |= {"TMPDIR": folder, "HOME": folder}
            tempfile.tempdir = folder
        limits = ResourceLimits(**child_request["limits"])  # type: ignore[arg-type] # a bool is an int
        confined_reader.CURRENT_CHILD = confined_reader.ChildState(line, limits, sandbox.enter_sandbox(limits, folder))
        _read_and_send(source, line, work)
    except BaseException:
        with contextlib.suppress(BaseException):
            send_frame(line, FAILED, traceback.format_exc()[-4000:].encode())
    finally:
        os._exit(0)


def get_refusal_text(error: Exception) -> str:
    """Return the text from which a refusal was constructed."""
    reasons: list[str] = getattr(error, "reasons", [])
    return reasons[0] if reasons else str(error)


def _was_out_of_memory(error: BaseException) -> bool:
    """Return true if a refusal was caused by lack of memory."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        if isinstance(cause, MemoryError):
            return True
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__
    return False


def _read_and_send(source: int, line: socket.socket, reader: Reader[..., object]) -> None:
    """In the child: read the file and send the result, the refusal or the need for other limits."""
    with os.fdopen(source, "rb") as handed:
        handed.seek(0)
        data = handed.read()
    try:
        answer = codec.pack(reader.read(data))
    except reader.refuses as error:
        if _was_out_of_memory(error):
            raise
        send_frame(line, REFUSED, json.dumps([reader.get_refusal_index(error), get_refusal_text(error)]).encode())
    except NeedsOtherLimits as needs:
        send_frame(line, NEEDS, str(needs).encode())
    else:
        send_frame(line, ANSWER, answer)


if __name__ == "__main__":
    serve_requests(socket.socket(fileno=int(sys.argv[1])))
