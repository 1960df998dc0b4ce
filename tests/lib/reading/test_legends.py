"""Legends of tables: the meaning of marks is read from the notice."""

import pytest

from gongkai.lib.reading.notice import read_notice
from gongkai.lib.reading.tables.head_parts import HELPS, LEAD, NOTHING, OWES, YES, read_legend


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
        ("注：1．“主”为主办单位，“协”为协办单位，空白表示不涉及", {"主": LEAD, "协": HELPS, "": NOTHING}),
        ("A为牵头单位，B—配合单位", {"A": LEAD, "B": HELPS}),
        ("①牵头单位；②配合单位", {"①": LEAD, "②": HELPS}),
        ("“多渠道”是指政府网站和公示栏；“长期”的，于6月底前报送", {}),
        ("二〇二六年政务公开工作要点", {}),
        ("时限栏为“—”的任务没有固定时限；完成时限空白的，均于11月底前完成", {}),
    ],
)
def test_legend_is_read_in_various_wordings(words: str, said: dict[str, str]) -> None:
    assert read_legend([words]) == said


@pytest.mark.parametrize(
    ("lead", "helps", "note"),
    [
        ("主", "协", "注：“主”为主办单位，“协”为协办单位。"),
        ("A", "B", "注：A为牵头单位，B为配合单位。"),
        ("牵", "配", ""),
        ("●", "○", "注：●为牵头单位，○为配合单位。"),
    ],
)
def test_matrix_rows_are_read_with_any_marks(lead: str, helps: str, note: str) -> None:
    head = "<tr><td>工作任务</td><td>市财政局</td><td>市教育局</td><td>各街道办事处</td><td>完成时间</td></tr>"
    rows = ((task, lead, helps, "", "6月底前") for task in ("公开部门预算和绩效目标", "公布招生方案和录取结果"))
    table = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    page = f"<html><body><p>2026年4月8日</p><p>{note}</p><table>{head}{table}</table></body></html>"
    found = read_notice(page.encode()).rows
    assert [(row.measure, *row.lead, *row.responsible) for row in found] == [
        ("公开部门预算和绩效目标", "市财政局", "市教育局"),
        ("公布招生方案和录取结果", "市财政局", "市教育局"),
    ]
