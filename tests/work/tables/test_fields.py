"""Fields of tables: parsed, displayed, validated; without a database."""

from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.core.spreadsheets.errors import BadCell
from gongkai.core.units.models import Body, BodyKind
from gongkai.lib.fileformats.workbooks.values import Percent
from gongkai.work.tables.fields import (
    SchemaField,
    count_days_late,
    find_faults,
    find_mentions,
    get_ended_label,
    make_field,
    make_fields,
)
from gongkai.work.tables.forms import TableRecordForm
from gongkai.work.tables.models import PublicTable, TableSchema
from gongkai.work.tables.row_display import (
    build_due_grid,
    build_grid,
    compare_editions,
    list_choosers,
    list_days_without_bulletin,
    list_government_gaps,
    list_missing_months,
    list_names_without_details,
    matches_choice,
)
from gongkai.work.tables.schemas import _add_later_parts, _load_preset_rows, load_presets
from gongkai.work.tables.texts import render_record, render_table

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("kind", "raw", "stored"),
    [
        ("text", "  云岭 一小 ", "云岭 一小"),
        ("number", "1,234.50", "1234.5"),
        ("number", 5.0, "5"),
        ("rate", "2.85%", "2.85"),
        ("rate", Percent(0.0285), "2.85"),
        ("rate", Percent(0.1 + 0.2), "30"),
        ("number", 0.1 + 0.2, "0.3"),
        ("text", time(8, 0), "8:00"),
        ("number", "-0.00", "0"),
        ("day", "2026年3月5日", "2026-03-05"),
        ("phone", "0799-8100001转2", "0799-8100001转2"),
        ("url", "https://www.yunling.gov.cn/a", "https://www.yunling.gov.cn/a"),
        ("yes_no", "否", False),
        ("number", None, ""),
    ],
)
def test_cell_is_parsed_by_its_kind(kind: str, raw: Any, stored: Any) -> None:
    assert _of(kind).read(raw) == stored


@pytest.mark.parametrize(
    ("kind", "raw", "what"),
    [
        ("number", "约三亿", "不是数字"),
        ("number", "1e400", "不是数字"),
        ("number", "NaN", "不是数字"),
        ("number", "-1,800", "小于0"),
        ("people", "12.5", "不是整数"),
        ("number", "2.85%", "是百分数"),
        ("people", Percent(0.5), "是百分数"),
        ("day", "3月", "不是日期"),
        ("phone", "王主任", "不是电话"),
        ("url", "javascript:alert(1)", "不是网址"),
        ("url", "http://[", "不是网址"),
        ("yes_no", "也许", "不是“是”或“否”"),
        ("text", "长" * 301, "上限"),
    ],
)
def test_wrong_kind_of_value_is_refused_with_advice(kind: str, raw: Any, what: str) -> None:
    with pytest.raises(BadCell) as bad:
        _of(kind).read(raw)
    assert what in bad.value.what
    assert bad.value.todo


def _of(kind: str) -> SchemaField:
    unit = {"people": "人", "rate": "%"}.get(kind)
    return SchemaField("a", "项", kind="number", unit=unit) if unit else SchemaField("a", "项", kind=kind)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**14), max_value=10**14, places=4))
def test_number_survives_display_and_parsing(number: Any) -> None:
    one = SchemaField("a", "项", kind="number", signed=True)
    stored = one.read(str(number))
    assert one.read(one.show(stored)) == stored


FIELDS = make_fields(
    [
        {"key": "name", "label": "名称", "required": True},
        {"key": "phone", "label": "联系电话", "kind": "phone", "required": True},
        {"key": "plan", "label": "偿还计划", "required": True, "levels": ["city"]},
        {"key": "until", "label": "期限", "kind": "day", "ends": True},
    ]
)


@pytest.mark.parametrize(
    ("values", "level", "confirmed", "said"),
    [
        ({"phone": "12345", "plan": "按年"}, "city", TODAY, []),
        ({"plan": "按年"}, "city", TODAY, ["联系电话没有填写"]),
        ({"phone": "12345"}, "county", TODAY, []),
        ({"phone": "12345"}, "city", TODAY, ["偿还计划没有填写"]),
        ({"phone": "12345"}, "county", date(2026, 10, 22), []),
        ({"phone": "12345"}, "county", date(2026, 10, 21), ["核对已31天没有核对，应每30天核对一次"]),
        ({"phone": "12345", "until": "2026-11-20"}, "county", TODAY, []),
    ],
)
def test_faults_of_a_record(values: dict[str, Any], level: str, confirmed: date, said: list[str]) -> None:
    found = find_faults(
        FIELDS, {"name": "一", **values}, level=level, confirmed_on=confirmed, review_days=30, today=TODAY
    )
    assert [str(one) for one in found] == said


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "第一个字段"),
        ([{"key": "a", "label": "名称"}], "第一个字段"),
        ([{"key": "a", "label": "名称", "required": True}] * 2, "不能重复"),
        ([{"key": "A b", "label": "名称", "required": True}], "代号"),
        ([{"key": "a", "label": "名称", "required": True, "kind": "map"}], "类型"),
        ([{"key": "a", "label": "名称", "required": True, "colour": "red"}], "不认识"),
    ],
)
def test_invalid_schema_is_refused(rows: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make_fields(rows)


def test_presets_contain_fields_required_by_notices_and_rules() -> None:
    by_key = {one["key"]: one for one in load_presets()}
    assert len([one for one in by_key.values() if one["group"] == "institution"]) == 10
    assert all(one["source"] for one in by_key.values())
    owed = {key: {f["label"] for f in one["fields"] if f.get("required")} for key, one in by_key.items()}
    assert owed["school"] == {"名称", "办学性质", "办学地址", "办公时间", "联系电话"}
    assert owed["gas"] == owed["electricity"] == {"名称", "经营区域", "办公地址", "营业时间", "联系电话"}
    assert {"限额", "余额", "发行额", "品种", "期限", "利率", "偿还计划", "偿债资金来源"} < owed["debt"]
    assert {make_field(f).kind for one in by_key.values() for f in one["fields"]} == {
        "text", "long", "phone", "url", "day", "number", "choice", "choices", "yes_no"
    }  # fmt: skip


def test_values_are_escaped_in_html() -> None:
    html = render_table("表", FIELDS[:2], [{"name": "<script>", "phone": "1&2"}], ["说明<b>"])
    assert "<script>" not in html
    assert 'scope="row">&lt;script&gt;' in html
    assert "1&amp;2" in html
    assert "<b>" not in render_record(FIELDS, {"name": "a", "phone": "<b>"}, [("<b>", "")])


@pytest.mark.parametrize(
    ("label", "kind", "own"),
    [("联系电话", "phone", True), ("办公地址", "text", True), ("家庭地址", "text", False), ("申请人电话", "phone", False), ("名称", "text", False)],
)  # fmt: skip
def test_only_institutions_phone_and_address_are_public_by_definition(label: str, kind: str, own: bool) -> None:
    assert SchemaField("a", label, kind=kind).of_institution is own


def test_installed_preset_gets_only_newer_fields() -> None:
    row = next(row for row in _load_preset_rows() if row["key"] == "budget")
    facts = next(facts for facts in load_presets() if facts["key"] == "budget")
    old = [field for field in facts["fields"] if field["key"] in ("name", "what", "income")]  # type: ignore[attr-defined]
    schema = TableSchema(key="budget", fields=[{**old[0], "label": "单位"}, *old[1:]], edition=1)
    _add_later_parts(schema, row, facts)
    assert [field["key"] for field in schema.fields] == ["name", "what", "income", "approved"]
    assert schema.fields[0]["label"] == "单位", "what the office changed stays"
    assert "grid" in schema.view


def test_expired_rows_and_days_late_are_shown() -> None:
    fields = make_fields(
        [
            {"key": "name", "label": "名称", "required": True},
            {"key": "for", "label": "行业", "kind": "choices", "choices": ["餐饮", "零售"]},
            {"key": "approved", "label": "批复日期", "kind": "day"},
            {"key": "on", "label": "公开日期", "kind": "day", "after": "approved", "within": 20},
            {"key": "until", "label": "期限", "kind": "day", "ends": True, "over": "已开班"},
        ]
    )
    assert fields[1].read("零售，餐饮") == "餐饮、零售"
    assert [get_ended_label(fields, {"until": day}, TODAY) for day in ("2026-11-20", "2026-11-21", "")] == [
        "已开班",
        "",
        "",
    ]
    said = {"approved": "2026-02-01", "on": "2026-02-24"}
    assert count_days_late(fields[3], said) == 3
    assert count_days_late(fields[3], {**said, "on": "2026-02-21"}) == 0
    rows = [{"name": "一", "for": "餐饮"}, {"name": "二", "for": ""}, {"name": "三", "for": "零售"}]
    (chooser,) = list_choosers(fields, rows)
    assert chooser.values == ("餐饮", "零售")
    assert [row["name"] for row in rows if matches_choice(fields[1], row, "餐饮")] == ["一", "二"], "none is all"


def test_days_without_bulletin_and_differences_are_listed() -> None:
    view = {"field": "kind", "value": "疫情通报", "on": "on"}
    rows = [{"kind": "疫情通报", "on": f"2026-03-{day:02}"} for day in (1, 2, 5)]
    assert [day.day for day in list_days_without_bulletin(view, rows, date(2026, 3, 7))] == [6, 4, 3]
    rows[-1]["closing"] = True  # type: ignore[assignment]
    assert [day.day for day in list_days_without_bulletin({**view, "closes": "closing"}, rows, date(2026, 3, 7))] == [
        4,
        3,
    ]
    before = [{"name": "甲", "c": 1}, {"name": "乙", "c": 1}]
    made = compare_editions("name", [{"name": "甲", "c": 2}, {"name": "丙", "c": 1}], before)
    assert (made.added, made.changed, made.removed) == (("丙",), ("甲",), ("乙",))


CITY = Body(pk=1, name="云岭市人民政府", kind=BodyKind.GOVERNMENT, path="a.")
BUREAU = Body(pk=2, name="云岭市教育局", short_name="市教育局", kind=BodyKind.DEPARTMENT, path="a.b.")
COUNTY = Body(pk=3, name="青溪县人民政府", kind=BodyKind.DISTRICT, path="a.c.")


def test_budget_grid_compares_table_rows_with_editions() -> None:
    city, bureau, county = CITY, BUREAU, COUNTY
    fields = make_fields([field for one in load_presets() if one["key"] == "budget" for field in one["fields"]])  # type: ignore[attr-defined]
    told = [
        (2026, {"name": "云岭市", "what": "预算", "on": "2026-02-01"}, "/1"),
        (2025, {"name": "市教育局", "what": "决算", "approved": "2026-08-01", "on": "2026-09-01"}, "/2"),
    ]
    grid_view = {"what": "what", "on": "on"}
    sheet = build_grid(fields, grid_view, [city, bureau], told, TODAY, years=2)
    assert sheet.heads == ((2026, "预算"), (2025, "预算"), (2025, "决算"))
    (_, ((_, own),)), (_, ((_, others),)) = sheet.groups
    assert [cell.words for cell in own] == ["没有原文：2026-02-01", "未公开", "未公开"]
    assert (others[2].light, others[2].words) == ("yellow", "没有原文：2026-09-01")
    assert sheet.missing == 4
    told[0][1]["approved"] = "2026-01-20"
    editions = {
        (1, 2026, "预算"): (date(2026, 8, 1), "/原文1"),
        (2, 2025, "决算"): (date(2026, 8, 20), "/原文3"),
        (2, 2026, "预算"): (date(2026, 2, 1), "/原文2"),
    }
    told[1][1]["link"] = "https://elsewhere.example/linked"  # a link that a clerk typed proves nothing
    sheet = build_grid(fields, grid_view, [city, bureau], told, TODAY, years=2, editions=editions)
    (_, ((_, own),)), (_, ((_, others),)) = sheet.groups
    assert (own[0].light, own[0].words, own[0].url) == (
        "yellow",
        "2026-08-01，晚173天（填报为2026-02-01）",
        "/原文1",
    ), "the day of the text itself counts"
    unknown = "2026-02-01，批准日期未填，是否按期没有核对"
    assert (others[0].light, others[0].words) == ("yellow", unknown), "nobody is in time by leaving a day out"
    approved = (2026, {"name": "市教育局", "what": "预算", "on": "2026-02-01", "approved": "2026-01-20"}, "/4")
    for day, light in (("2026-01-20", "green"), ("2026-09-10", "yellow"), ("2026-02-02", "yellow")):
        approved[1]["approved"] = day
        sheet = build_grid(fields, grid_view, [bureau], [*told, approved], TODAY, years=2, editions=editions)
        assert sheet.groups[0][1][0][1][0].light == light
    assert (others[2].words, others[2].url) == ("2026-08-20（填报为2026-09-01）", "/原文3")
    calls = {(2026, "部门预算"): date(2026, 1, 25), (2025, "部门预算"): date(2026, 11, 25)}
    sheet = build_grid(
        fields, grid_view, [city, county, bureau], told, TODAY, years=2, editions=editions, calls=calls, elsewhere=[3]
    )
    (_, (_, (_, abroad))), (_, ((_, others),)) = sheet.groups
    assert {cell.words for cell in abroad} == {"不在本平台公开，没有填报"}
    assert (others[0].light, others[0].words) == ("yellow", f"2026-02-01，比统一公开日期晚7天{unknown[10:]}")
    assert (others[1].light, others[1].words) == ("blue", "未到期（11月25日前）")
    early = build_grid(fields, grid_view, [bureau], [], date(2026, 4, 30), years=1)
    assert [cell.light for _, rows in early.groups for _, cells in rows for cell in cells] == ["blue"]


def test_due_grid_details_and_missing_kinds_are_listed() -> None:
    told_on = {BUREAU.pk: [({"on": "2026-05-20"}, date(2026, 6, 2), "/3")]}
    (_, lines), *_ = build_due_grid({"on": "05-31", "field": "on"}, [CITY, BUREAU], told_on, date(2026, 6, 3)).groups
    assert [cells[0].words for _, cells in lines] == ["未公开", "2026-06-02，晚2天"]
    details = [("甲路", "2025-07-01"), ("乙桥", "2026-01-01")]
    assert list_names_without_details([(2026, "甲路"), (2026, "乙桥"), (None, "甲路")], details) == [(2026, "甲路")]
    cover = {"field": "category", "values": ["档案馆", "图书馆"]}
    lacks = list_government_gaps(cover, [CITY, COUNTY], [(BUREAU, {"category": "档案馆"})])
    assert [(line.body.pk, line.values) for line in lacks] == [(1, ("图书馆",)), (3, ("档案馆", "图书馆"))]


@pytest.mark.parametrize(
    ("until", "closed", "owed"), [("2026-11-24", False, 1), ("2026-11-25", False, 0), ("2026-11-24", True, 0)]
)
def test_ended_survey_owes_its_result(until: str, closed: bool, owed: int) -> None:
    preset = next(row for row in load_presets() if row["key"] == "survey")
    fields = make_fields(preset["fields"])
    values = {field.key: "有" for field in fields} | {"until": until, "closed": closed}
    found = [
        str(one)
        for one in find_faults(fields, values, level="city", confirmed_on=None, review_days=0, today=date(2026, 11, 25))
    ]
    assert found == ["公布结果：调研已结束，还没有公布结果"] * owed


def test_number_above_its_maximum_is_questioned_on_entry() -> None:
    fields = [
        {"key": "name", "label": "领域", "kind": "text", "required": True},
        {"key": "units", "label": "应公开的单位", "kind": "number", "unit": "家"},
        {"key": "open", "label": "按要求公开的单位", "kind": "number", "unit": "家", "at_most": "units"},
    ]
    table = PublicTable(schema=TableSchema(fields=fields), body=Body(level="city"))
    sent = {"v_name": "供水", "v_units": "4", "v_open": "5"}
    form = TableRecordForm(sent, table=table)
    assert list(form.errors) == ["v_open"]
    assert "大于应公开的单位" in str(form.errors["v_open"])
    assert "sure" in form.fields
    assert TableRecordForm(sent | {"sure": "on"}, table=table).is_valid()
    asked = TableRecordForm(sent | {"v_open": "4"}, table=table)
    assert asked.is_valid()
    assert "sure" not in asked.fields


@pytest.mark.parametrize(
    ("days", "others", "months"),
    [
        ([], [], ["2026年10月"]),
        (["2026-08-31", "2026-10-31"], [], ["2026年9月"]),
        (["2025-12-31", "2026-01-31"], [], [f"2026年{month}月" for month in range(2, 11)]),
        (["2026-11-03"], [], []),
        (["2026-11-03"], ["2026-09-30"], ["2026年9月", "2026年10月"]),
    ],
)
def test_months_without_report_are_listed(days: list[str], others: list[str], months: list[str]) -> None:
    assert list_missing_months(days, date(2026, 11, 28), others) == months


def test_no_is_questioned_if_text_mentions_the_subject() -> None:
    fields = make_fields(
        [
            {"key": "content", "label": "内容", "required": True},
            {"key": "v", "label": "涉及", "kind": "yes_no", "mentioned": "疫苗、接种"},
        ]
    )
    assert [fault.label for fault in find_mentions(fields, {"content": "疫苗接种点", "v": False})] == ["涉及"]
    assert not find_mentions(fields, {"content": "疫苗接种点", "v": True})
    assert [fault.label for fault in find_mentions(fields, {"content": "自愿接种", "v": False})] == ["涉及"]
    assert not find_mentions(fields, {"content": "核酸检测", "v": False})
