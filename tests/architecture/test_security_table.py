"""The table of docs/security.md: every row of the standard once, and every path there is."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
#: How many rows of levels 1 and 2 each chapter of OWASP ASVS 5.0.0 has.
CHAPTERS = {
    1: 27,
    2: 11,
    3: 19,
    4: 10,
    5: 9,
    6: 35,
    7: 18,
    8: 7,
    9: 7,
    10: 29,
    11: 14,
    12: 9,
    13: 13,
    14: 9,
    15: 13,
    16: 16,
    17: 7,
}
STATES = {"met", "met, in part", "by operation", "not", "none"}


def rows() -> list[list[str]]:
    """The cells of each row of the tables of ASVS."""
    lines = [line for line in PAGE.splitlines() if line.startswith("| V")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_row_of_the_standard_stands_there_once() -> None:
    named = [one for cells in rows() for one in cells[0].split(", ")]
    assert len(named) == len(set(named))
    counted = {chapter: sum(one.startswith(f"V{chapter}.") for one in named) for chapter in CHAPTERS}
    assert counted == CHAPTERS
    assert {cells[1] for cells in rows()} <= STATES


def test_a_met_row_says_what_holds_it() -> None:
    held = {cells[0]: cells[-1] for cells in rows() if cells[1].startswith("met")}
    assert [row for row, tests in held.items() if tests != "reading" and "/test_" not in tests] == []


def test_every_path_is_there() -> None:
    pages = re.findall(r"\]\(([a-z]+\.md)\)", PAGE)
    assert [one for one in pages if not (ROOT / "docs" / one).is_file()] == []
    paths = [
        one
        for one in re.findall(r"`([^`\s]+)`", PAGE)
        if "/" in one and not one.startswith(("docs/", "requirements/", "/", "http", "text/"))
    ]
    lost = [one for one in paths if not any((ROOT / base / one).exists() for base in ("src/gongkai", "tests", "."))]
    assert lost == []
