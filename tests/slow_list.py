"""Which tests `make test` leaves to `make test-all`, beside those marked in their modules: `slow.txt`, one a line.

A line names a test, a class or one cell of a table of tests, as pytest names it. Why it is there, and what it may be, is said in docs/testing.md.
A line that names nothing any more is an error, wherever its whole module is read.
"""

from pathlib import Path

import pytest

LIST = Path(__file__).with_name("slow.txt")


def named() -> list[str]:
    """Return the names on the list."""
    lines = (line.strip() for line in LIST.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def mark(items: list[pytest.Item], asked: list[str]) -> None:
    """Mark what the list names; `asked` are the arguments of the command line: where one names a test, others of its module are missing."""
    found, read = set[str](), set[str]()
    names = {"tests/" + name for name in named()}
    for item in items:
        module, _, within = item.nodeid.partition("::")
        read.add(module)
        plain = within.partition("[")[0]
        ways = {item.nodeid, f"{module}::{plain}", f"{module}::{plain.partition('::')[0]}"} & names
        if ways:
            found |= ways
            item.add_marker(pytest.mark.slow)
    if any("::" in one for one in asked):
        return
    lost = sorted(name for name in names - found if name.partition("::")[0] in read)
    if lost:
        raise pytest.UsageError("tests/slow.txt names what is not there: " + ", ".join(lost))
