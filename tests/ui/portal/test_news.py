"""News on the front page: similar items are grouped, and years are not broken across lines."""

import pytest

from gongkai.content.editions.models import Shelf
from gongkai.core.units.models import Body
from gongkai.ui.portal.templatetags.portal import between_words, unbroken
from gongkai.ui.portal.views.front import group_rows, make_title_pattern

BODIES = {1: Body(pk=1, name="云岭市财政局", short_name="市财政局"), 2: Body(pk=2, name="云岭市教育局")}


@pytest.mark.parametrize(
    ("title", "pattern"),
    [
        ("市财政局2026年10月财政收支情况", "财政收支情况"),
        ("云岭市财政局二〇二六年第三季度财政收支情况", "财政收支情况"),
        ("关于提取住房公积金的通知", "提取住房公积金的通知"),
    ],
)
def test_title_pattern_omits_unit_and_numbers(title: str, pattern: str) -> None:
    assert make_title_pattern(title, ["云岭市财政局", "市财政局"]) == pattern


def test_three_or_more_similar_items_are_grouped() -> None:
    months = [
        Shelf(body=BODIES[1], title=f"市财政局2026年{month}月财政收支情况", kind="finance") for month in (10, 9, 8)
    ]
    other = [Shelf(body=BODIES[2], title=f"云岭市教育局关于招生的通知{n}", kind="notice") for n in (1, 2)]
    lines = group_rows([*months[:1], *other, *months[1:]])
    assert [(line.row.title, len(line.alike), line.unit) for line in lines] == [
        ("市财政局2026年10月财政收支情况", 2, "市财政局"),
        ("云岭市教育局关于招生的通知1", 0, "云岭市教育局"),
        ("云岭市教育局关于招生的通知2", 0, "云岭市教育局"),
    ]


def test_year_is_not_broken_and_markup_is_escaped() -> None:
    assert unbroken("2026年<b>预算") == '<span class="pk-whole">2026年</span>&lt;b&gt;预算'
    assert unbroken("“十五五”规划") == '<span class="pk-whole">“十五五”</span>规划'


def test_title_breaks_between_words_and_date_stays_whole() -> None:
    shown = between_words("云岭市教育局关于做好2026年9月<招生>工作的通知")
    assert shown.startswith("云岭市教育局<wbr>关于做好<wbr>")
    assert '<span class="pk-whole">2026年9月</span>&lt;招生&gt;' in shown
    assert shown.endswith("工作的通知")
    long = between_words("云岭市政务服务管理局关于做好2026年9月就业创业服务工作的通知")
    assert long.endswith("就业创业服务<wbr>工作的通知")
