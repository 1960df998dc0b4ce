"""SVG charts: labels fit, and saved charts have fixed colours."""

import re

import pytest

from gongkai.core.widgets.charts import INK, RED, Bar, BarRow, Series, draw_bar_rows, draw_columns, inline_colours


@pytest.mark.parametrize(("value", "top"), [(90, "100"), (123_456, "200000"), (2_345_678, "4000000")])
def test_top_label_of_a_scale_fits(value: int, top: str) -> None:
    drawn = draw_columns("趋势", ["1月"], [Series("逾期", RED, (value,))])
    found = re.search(rf'<text x="([\d.]+)" [^>]*text-anchor="end"[^>]*>{top}</text>', drawn)
    assert found, "in plain digits"
    assert float(found[1]) >= 7 * len(top), "a digit is 7 units wide"


def test_saved_chart_has_fixed_colours() -> None:
    """Word and WPS do not support `var()`."""
    drawn = draw_bar_rows(
        "按期", [BarRow("任务", [Bar(50, "50%", RED)])], maximum=100, target=(100, "全部"), legend=[("本年", INK)]
    )
    assert "var(--gk-red, #" in drawn, "on the page it follows the theme"
    saved = inline_colours(drawn)
    assert "var(" not in saved
    assert "#c1121f" in saved, "the red of the light theme: paper is white"
    assert len(re.findall(r'fill="#\w{3,6}"', saved)) == drawn.count("fill=")
