"""Signs of a table mean what the notice says, in whatever words."""

import pytest

from gongkai.lib.reading.tables.legends import HELPS, LEAD, NOTHING, OWES, YES, read_legend


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("注：“√”为牵头单位，“○”为配合单位", {"√": LEAD, "○": HELPS}),
        ("●表示主责，△表示协办，“○”仅需知悉，不承担任务", {"●": LEAD, "△": HELPS, "○": NOTHING}),
        ("表中打勾的为责任单位，画圈的为配合单位，空白的不承担任务", {"√": OWES, "○": HELPS, "": NOTHING}),
        ("牵头单位用“★”表示，配合单位用“☆”表示", {"★": LEAD, "☆": HELPS}),
        ("牵头单位（✓）、配合单位（◯）", {"√": LEAD, "○": HELPS}),
        ("牵头：√  配合：○", {"√": LEAD, "○": HELPS}),
        ("●主责○配合△知悉", {"●": LEAD, "○": HELPS, "△": NOTHING}),
        ("“√”为应当发布的渠道，“○”为不通过该渠道发布", {"√": YES, "○": NOTHING}),
        ("√—应发布；○—可选；×—不发布", {"√": YES, "○": NOTHING}),
        ("二〇二六年政务公开工作要点", {}),
        ("时限栏为“—”的任务没有固定时限；完成时限空白的，均于11月底前完成", {}),
    ],
)
def test_a_legend_is_read_in_its_own_words(words: str, said: dict[str, str]) -> None:
    assert read_legend([words]) == said
