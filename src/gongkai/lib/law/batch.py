"""Run many commands: one JSON line in, one JSON line out."""

from collections.abc import Iterator
from typing import BinaryIO

from gongkai.lib.law import strict_json
from gongkai.lib.law.commands import run
from gongkai.lib.law.errors import LawError

#: A longer line is refused without being held in memory.
MAX_LINE = 64 * 1024 * 1024


def run_lines(source: BinaryIO) -> Iterator[bytes]:
    """Yield, for each line read, one compact JSON line: the command's value, or ``{"error": "…"}``.

    A bad line does not stop the rest. Lines end at a line feed, nowhere else.
    """
    while line := source.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE and not line.endswith(b"\n"):
            while (rest := source.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                pass
            yield _error_line(f"该行过长（超过{MAX_LINE // 1024 // 1024}MB）")
        else:
            yield run_line(line)


def run_line(line: bytes) -> bytes:
    """Run one line and return its answer as one line, without the line feed."""
    try:
        return strict_json.dumps(_run_command(line))
    except LawError as error:
        return _error_line(" ".join(str(error).split()))
    except Exception as error:  # a fault of ours is told in its line and must not stop the rest
        return _error_line(f"程序内部错误（{type(error).__name__}），请报告此行")


def _run_command(line: bytes) -> object:
    row = strict_json.loads(line, "该行")
    if not isinstance(row, dict) or not isinstance(row.get("cmd"), str) or not isinstance(row.get("args"), dict):
        raise LawError('每行应为 {"cmd": "命令", "args": {参数}}')
    return run(row["cmd"], row["args"])


def _error_line(text: str) -> bytes:
    return strict_json.dumps({"error": text})
