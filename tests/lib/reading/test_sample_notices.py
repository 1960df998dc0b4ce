"""Notices in other styles and shapes are read exactly, or flagged where ambiguous."""

from dataclasses import replace

import pytest

from gongkai.lib.reading import NoticeRow, ReadingError
from gongkai.lib.reading.notice import read_notice
from lib.reading import render
from lib.reading.collection import BY_HAND
from lib.reading.judge import due_key, flat, judge
from lib.reading.sample_notices import FIRST_SAMPLES, SAMPLE_NOTICES, ExpectedRow, SampleNotice, Task
from lib.reading.shapes import SHAPES, has_limits, one_line

WITHOUT_LIMITS = {"prose, verbs", "prose, label lines before"}  # these shapes print no time column


def _ids(sample: SampleNotice) -> str:
    return sample.name


#: Each shape with one sample of four, in turn.
EXACT = [
    pytest.param(shape, sample, id=f"{shape}-{sample.name}")
    for one, shape in enumerate(SHAPES)
    for other, sample in enumerate(SAMPLE_NOTICES)
    if (one + other) % 4 == 0
]


@pytest.mark.parametrize(("shape", "sample"), EXACT)
def test_all_rows_are_exact(shape: str, sample: SampleNotice) -> None:
    read = read_notice(SHAPES[shape](sample))
    assert len(read.rows) == len(sample.wanted)
    if shape in WITHOUT_LIMITS and has_limits(sample):
        sample = _without_dues(sample)
    verdict = judge(read, sample)
    assert not verdict.unflagged
    assert not verdict.flagged


def _without_dues(sample: SampleNotice) -> SampleNotice:
    return replace(sample, wanted=tuple(ExpectedRow(one.task, (), one.paths) for one in sample.wanted))


@pytest.mark.parametrize("sample", SAMPLE_NOTICES, ids=_ids)
def test_table_without_separators_is_refused_with_advice(sample: SampleNotice) -> None:
    with pytest.raises(ReadingError, match=r"连成了一串.*请导入原来的"):
        read_notice(one_line(sample))


@pytest.mark.parametrize("sample", FIRST_SAMPLES, ids=_ids)
def test_wrong_rows_of_separate_columns_are_flagged(sample: SampleNotice) -> None:
    read = read_notice(render.columns_apart(sample.notice).encode())
    flagged = {warning.row for warning in read.warnings}
    wanted = [_key(one.task) for one in sample.wanted]
    for number, key in enumerate(_cells(read.rows), 1):
        assert key in wanted or number in flagged
    assert len(read.rows) == len(wanted)
    assert sum(key in wanted for key in _cells(read.rows)) >= len(wanted) - 2


Key = tuple[str, str, str, tuple[str, ...], tuple[str, ...]]


def _key(task: Task) -> Key:
    return task.section, task.item, flat(task.measure), task.lead, task.responsible


def _cells(rows: tuple[NoticeRow, ...]) -> list[Key]:
    return [(flat(r.section), flat(r.item), flat(r.measure), r.lead, r.responsible) for r in rows]


@pytest.mark.parametrize("name", [name for name, (_, wanted) in BY_HAND.items() if wanted])
def test_hand_written_notices_are_read_exactly_or_flagged(name: str) -> None:
    text, wanted = BY_HAND[name]
    read = read_notice(text.encode())
    lines = [[cell.strip() for cell in line.split("|")] for line in wanted.strip().splitlines()]
    assert len(read.rows) == len(lines)
    flagged = {warning.row for warning in read.warnings}
    for number, (row, line) in enumerate(zip(read.rows, lines, strict=True), 1):
        wrong = _differences(row, line)
        assert not wrong or number in flagged, (number, wrong)
        assert line[-1] != "?" or number in flagged


def _differences(row: NoticeRow, line: list[str]) -> list[str]:
    section, item, measure, lead, own, dues, *rest = line
    begin, _, end = measure.partition("…")
    paths = set() if not rest or rest[0] == "?" else set(rest[0].split())
    read = [due_key(duty.due) for duty in row.duties if duty.due]
    wanted = [due for due in dues.split("；") if due]
    checks = {
        "section": flat(row.section) == flat(section),
        "item": flat(row.item) == flat(item),
        "measure": flat(row.measure).startswith(flat(begin)) and flat(row.measure).endswith(flat(end)),
        "lead": list(row.lead) == lead.split(),
        "responsible": list(row.responsible) == own.split(),
        "missing limits": all(any(one.startswith(due) for one in read) for due in wanted),
        "limits too many": all(any(one.startswith(due) for due in wanted) for one in read),
        "paths": {">".join(path) for duty in row.duties for path in duty.paths} == paths,
    }
    return [name for name, right in checks.items() if not right]


def test_tasks_below_their_units_are_read() -> None:
    read = read_notice(BY_HAND["units as headings"][0].encode())
    assert [row.responsible for row in read.rows] == [
        ("区政府办公室",),
        ("区政府办公室",),
        ("区发展改革局",),
        ("区发展改革局",),
        ("各街道办事处",),
    ]


def test_tasks_as_label_lines_are_read() -> None:
    read = read_notice(BY_HAND["tasks as label lines"][0].encode())
    assert [row.section for row in read.rows] == [
        "任务一：公开办事指南",
        "任务二：公开中介服务清单",
        "任务三：公开审批结果",
    ]
    assert [row.responsible[0] for row in read.rows] == ["审批一股", "政策法规股", "审批一股"]


@pytest.mark.parametrize(
    "text",
    [
        "没有表格的一段话。",
        "一、二、三、\n（一）（二）\n",
        "牵头单位：市财政局\n" * 3,
        "工作任务具体要求牵头单位责任单位" * 30,
    ],
)
def test_text_that_is_no_notice_is_refused_with_one_line(text: str) -> None:
    with pytest.raises(ReadingError) as refused:
        read_notice(text.encode())
    assert "\n" not in str(refused.value)


def test_front_matter_is_read_from_page_metadata() -> None:
    read = read_notice(SHAPES["bars on lines of their own"](FIRST_SAMPLES[0]))
    assert (read.doc_number, read.issuer, read.issued_on) == (
        "汐政办发〔2020〕29号",
        "汐川市人民政府办公室",
        "2020-07-20",
    )


def test_records_keep_repeated_labels_and_text_between_them() -> None:
    read = read_notice(
        "工作任务：甲\n工作措施：公开甲。\n责任单位：市财政局\n责任单位：市民政局\n\n一、其他\n另行说明的文字\n"
        "工作任务：乙\n工作措施：公开乙。\n责任单位：市教育局\n".encode()
    )
    assert [row.responsible for row in read.rows] == [("市财政局", "市民政局"), ("市教育局",)]
    assert any("另行说明的文字" in one.message for one in read.warnings)
