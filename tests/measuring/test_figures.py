"""Figures in docs/ are those that the command kept."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from benchmarks import figures
from benchmarks.__main__ import PARTS

RUN = figures.Measured("2026-11-25", "0123abcd", 7.0, 1.1, {"a page: ms": 12.345, "rows": 20_000.0})
ASKS = "Measured.\n\n<!-- figures: law; ms -->\n<!-- end of figures -->\n"


def test_what_stands_in_the_pages_is_what_was_kept(tmp_path: Path) -> None:
    shutil.copytree(figures.DOCS, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("decisions"))
    assert set(figures.write(PARTS, tmp_path)) <= {"figures.md"}  # which names the day


def test_a_page_gets_the_figures_it_asks_for_with_their_circumstances(tmp_path: Path) -> None:
    page = tmp_path / "law.md"
    page.write_text(ASKS)
    figures.keep("law", RUN, tmp_path)
    assert set(figures.write(PARTS, tmp_path)) == {"law.md", "figures.md"}
    said = page.read_text()
    assert "2026-11-25, 0123abcd, load 7.0, reference second 1.10 s" in said
    assert "| a page: ms | 12.3 |" in said
    assert "rows" not in said
    assert figures.write(PARTS, tmp_path) == []


@pytest.mark.parametrize(("days", "old"), [(31, "no"), (32, "**yes**")])
def test_a_figure_older_than_a_month_is_called_so(tmp_path: Path, days: int, old: str) -> None:
    figures.keep("law", RUN, tmp_path)
    figures.write(PARTS, tmp_path, date.fromisoformat(RUN.day) + timedelta(days=days))
    rows = (tmp_path / "figures.md").read_text().splitlines()
    assert next(row for row in rows if row.startswith("| law |")).endswith(f"| {old} |")
    assert next(row for row in rows if row.startswith("| annual |")).endswith(
        "| **never written by the command** |"
    )


def test_a_page_that_asks_for_what_no_part_measures_is_refused(tmp_path: Path) -> None:
    (tmp_path / "law.md").write_text(ASKS.replace("law", "lore"))
    with pytest.raises(ValueError, match="no such part: lore"):
        figures.write(PARTS, tmp_path)
