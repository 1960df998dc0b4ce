"""One fact, corrected once: a corrected cell is corrected in the checklist, its limits and paths, and in the drafts made from it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories.notices import YEAR, City, by_date, draft, duty, live, parsed, row
from gongkai.core.acts.models import Movement
from gongkai.core.outbox.models import Message
from gongkai.work.notices.actions import (
    confirm_notice,
    correct_cell,
    draft_child,
    edit_deadline,
    edit_duty,
    resolve_unit,
    save_child,
)
from gongkai.work.notices.entries.checklist import build_checklist
from gongkai.work.notices.importing.text_patches import transfer_parts
from gongkai.work.notices.models import ChildDraft, Measure, MeasureUnit, Notice

TEXT = "1．6月底前公开专项规化。\n2．公开财政收支情况（公开路径：政府网站>财政信息>预算）。"
PATH = ["政府网站", "财政信息", "预算"]


def june() -> dict[str, object]:
    return {"kind": "by_date", "date": f"{YEAR}-06-30", "text": "6月底前"}


def made(town: City, unit: str = "市教育局") -> Measure:
    """A draft's row of two duties, the first dated, the second with a path."""
    one = row(
        TEXT,
        ["市财政局"],
        [unit],
        duties=[
            duty("6月底前公开专项规化。", due=june()),
            duty("公开财政收支情况（公开路径：政府网站>财政信息>预算）。", paths=[PATH]),
        ],
    )
    notice = draft(town, parsed(rows=[one]))
    return notice.measures.get()


def correct(town: City, measure: Measure, old: str, new: str) -> list[object]:
    correct_cell(
        measure.notice,
        by=town.chief,
        measure=measure.pk,
        field="text",
        value=measure.text.replace(old, new),
    )
    return list(Measure.objects.get(pk=measure.pk).duties.order_by("position"))


def test_a_corrected_cell_is_corrected_in_the_clerks_checklist(town: City) -> None:
    measure = made(town)
    first, _ = correct(town, measure, "规化", "规划")
    assert first.text == "6月底前公开专项规划。"  # type: ignore[attr-defined]
    assert first.due == june()  # type: ignore[attr-defined]
    done = confirm_notice(Notice.objects.get(), by=town.chief)
    entry = done.assignments.get().entry
    assert "规划" in entry.title
    assert "规化" not in entry.title
    assert [line.text for line in build_checklist(entry.assignment)] == [
        "6月底前公开专项规划。",
        "公开财政收支情况。",
    ]


def test_a_corrected_day_moves_the_limit_that_was_read_from_it(town: City) -> None:
    first, second = correct(town, made(town), "6月底前", "9月底前")
    assert (first.due["date"], first.due_text) == (f"{YEAR}-09-30", "9月底前")  # type: ignore[attr-defined]
    assert second.due == {}  # type: ignore[attr-defined]
    said = Movement.objects.filter(action="notice.correct_cell").get().words
    assert f"时限由“{YEAR}年6月30日前”改为“{YEAR}年9月30日前”" in said


def test_a_limit_that_a_person_set_stays(town: City) -> None:
    measure = made(town)
    edit_deadline(
        measure.notice,
        by=town.chief,
        duty=measure.duties.all()[0].pk,
        due={"kind": "by_date", "date": f"{YEAR}-07-15"},
    )
    first, _ = correct(town, measure, "6月底前", "9月底前")
    assert (first.text, first.due["date"]) == ("9月底前公开专项规化。", f"{YEAR}-07-15")  # type: ignore[attr-defined]


def test_a_corrected_path_is_the_path(town: City) -> None:
    _, second = correct(town, made(town), "财政信息>预算", "财政信息>决算")
    assert second.paths == [["政府网站", "财政信息", "决算"]]  # type: ignore[attr-defined]


def test_a_duty_that_the_new_words_do_not_hold_is_doubted(town: City) -> None:
    measure = made(town)
    correct(town, measure, "1．6月底前公开专项规化。\n2．", "")
    assert "找不到" in Measure.objects.get(pk=measure.pk).unsettled[0]["message"]  # type: ignore[operator]


def test_a_corrected_duty_is_corrected_in_its_row(town: City) -> None:
    measure = made(town)
    edit_duty(measure.notice, by=town.chief, duty=measure.duties.all()[0].pk, text="3月底前公开专项规划。")
    after = Measure.objects.get(pk=measure.pk)
    assert after.text.startswith("1．3月底前公开专项规划。\n2．公开财政")
    assert after.duties.all()[0].due["date"] == f"{YEAR}-03-31"


# Drafts for the units below


def passed_on(town: City, notice: Notice) -> ChildDraft:
    return draft_child(  # type: ignore[no-any-return]
        None,
        by=town.chief,
        source=notice,
        government=town.district,
        measures=list(notice.measures.values_list("pk", flat=True)),
    )


def test_a_misspelt_unit_is_passed_on_under_its_own_name(town: City) -> None:
    measure = made(town, unit="市教肓局")
    unit = MeasureUnit.objects.get(measure=measure, printed="市教肓局")
    resolve_unit(measure.notice, by=town.chief, unit=unit.pk, bodies=[town.education])
    assert passed_on(town, measure.notice).rows[0]["responsible"] == ["区教育局"]


def test_drafts_follow_what_is_corrected_and_keep_what_the_office_wrote(town: City) -> None:
    measure = made(town, unit="市教肓局")
    child = passed_on(town, measure.notice)
    assert child.rows[0]["responsible"] == ["区教肓局"]
    rows = [{**child.rows[0], "item": "（一）我区的", "lead": "区财政局", "responsible": "区教肓局、区卫生健康委"}]
    save_child(child, by=town.chief, front={"signed_on": date(YEAR, 6, 1)}, rows=rows)
    unit = MeasureUnit.objects.get(measure=measure, printed="市教肓局")
    resolve_unit(measure.notice, by=town.chief, unit=unit.pk, bodies=[town.education])
    correct(town, measure, "规化", "规划")
    correct_cell(measure.notice, by=town.chief, measure=measure.pk, field="item", value="（一）规划")
    after = ChildDraft.objects.get()
    assert after.rows[0]["responsible"] == ["区教育局", "区卫生健康委"]
    assert "专项规划" in after.rows[0]["text"]
    assert after.rows[0]["item"] == "（一）我区的"
    assert Movement.objects.filter(stream=f"childdraft/{child.pk}", action="passing.follow").count() == 2
    assert Message.objects.filter(subject__startswith="草稿随来源通知更正").exists()


def test_what_changes_nothing_in_a_draft_tells_nobody(town: City) -> None:
    measure = made(town)
    passed_on(town, measure.notice)
    edit_deadline(measure.notice, by=town.chief, duty=measure.duties.all()[0].pk, due=by_date(f"{YEAR}-07-15"))
    assert not Movement.objects.filter(action="passing.follow").exists()


def test_one_row_costs_no_more_with_drafts_than_a_few_queries(
    town: City, django_assert_max_num_queries: object
) -> None:
    notice = live(town, parsed(rows=[row(f"第{n}项。", ["市财政局"], ["市教育局"]) for n in range(20)]))
    Notice.objects.filter(pk=notice.pk).update(state="draft")
    passed_on(town, notice)
    with django_assert_max_num_queries(45):  # type: ignore[operator]
        correct_cell(Notice.objects.get(), by=town.chief, measure=notice.measures.all()[3].pk, field="item", value="甲")


# Carrying a correction of a text into the parts that were cut from it


ROW = "1．6月底前公开专项规划。\n2．每季度公开财政收支情况（公开路径：政府网站>财政>预算）。"
PARTS = ["6月底前公开专项规划。", "每季度公开财政收支情况（公开路径：政府网站>财政>预算）。"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("专项规划", "专项规划和区域规划"), ["6月底前公开专项规划和区域规划。", PARTS[1]]),
        (("6月底前", "9月底前"), ["9月底前公开专项规划。", PARTS[1]]),
        (("1．", "1.及时"), ["及时6月底前公开专项规划。", PARTS[1]]),
        (("\n2．", "\n（二）"), PARTS),
        (("收支", "收入支出"), [PARTS[0], PARTS[1].replace("收支", "收入支出")]),
        ((">预算）。", ">预算）。\n3．补充说明。"), [PARTS[0], f"{PARTS[1]}\n3．补充说明。"]),
        (("1．6月底前公开专项规划。\n2．", ""), [None, PARTS[1]]),
    ],
)
def test_a_part_follows_its_text(change: tuple[str, str], expected: list[str | None]) -> None:
    assert transfer_parts(ROW, ROW.replace(*change), PARTS) == expected


def test_another_text_carries_nothing() -> None:
    assert transfer_parts("公开专项规划。", "开展政策解读和新闻发布", ["公开专项规划。"]) == [None]


def test_what_was_never_there_is_not_found() -> None:
    assert transfer_parts(ROW, ROW.replace("6月", "9月"), ["公开目录。"]) == [None]


@given(st.text("甲乙丙，。", min_size=4, max_size=40), st.data())
def test_what_the_correction_does_not_touch_stays(text: str, data: st.DataObject) -> None:
    """A word put in behind a part leaves the part's beginning, one before it leaves its end."""
    at = data.draw(st.integers(1, len(text) - 1))
    head, tail = text[:at], text[at:]
    assert transfer_parts(text, f"{text}丁丁", [head, tail])[0] == head
    assert transfer_parts(text, f"丁丁{text}", [head, tail])[1] == tail


@given(st.text("甲乙丙，。", max_size=30), st.text("甲乙丙，。", max_size=30))
def test_any_two_texts_give_an_answer_for_each_part(before: str, after: str) -> None:
    found = transfer_parts(before, after, [before, "丁"])
    assert len(found) == 2
    assert found[1] is None
