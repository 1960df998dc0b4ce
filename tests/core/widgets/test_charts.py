"""Charts: nothing of a scale is cut off."""

import re

import pytest

from gongkai.core.widgets.charts import RED, Series, columns


@pytest.mark.parametrize(("value", "top"), [(90, "100"), (123_456, "200000"), (2_345_678, "4000000")])
def test_the_number_at_the_top_of_a_scale_has_room(value: int, top: str) -> None:
    drawn = columns("趋势", ["1月"], [Series("逾期", RED, (value,))])
    found = re.search(rf'<text x="([\d.]+)" [^>]*text-anchor="end"[^>]*>{top}</text>', drawn)
    assert found, "in plain digits"
    assert float(found[1]) >= 7 * len(top), "a digit is 7 units wide"
