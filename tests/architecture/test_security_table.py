"""The tables of docs/security.md list every row of ASVS once, and every named file exists."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
#: Number of rows of levels 1 and 2 in each chapter of OWASP ASVS 5.0.0.
ROWS_BY_CHAPTER = {
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
STATUSES = {"met", "met, in part", "by operation", "not", "none"}


def rows() -> list[list[str]]:
    """Return the cells of each row of the ASVS tables."""
    lines = [line for line in PAGE.splitlines() if line.startswith("| V")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_each_asvs_row_is_listed_once() -> None:
    named = [one for cells in rows() for one in cells[0].split(", ")]
    assert len(named) == len(set(named))
    counted = {chapter: sum(one.startswith(f"V{chapter}.") for one in named) for chapter in ROWS_BY_CHAPTER}
    assert counted == ROWS_BY_CHAPTER
    assert {cells[1] for cells in rows()} <= STATUSES


def test_met_rows_name_a_test() -> None:
    held = {cells[0]: cells[-1] for cells in rows() if cells[1].startswith("met")}
    assert [row for row, tests in held.items() if tests != "reading" and "/test_" not in tests] == []


def test_each_named_file_exists() -> None:
    pages = re.findall(r"\]\(([a-z]+\.md)\)", PAGE)
    assert [one for one in pages if not (ROOT / "docs" / one).is_file()] == []
    paths = [
        one
        for one in re.findall(r"`([^`\s]+)`", PAGE)
        if "/" in one and not one.startswith(("docs/", "requirements/", "/", "http", "text/"))
    ]
    lost = [one for one in paths if not any((ROOT / base / one).exists() for base in ("src/gongkai", "tests", "."))]
    assert lost == []
