"""Words of a notice that no task uses are flagged: deadlines, units, channels, joined points, orders after the table."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import most
from gongkai.lib.reading.words.due_table import ReferenceYears
from gongkai.work.notices.planning.draft_rows import DraftDuty, DraftMeasure, DraftUnit
from gongkai.work.notices.planning.unused_words import add_closing_orders, flag_unused_words

WHEN = ReferenceYears(2027)


def make_row(
    text: str, unit: str = "市财政局", *, due: dict[str, object] | None = None, **more: object
) -> DraftMeasure:
    """Return a row with one duty."""
    cells = (text, unit)
    units = (DraftUnit("lead", unit),)
    return DraftMeasure("一、公开", 1, "", text, units, (DraftDuty(text, due=due or {}),), cells=cells, **more)  # type: ignore[arg-type]


def flag_messages(*rows: DraftMeasure, text: str = "") -> list[list[str]]:
    """Return the messages flagged at each row."""
    lines = "\n".join([*(" │ ".join(row.cells) for row in rows), text])
    return [[str(flag["message"]) for flag in row.flags] for row in flag_unused_words(rows, lines, WHEN)]


MAY = {"kind": "by_date", "date": "2027-05-31", "text": "5月底前"}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            make_row("5月底前公开预算，决算9月20日前公开。", due=MAY),
            "“决算9月20日前公开”；其中的时限“9月20日前”没有读入",
        ),
        (make_row("5月底前公开预算。", due=MAY), ""),
        (make_row("公开预算。", due=MAY, extras={"备注": "9月20日前报送情况"}), "“9月20日前”没有读入"),
        (
            make_row("公开预算，同时由市审计局公布审计结果。"),
            "“市审计局”没有列为这一行的单位，通知的其他任务也没有列它",
        ),
        (make_row("公开预算，由市财政局统一公布，专人负责。"), ""),
        (make_row("组织培训（证书由市人社局协助办理）。"), "“市人社局”没有列为这一行的单位"),
        (make_row("市税务局负责汇总，各单位配合。"), "“市税务局”没有列为这一行的单位"),
        (make_row("公开预算。", extras={"备注": "由市融媒体中心配合宣传"}), "“市融媒体中心”没有列为这一行的单位"),
        (
            make_row(
                "于6月15日和12月15日前公开。", due={"kind": "by_date", "date": "2027-12-15", "text": "12月15日前"}
            ),
            "“6月15日”没有读入",
        ),
    ],
)
def test_unused_words_of_row_are_flagged(row: DraftMeasure, words: str) -> None:
    said = flag_messages(row)[0]
    assert len(said) == bool(words)
    assert words in "".join(said)


@settings(max_examples=most(50))
@given(st.lists(st.integers(1, 12), min_size=2, max_size=3, unique=True))
def test_every_unused_date_of_row_is_flagged(months: list[int]) -> None:
    text = "；".join(f"{month}月15日前公开第{place}批" for place, month in enumerate(months))
    due = {"kind": "by_date", "date": f"2027-{months[0]:02}-15", "text": f"{months[0]}月15日前"}
    assert len(flag_messages(make_row(text, due=due))[0]) == len(months) - 1


def test_note_on_group_members_is_flagged_at_rows_naming_the_group() -> None:
    said = flag_messages(
        make_row("公开预算。", "各区县政府"), make_row("公开决算。"), text="3．区县政府含云岭高新区管委会。"
    )
    assert ["区县政府含云岭高新区管委会" in "".join(row) for row in said] == [True, False]


def test_two_points_in_one_row_are_flagged_if_others_are_single() -> None:
    rows = [make_row("1．公开预算。"), make_row("2．公开决算。3．公开债务。"), make_row("4．公开审计结果。")]
    assert ["第2、3项" in "".join(said) for said in flag_messages(*rows)] == [False, True, False]


def test_channel_named_for_all_tasks_is_flagged_at_its_rows() -> None:
    said = flag_messages(make_row("公开预算。"), make_row("公开决算。"), text="各项任务完成后在政务新媒体同步公开。")
    assert all("公开路径“政务新媒体”，可能涉及2行" in "".join(row) for row in said)


def test_closing_report_order_becomes_task_or_part_of_its_order() -> None:
    order = make_row("各牵头单位每半年至少检查1次", preamble=True)
    text = "各牵头单位每半年至少检查1次，检查结果于12月25日前报市政府办公室。\n各单位落实情况请于12月10日前报市政府办公室。"
    made = add_closing_orders([make_row("公开预算。"), order], {"issuer": "云岭市人民政府办公室"}, text, WHEN)
    assert [len(row.duties) for row in made] == [1, 2, 1]
    assert [str(row.duties[-1].due.get("date", "")) for row in made] == ["", "2027-12-25", "2027-12-10"]
    assert made[2].preamble
    assert made[2].flags
    assert add_closing_orders(made, {}, text, WHEN) == made
    two = "各牵头单位每月20日前把进度发至县政府办邮箱。\n完成情况12月20日前由各处室报办公室汇总，办公室2028年1月10日前报市政府。"
    orders = add_closing_orders([make_row("公开预算。")], {}, two, WHEN)[1:]
    assert [row.duties[0].due.get("date") or row.duties[0].due["day"] for row in orders] == [
        20,
        "2027-12-20",
        "2028-01-10",
    ]
