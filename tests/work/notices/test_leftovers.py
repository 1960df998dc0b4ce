"""Unused places, partners, row references and blanks of a notice are flagged."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import most
from gongkai.lib.reading.words.due_table import ReferenceYears
from gongkai.work.notices.planning.draft_rows import DraftDuty, DraftMeasure, DraftUnit
from gongkai.work.notices.planning.leftovers import ask_about_unused_places
from gongkai.work.notices.planning.unused_words import flag_unused_words


def make_row(text: str, unit: str = "市财政局", channels: tuple[str, ...] = (), **extras: str) -> DraftMeasure:
    """Return a row with one duty."""
    duty = DraftDuty(text, channels=channels)
    return DraftMeasure("", 1, "", text, (DraftUnit("responsible", unit),), (duty,), extras=extras, cells=(text, unit))


def flag_messages(*rows: DraftMeasure, text: str = "") -> list[str]:
    """Return the messages flagged at each row."""
    lines = "\n".join([*(" │ ".join(row.cells) for row in rows), text])
    made = flag_unused_words(rows, lines, ReferenceYears(2027))
    return ["；".join(str(flag["message"]) for flag in row.flags) for row in made]


@pytest.mark.parametrize(
    ("row", "left"),
    [
        (make_row("公开时段，同时在场馆门口张贴。"), ["场馆门口"]),
        (make_row("印成一页纸，放到村（社区）服务窗口。", channels=("公开栏",)), ["村（社区）服务窗口"]),
        (make_row("公开债券情况，门户网站。"), ["门户网站"]),
        (make_row("公开办法", 备注="发到居民微信群"), ["居民微信群"]),
        (make_row("放到学校门口公示栏。", channels=("公示栏",)), []),
        (make_row("公开办法，在公示栏张贴。", channels=("公示栏",)), []),
        (make_row("于6月底前公开办法，在规定范围内公布。"), []),
        (make_row("规范门户网站管理，整合政务新媒体。"), []),
        (make_row("公开办法", channels=("政府网站",), 公开渠道="■政府网站 □公告栏"), []),
    ],
)
def test_unused_places_are_flagged(row: DraftMeasure, left: list[str]) -> None:
    assert [message.split("其中的“")[1].split("”没有")[0] for _, message in ask_about_unused_places(row)] == left


def test_partner_of_several_rows_is_flagged_at_each() -> None:
    first, last = flag_messages(
        make_row("公开预算。"), make_row("公开债务。", "市国资委"), text="以上两局的工作，市融媒体中心配合宣传。"
    )
    assert "“市融媒体中心”没有列为这一行的配合单位" in first
    assert "市融媒体中心" in last


def test_row_naming_another_row_is_flagged_at_both() -> None:
    rows = [make_row(f"{n}．公开第{n}类信息。") for n in (1, 2)]
    first, second, third = flag_messages(*rows, make_row("3．配合市财政局做好公示（见第1条）。", "市审计局"))
    assert "市审计局" in first
    assert second == ""
    assert "可能不是单独的任务" in third


def test_blank_cells_meaning_as_above_are_flagged() -> None:
    first, second = flag_messages(
        make_row("公开预算。", 发布在哪="公示栏"),
        make_row("公开债务。", 发布在哪=""),
        text="说明：发布在哪一栏空白的，与上一行相同。",
    )
    assert "没有按上一行补" not in first
    assert "发布在哪" in second


@settings(max_examples=most(60), deadline=None)
@given(st.text(alphabet="在于到放贴公示栏门口张，。（）“”6月前网站", max_size=40))
def test_place_that_is_channel_already_is_not_flagged(text: str) -> None:
    row = make_row(text)
    names = [message.split("其中的“")[1].split("”没有作为")[0] for _, message in ask_about_unused_places(row)]
    assert len(names) == len(set(names))
    assert not list(ask_about_unused_places(make_row(text, channels=tuple(names)))) or not names
