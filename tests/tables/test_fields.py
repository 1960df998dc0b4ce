"""Fields: read, shown, judged; pure."""

import re
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.opening.figures import Percent
from gongkai.spreadsheets.errors import Bad
from gongkai.tables.charts import chart_of
from gongkai.tables.fields import Field, faults_of, field_of, fields_of
from gongkai.tables.schemas import presets
from gongkai.tables.texts import record_html, table_html

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
def test_a_cell_is_read_by_its_kind(kind: str, raw: Any, stored: Any) -> None:
    assert _of(kind).read(raw) == stored


@pytest.mark.parametrize(
    ("kind", "raw", "what"),
    [
        ("number", "约三亿", "不是数字"),
        ("number", "1e400", "超出范围"),
        ("number", "NaN", "超出范围"),
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
def test_what_is_not_of_its_kind_says_what_to_do(kind: str, raw: Any, what: str) -> None:
    with pytest.raises(Bad) as bad:
        _of(kind).read(raw)
    assert what in bad.value.what
    assert bad.value.todo


def _of(kind: str) -> Field:
    unit = {"people": "人", "rate": "%"}.get(kind)
    return Field("a", "项", kind="number", unit=unit) if unit else Field("a", "项", kind=kind)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**14), max_value=10**14, places=4))
def test_a_number_is_the_same_number_when_it_is_read_again(number: Any) -> None:
    one = Field("a", "项", kind="number", signed=True)
    stored = one.read(str(number))
    assert one.read(one.show(stored)) == stored


FIELDS = fields_of(
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
        ({"phone": "12345", "until": "2026-11-20"}, "county", TODAY, ["期限2026-11-20已过"]),
        ({"phone": "12345", "until": "2026-11-21"}, "county", TODAY, []),
    ],
)
def test_faults_of_a_record(values: dict[str, Any], level: str, confirmed: date, said: list[str]) -> None:
    found = faults_of(
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
def test_a_wrong_schema_is_refused(rows: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        fields_of(rows)


def test_presets_have_what_notices_and_rules_ask_for() -> None:
    by_key = {one["key"]: one for one in presets()}
    assert len([one for one in by_key.values() if one["group"] == "institution"]) == 10
    assert all(one["source"] for one in by_key.values())
    owed = {key: {f["label"] for f in one["fields"] if f.get("required")} for key, one in by_key.items()}
    assert owed["school"] == {"名称", "办学性质", "办学地址", "办公时间", "联系电话"}
    assert owed["gas"] == owed["electricity"] == {"名称", "经营区域", "办公地址", "营业时间", "联系电话"}
    assert {"限额", "余额", "发行额", "品种", "期限", "利率", "偿还计划", "偿债资金来源"} < owed["debt"]
    assert {field_of(f).kind for one in by_key.values() for f in one["fields"]} == {
        "text", "long", "phone", "url", "day", "number", "choice", "yes_no"
    }  # fmt: skip


def test_what_is_filled_in_stays_text() -> None:
    html = table_html("表", FIELDS[:2], [{"name": "<script>", "phone": "1&2"}], ["说明<b>"])
    assert "<script>" not in html
    assert 'scope="row">&lt;script&gt;' in html
    assert "1&amp;2" in html
    assert "<b>" not in record_html(FIELDS, {"name": "a", "phone": "<b>"}, [("<b>", "")])


def test_a_chart_is_drawn_where_there_are_numbers() -> None:
    fields = fields_of(
        [
            {"key": "name", "label": "地区", "required": True},
            {"key": "limit", "label": "限额", "kind": "number", "unit": "亿元"},
        ]
    )
    wanted = {"label": "name", "values": ["limit"]}
    chart = chart_of("债务", fields, [{"name": "市", "limit": "20"}, {"name": "县", "limit": "10"}], wanted)
    assert chart
    assert re.findall(r'<rect x="0.0" y="\d+.0" width="(\S+)"', chart.svg) == ["240.0", "120.0"]
    assert chart_of("债务", fields, [{"name": "市"}], wanted) is None


@pytest.mark.parametrize(
    ("label", "kind", "own"),
    [("联系电话", "phone", True), ("办公地址", "text", True), ("家庭地址", "text", False), ("申请人电话", "phone", False), ("名称", "text", False)],
)  # fmt: skip
def test_only_an_institutions_telephone_and_place_are_public_by_definition(
    label: str, kind: str, own: bool
) -> None:
    assert Field("a", label, kind=kind).of_institution is own
