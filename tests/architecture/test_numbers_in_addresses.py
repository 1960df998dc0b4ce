"""Primary keys in URLs and forms are written without thousands separators: `{{ row.pk }}` writes 1,234, which no view accepts."""

import re
from pathlib import Path

import pytest

from gongkai.core.widgets.templatetags.ui import options

SOURCE = Path(__file__).resolve().parents[2] / "src"
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))
LOCALIZED_KEY = re.compile(r"""\b(?:value|href|action)="[^"]*\{\{\s*[\w.]*(?:\bpk|\.id|(?<!auto)_id)\s*\}\}""")


def test_templates_write_primary_keys_unlocalized() -> None:
    assert len(TEMPLATES) > 100
    raw = [f"{path.name}: {found}" for path in TEMPLATES for found in LOCALIZED_KEY.findall(path.read_text())]
    assert raw == []


def test_routes_limit_numbers_to_those_of_rows() -> None:
    """`<int:…>` lets numbers pass that no database can compare; `<number:…>` does not."""
    routes = [path for path in SOURCE.rglob("*.py") if "<int:" in path.read_text("utf-8")]
    assert routes == []


@pytest.mark.parametrize("chosen", [1234, 5, None])
def test_options_write_primary_keys_unlocalized(chosen: int | None) -> None:
    drawn = options([(1234, "甲"), (5, "<乙>")], chosen)
    marks = [" selected" if one == chosen else "" for one in (1234, 5)]
    assert drawn == f'<option value="1234"{marks[0]}>甲</option><option value="5"{marks[1]}>&lt;乙&gt;</option>'
