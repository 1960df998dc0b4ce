"""Unsupported layouts are refused, or their first row or the whole notice is flagged."""

import pytest

from gongkai.lib.reading import ReadingError
from gongkai.lib.reading.notice import read_notice

FRONT = "云岭市2026年政务公开工作任务\n各单位：\n现将任务印发给你们。\n云岭市人民政府办公室\n2026年4月8日\n"


def page(*rows: str) -> str:
    cells = (f"<tr>{''.join(f'<td>{cell}</td>' for cell in row.split('|'))}</tr>" for row in rows)
    return f"<html><body><p>2026年4月8日</p><table>{''.join(cells)}</table></body></html>"


REFUSED_FORMS = {
    "dashes before labels": "1.公开预算。\n——责任部门：市财政局\n2.公开招生方案。\n——责任部门：市教育局\n",
    "units assigned by numbers": "1.公开预算。\n2.公开招生方案。\n第1项由市财政局负责，第2项由市教育局负责。\n",
    "units behind dashes": "1.公开预算——市财政局\n2.公开招生方案——市教育局\n",
    "no heads": "公开预算。 | 市财政局 | 市教育局 | 6月底前\n" * 3,
    "a row for each unit": page("单位|牵头任务|配合任务", "市财政局|公开预算|公开招生", "市教育局|公开招生|公开预算"),
}
FLAGGED_FORMS = {
    "a column for each unit": page("任务|市财政局|市教育局|市司法局", "公开预算|●||○", "公开招生|○|●|"),
    "records": "工作任务：甲\n工作措施：公开甲。\n责任单位：市财政局\n"
    "工作任务：乙\n工作措施：公开乙。\n责任单位：市教育局\n",
    "numbers assigned to units": "1.公开预算。\n2.公开招生方案。\n"
    "市财政局：负责第1项。\n市教育局：负责第2项。\n市司法局：负责第1、2项。\n",
    "units of several points": "1.公开预算。\n2.公开决算。\n以上两项由市财政局负责，9月底前完成。\n3.公开招生方案。\n由市教育局负责。\n",
    "labels without colons": "1.公开预算。\n责任单位 市财政局\n2.公开招生方案。\n责任单位：市教育局\n",
    "a bracket that is never closed": "1.公开预算。【牵头单位：市财政局；责任单位：各部门；完成时限：6月底前\n"
    "2.公开招生方案。【牵头单位：市教育局】\n3.公开规划。【牵头单位：市发展改革委】\n",
    "a first point with half a bracket": "（一）公开审批信息?市编办牵头落实)\n（二）公开预算。（市财政局牵头落实）\n"
    "（三）公开决算。（市财政局牵头落实）\n",
    "a person behind the unit": "1.公开预算。\n责任人：市财政局李某\n2.公开招生方案。\n责任单位：市教育局\n",
    "a cell that goes on below": "序号   工作任务          责任单位      完成时限\n"
    "1      公开预算          市财政局、    4月底前\n                         各部门\n2      公开招生方案      市教育局      6月底前\n",
    "points and units that count alike": page(
        "工作任务|责任单位",
        "1.公开预算<br>2.公开决算|1.市财政局<br>2.市教育局",
        "1.公开规划<br>2.公开计划|1.市司法局<br>2.市审计局",
    ),
}


@pytest.mark.parametrize("text", REFUSED_FORMS.values(), ids=REFUSED_FORMS)
def test_unsupported_form_is_refused(text: str) -> None:
    with pytest.raises(ReadingError):
        read_notice((text if text.startswith("<") else FRONT + text).encode())


@pytest.mark.parametrize("text", FLAGGED_FORMS.values(), ids=FLAGGED_FORMS)
def test_ambiguous_form_is_flagged(text: str) -> None:
    notice = read_notice((text if text.startswith("<") else FRONT + text).encode())
    assert {warning.row for warning in notice.warnings} & {None, 1}
