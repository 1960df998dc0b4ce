"""Readers that attempt forbidden operations, to verify the sandbox."""

import os
import resource
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from gongkai.lib.confined import confined_reader
from gongkai.lib.confined.confined_reader import count_as_recognition, reader, report_progress, request_larger_limits


class TrialFailed(Exception):
    """Raised when a child did not end as expected; the message is one Chinese line."""


@reader(TrialFailed)
def get_sandbox_facts() -> dict[str, str | int]:
    """Return the network barrier, memory limit and CPU limit of children."""
    assert confined_reader.CURRENT_CHILD is not None
    return {
        "network": confined_reader.CURRENT_CHILD.guard,
        "memory": resource.getrlimit(resource.RLIMIT_AS)[0],
        "seconds": resource.getrlimit(resource.RLIMIT_CPU)[0],
    }


def _open_socket() -> None:
    """Try to open a socket, which the sandbox must refuse."""
    request_larger_limits("office")
    socket.socket(socket.AF_UNIX).close()


def _write_outside(place: str) -> None:
    """Try to write to a path outside the sandbox."""
    request_larger_limits("office")
    _write(place)


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _write(place: str) -> None:
    """Write to a file, to find out if the child may."""
    with Path(place).open("w") as opened:
        opened.write("x")
        opened.flush()


def _compute_endlessly() -> None:
    report_progress("正在计算", 1, 2)
    while True:
        pass


def _fill_memory() -> None:
    held = []
    while True:
        held.append(b"x" * 50_000_000)


def _swell_and_call_it_damage() -> None:
    """Fill the memory and report it as a damaged file."""
    try:
        _fill_memory()
    except MemoryError as error:
        raise TrialFailed("文件已损坏。") from error


def _recognise(seconds: float) -> None:
    """Compute for that many seconds of processor time, as text recognition does."""
    request_larger_limits("recogniser")
    with count_as_recognition():
        begun = time.process_time()
        while time.process_time() < begun + seconds:
            pass


def _compute_endlessly_as_recogniser() -> None:
    request_larger_limits("recogniser")
    _compute_endlessly()


CONFINEMENT_TRIALS: dict[str, Callable[[str], object]] = {
    "network": lambda _: socket.create_connection(("127.0.0.1", 9), 1),
    "local socket": lambda _: _open_socket(),
    "write beside LibreOffice": _write_outside,
    "program": lambda _: subprocess.run(["/bin/true"], check=True),
    "fork": lambda _: _fork(),
    "write": _write,
    "read": lambda place: Path(place).read_bytes(),
    "memory": lambda _: _fill_memory(),
    "memory taken for damage": lambda _: _swell_and_call_it_damage(),
    "recognise": lambda seconds: _recognise(float(seconds)),
    "time beside a recogniser": lambda _: _compute_endlessly_as_recogniser(),
    "time": lambda _: _compute_endlessly(),
    "sleep": lambda _: time.sleep(600),
    "crash": lambda _: os.abort(),
}


@reader(TrialFailed)
def attempt_trial(trial_name: str, place: str) -> str:
    """Run a trial of `CONFINEMENT_TRIALS`; return the exception name, "" if it was allowed.

    Raises:
        TrialFailed: the child was ended for it.
    """
    try:
        CONFINEMENT_TRIALS[trial_name](place)
    except OSError as error:
        return type(error).__name__
    return ""
