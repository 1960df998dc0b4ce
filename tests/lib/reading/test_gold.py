"""Four real notices with their layout intact, compared with two people's manual readings."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gongkai.lib.reading import Duty, Notice
from gongkai.lib.reading.notice import read_notice

FILES = {"002": "2021-yunyang.txt", "003": "2021-tongliang.txt"}
KINDS = {
    "fixed_date": "by_date",
    "relative_working_days": "working_days",
    "relative_months": "months",
    "per_year_count": "times",
    "per_period": "recurring",
    "ongoing": "ongoing",
}


@cache
def _read(path: Path) -> Notice:
    return read_notice(path)


def _gold(shared: Path, name: str) -> Any:
    return json.loads((shared / "gold" / name).read_text())


def _bare(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("number", FILES)
@pytest.mark.parametrize("field", ["section", "item", "measure", "lead", "responsible"])
def test_rows_are_exact(shared: Path, number: str, field: str) -> None:
    read = _read(shared / "notices" / FILES[number]).to_json()["rows"]
    assert [row[field] for row in read] == [row[field] for row in _gold(shared, f"{number}.json")]


def _columns(entry: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield both columns of 预算/决算, which may be read as one name or two."""
    path = entry["path"]
    if path[-1] == "预算/决算":
        yield from ((*path[:-1], "预算"), (*path[:-1], "决算"))
    else:
        yield tuple(path)


@pytest.mark.parametrize("number", FILES)
def test_printed_paths_are_read_in_their_rows(shared: Path, number: str) -> None:
    notice = _read(shared / "notices" / FILES[number])
    for entry in _gold(shared, "paths.json")["paths"]:
        if entry.get("inferred"):
            continue  # the parent levels are not printed
        for where in entry["rows"]:
            if where.startswith(number):
                row = notice.rows[int(where.split(":")[1]) - 1]
                assert set(_columns(entry)) <= {path for duty in row.duties for path in duty.paths}, where


@pytest.mark.parametrize("number", FILES)
def test_only_printed_paths_are_read(shared: Path, number: str) -> None:
    notice = _read(shared / "notices" / FILES[number])
    known = {path for entry in _gold(shared, "paths.json")["paths"] for path in _columns(entry)}
    assert {path for row in notice.rows for duty in row.duties for path in duty.paths} <= known


def _value(duty: Duty) -> dict[str, Any]:
    due = duty.due
    assert due is not None
    return {
        "by_date": {"date": due.date},
        "working_days": {"days": due.count},
        "months": {"months": due.count},
        "times": {"min" if due.least else "exact": due.count},
        "recurring": {"period": due.period},
        "ongoing": {"mode": (due.mode or "")[:2]},
    }.get(due.kind, {})


@pytest.mark.parametrize("number", FILES)
def test_firm_deadlines_are_read(shared: Path, number: str) -> None:
    notice = _read(shared / "notices" / FILES[number])
    for entry in _gold(shared, "deadlines.json"):
        if entry["notice"] != number or not entry["firm"]:
            continue
        row = entry["row"]
        duties = notice.preamble_duties if row == "preamble" else notice.rows[row - 1].duties
        found = [
            _value(duty)
            for duty in duties
            if duty.due and duty.due.kind == KINDS[entry["kind"]] and _bare(duty.due.text) in _bare(entry["phrase"])
        ]
        assert any(value.items() <= entry["value"].items() for value in found), entry["phrase"]


def test_defined_other_channels_replace_later_mentions(shared: Path) -> None:
    tongliang, yunyang = (_read(shared / "notices" / name) for name in ("2021-tongliang.txt", "2021-yunyang.txt"))
    assert tongliang.rows[3].duties[0].channels == ("政务新媒体", "政府信息公开专区", "宣传栏", "新闻媒体")
    assert yunyang.rows[2].duties[0].channels == ("其他渠道",)


def test_yunyang_is_draft_without_date(shared: Path) -> None:
    notice = _read(shared / "notices" / "2021-yunyang.txt")
    assert (notice.status, notice.issued_on, notice.issuer) == ("draft", None, "云阳县人民政府办公室")
    assert [one.doc_number for one in notice.basis] == ["国办发〔2021〕12号", "渝府办发〔2021〕50号"]


def test_tongliang_row_broken_by_page_is_joined_unless_units_differ(shared: Path) -> None:
    notice = _read(shared / "notices" / "2021-tongliang.txt")
    assert {warning.row for warning in notice.warnings} == {
        13
    }  # a column without its parents; 28 is a whole point of other units
    assert notice.preamble_duties[0].paths == (
        ("政府网站", "政府信息公开", "法定主动公开内容", "其他法定主动公开内容"),
    )


class TestYuzhong:
    """Expected from manual reading: 33 rows, merged unit cells, names run together."""

    @pytest.fixture
    def notice(self, shared: Path) -> Notice:
        return _read(shared / "notices" / "2022-yuzhong.txt")

    def test_front_matter_is_read(self, notice: Notice) -> None:
        assert notice.title == "重庆市渝中区人民政府办公室关于印发渝中区2022年政务公开工作要点任务分工的通知"
        assert (notice.doc_number, notice.issued_on, notice.status) == (
            "渝中府办〔2022〕24号",
            "2022-06-17",
            "issued",
        )
        assert notice.basis[0].doc_number == "渝府办发〔2022〕59号"

    def test_rows_and_headings_are_counted(self, notice: Notice) -> None:
        assert len(notice.rows) == 33
        assert len({row.section for row in notice.rows}) == 5
        assert len({row.item for row in notice.rows}) == 17

    def test_names_run_together_are_split_and_flagged(self, notice: Notice) -> None:
        assert notice.rows[1].lead == ("区政府办公室", "区司法局")
        assert any(
            w.row == 2 and w.field == "lead" and w.alternative == "区政府办公室区司法局" for w in notice.warnings
        )

    def test_covered_units_are_copied_down_and_dash_means_none(self, notice: Notice) -> None:
        assert notice.rows[1].responsible == ("区政府各部门", "管委会", "街道办事处")
        assert notice.rows[3].lead == ("区发展改革委",)
        assert notice.rows[6].responsible == ()

    def test_units_copied_across_heading_are_flagged(self, notice: Notice) -> None:
        assert any(w.row == 15 and w.field == "responsible" for w in notice.warnings)

    def test_preamble_orders_publication_within_twenty_working_days(self, notice: Notice) -> None:
        dues = [duty.due for duty in notice.preamble_duties if duty.due and duty.due.kind == "working_days"]
        assert [(due.count, due.after) for due in dues] == [(20, "形成或者变更")]


class TestCultureTourism:
    """Expected from manual reading: 68 rows with bars, six columns, three levels, truncated cells."""

    @pytest.fixture
    def notice(self, shared: Path) -> Notice:
        return _read(shared / "notices" / "2021-culture-tourism.txt")

    def test_rows_and_columns_are_read(self, notice: Notice) -> None:
        assert len(notice.rows) == 68
        first = notice.rows[0]
        assert (first.lead, first.responsible) == (("市财政局",), ("财务处",))
        assert first.extras == {"工作要求": "每年度公开市文化旅游委财政预决算信息", "时限要求": "每年度"}

    def test_units_are_read_in_their_columns(self, notice: Notice) -> None:
        offices = {name for row in notice.rows for name in row.responsible}
        assert offices == {"财务处", "安全应急处", "政策法规处", "办公室", "宣传处"}
        assert not offices & {name for row in notice.rows for name in row.lead}

    def test_all_deadlines_in_column_are_read(self, notice: Notice) -> None:
        assert not any("没有读出时限" in warning.message for warning in notice.warnings)
        dues = {row.extras["时限要求"]: row.duties for row in notice.rows}
        assert any(duty.due and duty.due.date == "2021-06-10" for duty in dues["6月10日"])
        assert any(duty.due and duty.due.count == 5 for duty in dues["5个工作日"])

    def test_start_date_is_read(self, notice: Notice) -> None:
        assert any(duty.due and duty.due.starts == "2021-06-01" for duty in notice.rows[14].duties)

    def test_truncated_lists_are_flagged(self, notice: Notice) -> None:
        cut = {
            row
            for row, requirement in enumerate((r.extras["工作要求"] for r in notice.rows), 1)
            if requirement[:2] == "1."
        }
        assert cut <= {warning.row for warning in notice.warnings if warning.field == "extras"}

    def test_third_level_is_read_and_broken_one_flagged(self, notice: Notice) -> None:
        assert notice.rows[34].extras["工作任务"] == "政府网站"
        assert any(w.row == 39 and "政务" in w.message for w in notice.warnings)
        assert "工作任务" not in notice.rows[43].extras

    def test_cells_copied_from_above_are_flagged(self, notice: Notice) -> None:
        assert any(w.row == 33 and "工作要求" in w.message and "上一行" in w.message for w in notice.warnings)
