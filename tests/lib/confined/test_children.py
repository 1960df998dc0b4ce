"""Child processes: the kernel refuses forbidden operations, limits end in one-line errors."""

import logging
import resource
import signal
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import Mock

import pytest

from gongkai.lib.confined import (
    confined_reader,
    public_slots,
    shared_time_limit,
    slots,
    template_process,
    with_progress,
)
from gongkai.lib.confined.sandbox import DEFAULT_LIMITS, ResourceLimits
from gongkai.lib.confined.template_process import WaitCallbacks
from lib.confined.trials import CONFINEMENT_TRIALS, TrialFailed, attempt_trial, get_sandbox_facts


@pytest.fixture(autouse=True)
def _own_slots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use slots of this test alone, because other tests read files at the same time."""
    monkeypatch.setenv("GONGKAI_READING_PLACES", str(tmp_path / "places"))


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> ResourceLimits:
    """Set limits that are reached quickly."""
    limits = ResourceLimits(seconds=1, wall=20, memory=64 << 20)
    monkeypatch.setattr(confined_reader, "DEFAULT_LIMITS", limits)
    return limits


@pytest.mark.parametrize(
    "what", ["network", "local socket", "program", "fork", "write", "write beside LibreOffice", "read"]
)
def test_child_is_denied_forbidden_operation(what: str, tmp_path: Path) -> None:
    place = tmp_path / "data"
    if what == "read":
        place.write_text("secret")
    assert attempt_trial(what, str(place)) in {"PermissionError", "BlockingIOError", "FileTooLarge"}
    assert what == "read" or not place.exists()


def test_too_large_input_is_refused_by_readers_own_error() -> None:
    from gongkai.lib.confined import BOUNDS_BY_NAME
    from gongkai.lib.fileformats.documents import UnreadFile, read_document

    with pytest.raises(UnreadFile, match="100兆字节"):
        read_document(bytes(BOUNDS_BY_NAME["handed"].most + 1))


def test_template_restarts_inherits_no_key_and_is_accounted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its processor time is counted for the calling process."""
    monkeypatch.setenv("GONGKAI_KEYS", "secret")
    get_sandbox_facts()
    template = template_process.CHILD_TEMPLATE
    assert template.process is not None
    template.process.kill()
    template.process.wait()
    assert get_sandbox_facts()["network"]
    process, before = template.process, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    environment = Path(f"/proc/{process.pid}/environ").read_bytes()
    assert b"PYTHONPATH" in environment
    assert b"secret" not in environment
    with template.in_use():
        template.close_if_idle(0)
    template.close_if_idle(60)
    assert template.process is not None
    template.close_if_idle(0)
    assert template.process is None
    assert process.returncode == 0, "ended by itself"
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime > before


def test_failure_to_start_child_is_one_line_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The template is closed first, so that the next start also serves the tests below."""
    caplog.set_level(logging.CRITICAL)
    template_process.CHILD_TEMPLATE.close()
    with monkeypatch.context() as patched:
        patched.setattr(template_process.subprocess, "Popen", Mock(side_effect=BlockingIOError))
        with pytest.raises(TrialFailed, match="管理员"):
            get_sandbox_facts()
    (tmp_path / "file").touch()
    with monkeypatch.context() as patched:
        patched.setenv("GONGKAI_READING_PLACES", str(tmp_path / "file" / "places"))
        with pytest.raises(TrialFailed, match="管理员"):
            get_sandbox_facts()
    assert get_sandbox_facts()["network"], "the next file is read"


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("memory", "内存超过上限"),
        ("memory taken for damage", "内存超过上限"),
        ("time", "时间超过上限"),
        ("sleep", "请稍后再试"),
        ("crash", "不能读取"),
    ],
)
@pytest.mark.usefixtures("small_limits")
def test_exceeded_limit_is_one_line_error(
    what: str, said: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    if what == "sleep":
        monkeypatch.setattr(confined_reader, "DEFAULT_LIMITS", ResourceLimits(seconds=1, wall=2, memory=64 << 20))
    caplog.set_level(logging.CRITICAL)
    with pytest.raises(TrialFailed, match=said):
        attempt_trial(what, "")
    assert set(CONFINEMENT_TRIALS) >= {what}
    assert get_sandbox_facts()["network"] in {"seccomp", "namespace"}, "the next file is read"


def test_time_limit_signal_takes_precedence_over_memory(small_limits: ResourceLimits) -> None:
    answer = template_process.ChildAnswer("", small_limits, WaitCallbacks())
    for status, seconds, share, said in (
        (-signal.SIGXCPU, 1.0, 1.0, template_process.TIME_LIMIT_ERROR),
        (-signal.SIGKILL, 1.2, 1.0, template_process.TIME_LIMIT_ERROR),
        (-signal.SIGABRT, 1.0, 0.8, template_process.MEMORY_LIMIT_ERROR),
        (-signal.SIGSEGV, 1.0, 0.8, template_process.UNREADABLE_FILE_ERROR),
        (0, 0.5, 0.8, template_process.MEMORY_LIMIT_ERROR),  # it had no memory to say so
        (0, 0.5, 0.1, template_process.KILLED_BY_SYSTEM_ERROR),
        (
            -signal.SIGTERM,
            0.2,
            0.3,
            template_process.KILLED_BY_SYSTEM_ERROR,
        ),  # the system ends what takes too much of the machine
        (None, 0.0, 0.0, template_process.KILLED_BY_SYSTEM_ERROR),
    ):
        answer.spent = template_process.ChildCost(seconds, int(share * small_limits.memory), status)
        assert str(answer._make_end_error()) == said


@pytest.mark.usefixtures("small_limits")
def test_readers_of_one_file_share_time_limit_of_web_request() -> None:
    with shared_time_limit():
        for what in ("time", "program"):
            with pytest.raises(TrialFailed, match="时间超过上限") as ended:
                attempt_trial(what, "one file, of some length")
        assert isinstance(ended.value.__cause__, template_process.Overloaded), "outside it may be read"
        assert attempt_trial("program", "another file, of the same length")
    assert attempt_trial("program", "one file, of some length")


@pytest.mark.usefixtures("small_limits")
def test_web_request_waits_no_longer_than_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine processor time accrues slowly; the limit is wall time and includes the slot."""
    assert confined_reader.WEB_PAGE_WAIT_SECONDS <= 30
    monkeypatch.setattr(confined_reader, "WEB_PAGE_WAIT_SECONDS", 1)
    begun = time.monotonic()
    with shared_time_limit(), pytest.raises(TrialFailed, match="请稍后再试") as ended:
        attempt_trial("sleep", "")
    assert time.monotonic() - begun < 5
    assert isinstance(ended.value.__cause__, template_process.Overloaded)


@pytest.mark.usefixtures("small_limits")
def test_recogniser_has_separate_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other work of the child, such as rendering the pages of a PDF, has the time limit of a reader."""
    limits = ResourceLimits(1, 60, 64 << 20, starts=True, recognising=20)
    monkeypatch.setitem(confined_reader.LARGER_LIMITS, "recogniser", limits)
    assert attempt_trial("recognise", "1.5") == ""
    with pytest.raises(TrialFailed, match="时间超过上限"):
        attempt_trial("time beside a recogniser", "")
    assert template_process.LAST_CHILD_COST.spent.seconds < 3


def test_cancelled_caller_kills_child() -> None:
    """The child is killed at once, not at its time limit."""

    class Cancelled(Exception):
        pass

    heard: list[str] = []

    def check() -> None:
        if heard:
            raise Cancelled

    begun = time.monotonic()
    with with_progress(lambda words, *_: heard.append(words), check), pytest.raises(Cancelled):
        attempt_trial("time", "")
    assert time.monotonic() - begun < DEFAULT_LIMITS.seconds / 2
    assert heard == ["正在计算"]
    time.sleep(0.2)
    assert template_process.CHILD_TEMPLATE.process is not None
    children = Path(
        f"/proc/{template_process.CHILD_TEMPLATE.process.pid}/task/{template_process.CHILD_TEMPLATE.process.pid}/children"
    ).read_text()
    assert children.split() == []


@pytest.mark.usefixtures("small_limits")
def test_concurrent_children_are_limited_by_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined_reader, "DEFAULT_LIMITS", ResourceLimits(seconds=1, wall=2, memory=64 << 20))
    monkeypatch.setitem(slots.SLOTS_BY_KIND, "", 1)
    monkeypatch.setattr(confined_reader, "SLOT_WAIT_SECONDS", 0.2)
    said: list[str] = []

    def ask() -> None:
        try:
            attempt_trial("sleep", "")
        except TrialFailed as refused:
            said.append(str(refused))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.count(confined_reader.OVERLOADED_ERROR) == 3
    assert get_sandbox_facts()["seconds"] == 1


def test_public_requests_use_separate_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined_reader, "PUBLIC_SLOT_WAIT_SECONDS", 0.1)
    with ExitStack() as held:
        for _ in range(slots.SLOTS_BY_KIND["public"]):
            held.enter_context(slots.hold_slot("public", 0, lambda: None))
        with public_slots(sent=False), pytest.raises(TrialFailed, match="请稍后再试"):
            get_sandbox_facts()
        with public_slots(sent=True):  # a form with files waits for no stranger's page
            assert get_sandbox_facts()["network"]
        assert get_sandbox_facts()["network"]
