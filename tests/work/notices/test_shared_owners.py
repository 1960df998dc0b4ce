"""Notes that name the lead of several tasks, in whole sample notices: applied to certain rows, flagged for others."""

import pytest

from gongkai.lib.reading import ReadingError
from gongkai.lib.typed_json import read_records, read_texts
from gongkai.work.notices.actions.imports import build_draft_rows
from gongkai.work.notices.importing.file_remarks import find_remarks
from gongkai.work.notices.importing.notice_parser import count_owner_labels, parse_notice
from gongkai.work.notices.importing.source import read_source
from gongkai.work.notices.planning.roles import LEAD_OWES, RESPONSIBLE_OWES
from gongkai.work.notices.planning.shared_owners import find_stated_owner, read_lead_statement

ROWS = (
    ("1", "公开财政预决算", "市财政局"),
    ("2", "公开惠企政策", "市发展改革委、市财政局、市税务局"),
    ("3", "公开减税降费信息", "市税务局、市财政局"),
    ("4", "办好政府信箱", ""),
)


def table(below: str = "", *, inside: str = "", rows: tuple[tuple[str, ...], ...] = ROWS, more: str = "") -> str:
    """Return a notice with one column of units, a note below the table, and one between its second and third row."""
    lines = ["<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>" for cells in rows]
    if inside:
        lines.insert(2, f'<tr><td colspan="3">{inside}</td></tr>')
    head = f"<tr><th>序号</th><th>任务</th><th>责任单位</th>{more}</tr>"
    title = "<h1>云岭市2027年政务公开重点任务分工表</h1><p>2027年3月10日</p>"
    return f"<html><body>{title}<table>{head}{''.join(lines)}</table><p>{below}</p></body></html>"


def read_units(text: str, name: str) -> tuple[list[str], list[str]]:
    """Return lead, responsible and partner units of each row, and the numbers of rows flagged for their lead."""
    drafts = [one for one in build_draft_rows(read_source(text.encode(), name), {}) if not one.dropped]
    sides = [
        "；".join(
            f"{part[0]}:{'、'.join(names)}"
            for part in ("lead", "responsible", "partner")
            if (names := [unit.printed for unit in draft.units if unit.part == part])
        )
        for draft in drafts
    ]
    asked = [str(at) for at, draft in enumerate(drafts, 1) if any(f["field"] == "lead" for f in draft.flags)]
    return sides, asked


ALONE = "r:市财政局"
TWO = "r:市发展改革委、市财政局、市税务局"
THREE = "r:市税务局、市财政局"
#: Description, file, lead (l), responsible (r) and partner (p) units of each row, flagged rows.
CASES = [
    (
        "numbers of rows, the others help",
        table("注：1.第2—3项由市财政局牵头，其余单位配合。"),
        [ALONE, "l:市财政局；p:市发展改革委、市税务局", "l:市财政局；p:市税务局", ""],
        [],
    ),
    ("what names nobody", table("责任单位栏空白的，由市政府办公室负责。"), [ALONE, TWO, THREE, "r:市政府办公室"], []),
    (
        "the two rows above",
        table(inside="以上两项由市发展改革委牵头，其他单位配合。"),
        ["l:市发展改革委；p:市财政局", "l:市发展改革委；p:市财政局、市税务局", THREE, ""],
        [],
    ),
    (
        "all rows, each does its part",
        table("说明：以上任务由市政府办公室牵头，各责任单位按职责分工落实。"),
        [
            "l:市政府办公室；r:市财政局",
            "l:市政府办公室；r:市发展改革委、市财政局、市税务局",
            "l:市政府办公室；r:市税务局、市财政局",
            "l:市政府办公室",
        ],
        [],
    ),
    ("marks that no row bears", table("标★的由市财政局牵头。"), [ALONE, TWO, THREE, ""], ["2", "3", "4"]),
    (
        "several leads, the first of which leads",
        table("注：牵头单位有两个以上的，列第一位的负总责，其余配合。").replace("责任单位<", "牵头单位<"),
        ["l:市财政局", "l:市发展改革委；p:市财政局、市税务局", "l:市税务局；p:市财政局", ""],
        [],
    ),
    (
        "of several responsible ones the first",
        table("说明：1.责任单位有两个以上的，列前者为主办单位，其余为配合单位；2.频次空白的每季度更新。"),
        [ALONE, "l:市发展改革委；p:市财政局、市税务局", "l:市税务局；p:市财政局", ""],
        [],
    ),
    (
        "one sentence for two groups of rows",
        table("第2项由市税务局牵头，其余配合，第3项由市财政局牵头。"),
        [ALONE, "l:市税务局；p:市发展改革委、市财政局", "l:市财政局；p:市税务局", ""],
        [],
    ),
    ("who checks is no lead", table("以上任务由市政府办公室负责督促检查。"), [ALONE, TWO, THREE, ""], []),
    (
        "a column of remarks",
        table(rows=(("1", "公开招生政策", "市教育局、市财政局", "市教育局牵头，市财政局配合"),), more="<th>备注</th>"),
        ["l:市教育局；p:市财政局"],
        [],
    ),
]


@pytest.mark.parametrize(("file", "sides", "asked"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_note_names_lead_of_rows(file: str, sides: list[str], asked: list[str]) -> None:
    assert read_units(file, "通知.html" if file.startswith("<") else "通知.txt") == (sides, asked)


def test_review_shows_the_note_that_was_applied() -> None:
    source = read_source(table("第2—3项由市财政局牵头。").encode(), "通知.html")
    assert "“第2—3项由市财政局牵头。”已用于第2、3行。" in find_remarks(source, None)
    assert build_draft_rows(source, {})[1].extras["分工说明"] == "第2—3项由市财政局牵头。"
    assert [row.form for row in build_draft_rows(source, {})] == [
        "",
        "first",
        "first",
        "",
    ]  # asked once, by form


@pytest.mark.parametrize(
    "words", ["各牵头单位要加强督促", "由市政府办公室负责解释", "市政府办公室统筹协调", "情况报市政府办公室"]
)
def test_sentences_that_assign_nothing_are_ignored(words: str) -> None:
    assert read_lead_statement(words) is None


@pytest.mark.parametrize(
    ("said", "choice"),
    [
        ("牵头单位对所列任务负总责，组织落实并按期完成；责任单位按照职责做好配合。", LEAD_OWES),
        ("牵头科室负责按时限完成,责任科室提供资料.", LEAD_OWES),
        ("各牵头单位抓好落实，各责任单位积极协助。", LEAD_OWES),
        ("牵头单位统筹协调、责任单位具体落实。", RESPONSIBLE_OWES),
        ("牵头部门负责督促检查，责任部门负责任务落实。", RESPONSIBLE_OWES),
        ("各牵头单位要细化措施、明确到人。", ""),
        ("责任单位要按期完成任务。", ""),
    ],
)
def test_letter_states_owner_if_both_columns_exist(said: str, choice: str) -> None:
    assert find_stated_owner(f"各单位：\n{said}\n特此通知。")[0] == choice


# Tasks with labelled units, in the ways clerks type them


FRONT = "清河市卫生健康委员会\n关于做好2027年政务公开工作的通知\n各科室：\n现通知如下。\n一、重点公开\n"
TASKS = (
    ("公开医院校验结果", "医政科", "6月30日前"),
    ("公开就医流程", "体改科", "3月底前"),
    ("公布接种单位名单", "疾控科", "每月10日前"),
    ("公布培训安排", "办公室", "年底前"),
)
#: Text after the task, between task and labels, between labels, after the labels.
FORMS = {
    "lines": ("。", "\n", "\n", ""),
    "one line": ("", "\n", " ", ""),
    "bracket": ("。", "（", "；", "）"),
    "bracket before the stop": ("", "【", "，", "】。"),
    "half-width bracket": (".", "(", ";", ")"),
    "sentences": (".", "", ";", "."),
    "bracket on a line of its own": ("。", "\n（", "；", "）"),
}


def _type_tasks(form: tuple[str, str, str, str], owner: str, limit: str, colon: str) -> str:
    stop, begin, between, end = form
    lines = [
        f"{place}．{task}{stop}{begin}{owner}{colon}{unit}{between}{limit}{colon}{day}{end}"
        for place, (task, unit, day) in enumerate(TASKS, 1)
    ]
    return FRONT + "\n".join(lines) + "\n清河市卫生健康委员会\n2027年3月8日"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("owner", "limit", "colon"),
    [("责任科室", "完成时限", "："), ("承办处室", "办结时限", ":"), ("责任科室(单位)", "时限要求", "：")],
)
def test_units_after_labels_own_task_above(form: str, owner: str, limit: str, colon: str) -> None:
    read = parse_notice.here(_type_tasks(FORMS[form], owner, limit, colon).encode(), {})
    rows = read_records(read.notice, "rows")
    assert [read_texts(row, "responsible") for row in rows] == [[unit] for _, unit, _ in TASKS]
    assert all(task in str(row["measure"]) for row, (task, _, _) in zip(rows, TASKS, strict=True))


def test_several_labelled_tasks_in_one_row_are_refused() -> None:
    typed = _type_tasks(FORMS["bracket"], "责任科室", "完成时限", "：")
    assert count_owner_labels(typed) == len(TASKS)
    together = "，".join(typed.split("\n")[5:9]).replace("（", "").replace("）", "")
    with pytest.raises(ReadingError, match="文中有4处写明责任单位，只读出1项任务"):
        parse_notice.here(f"{FRONT}1．{together}（市教育局负责）".encode(), {})
