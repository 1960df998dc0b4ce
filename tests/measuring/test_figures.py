"""Figures in docs/ are those that the benchmark command stored."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from benchmarks import figures
from benchmarks.__main__ import PARTS

RUN = figures.Measurement("2026-11-25", "0123abcd", 7.0, 1.1, {"a page: ms": 12.345, "rows": 20_000.0})
PAGE_WITH_MARKERS = "Measured.\n\n<!-- figures: law; ms -->\n<!-- end of figures -->\n"


def test_docs_contain_the_stored_figures(tmp_path: Path) -> None:
    shutil.copytree(figures.DOCS, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("decisions"))
    assert figures.write_tables(PARTS, tmp_path) == []


def test_page_gets_requested_figures_with_conditions(tmp_path: Path) -> None:
    page = tmp_path / "law.md"
    page.write_text(PAGE_WITH_MARKERS)
    figures.store_figures("law", RUN, tmp_path)
    assert figures.write_tables(PARTS, tmp_path) == ["law.md"]
    said = page.read_text()
    assert "2026-11-25, 0123abcd, load 7.0, reference second 1.10 s" in said
    assert "| a page: ms | 12.3 |" in said
    assert "rows" not in said
    assert figures.write_tables(PARTS, tmp_path) == []


@pytest.mark.parametrize(("days", "lines"), [(31, 0), (32, 1)])
def test_parts_measured_over_a_month_ago_are_listed(days: int, lines: int) -> None:
    today = date.fromisoformat(RUN.day) + timedelta(days=days)
    assert len(figures.list_outdated({"law": RUN}, today)) == lines


def test_page_that_names_an_unknown_part_is_refused(tmp_path: Path) -> None:
    (tmp_path / "law.md").write_text(PAGE_WITH_MARKERS.replace("law", "lore"))
    with pytest.raises(ValueError, match="no such part: lore"):
        figures.write_tables(PARTS, tmp_path)
