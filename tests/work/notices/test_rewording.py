"""A corrected cell is corrected in the checklist, its deadlines and paths, and in the drafts made from it."""

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
    create_child_draft,
    edit_deadline,
    edit_duty,
    resolve_unit,
    save_child_draft,
)
from gongkai.work.notices.entries.checklist import build_checklist
from gongkai.work.notices.importing.text_patches import transfer_parts
from gongkai.work.notices.models import ChildDraft, Measure, MeasureUnit, Notice

TEXT = "1．6月底前公开专项规化。\n2．公开财政收支情况（公开路径：政府网站>财政信息>预算）。"
PATH = ["政府网站", "财政信息", "预算"]


def june() -> dict[str, object]:
    return {"kind": "by_date", "date": f"{YEAR}-06-30", "text": "6月底前"}


def make_measure(town: City, unit: str = "市教育局") -> Measure:
    """Create a draft's row with two duties: the first dated, the second with a path."""
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


def test_corrected_cell_changes_checklist(town: City) -> None:
    measure = make_measure(town)
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


def test_corrected_date_moves_deadline_read_from_it(town: City) -> None:
    first, second = correct(town, make_measure(town), "6月底前", "9月底前")
    assert (first.due["date"], first.due_text) == (f"{YEAR}-09-30", "9月底前")  # type: ignore[attr-defined]
    assert second.due == {}  # type: ignore[attr-defined]
    said = Movement.objects.filter(action="notice.correct_cell").get().words
    assert f"时限由“{YEAR}年6月30日前”改为“{YEAR}年9月30日前”" in said


def test_manually_set_deadline_is_kept(town: City) -> None:
    measure = make_measure(town)
    edit_deadline(
        measure.notice,
        by=town.chief,
        duty=measure.duties.all()[0].pk,
        due={"kind": "by_date", "date": f"{YEAR}-07-15"},
    )
    first, _ = correct(town, measure, "6月底前", "9月底前")
    assert (first.text, first.due["date"]) == ("9月底前公开专项规化。", f"{YEAR}-07-15")  # type: ignore[attr-defined]


def test_corrected_path_replaces_path(town: City) -> None:
    _, second = correct(town, make_measure(town), "财政信息>预算", "财政信息>决算")
    assert second.paths == [["政府网站", "财政信息", "决算"]]  # type: ignore[attr-defined]


def test_duty_missing_from_new_words_is_flagged(town: City) -> None:
    measure = make_measure(town)
    correct(town, measure, "1．6月底前公开专项规化。\n2．", "")
    assert "找不到" in Measure.objects.get(pk=measure.pk).unsettled[0]["message"]  # type: ignore[operator]


def test_corrected_duty_changes_its_row(town: City) -> None:
    measure = make_measure(town)
    edit_duty(measure.notice, by=town.chief, duty=measure.duties.all()[0].pk, text="3月底前公开专项规划。")
    after = Measure.objects.get(pk=measure.pk)
    assert after.text.startswith("1．3月底前公开专项规划。\n2．公开财政")
    assert after.duties.all()[0].due["date"] == f"{YEAR}-03-31"


# Drafts for lower governments


def pass_on(town: City, notice: Notice) -> ChildDraft:
    return create_child_draft(  # type: ignore[no-any-return]
        None,
        by=town.chief,
        source=notice,
        government=town.district,
        measures=list(notice.measures.values_list("pk", flat=True)),
    )


def test_misspelt_resolved_unit_is_passed_on_with_its_name(town: City) -> None:
    measure = make_measure(town, unit="市教肓局")
    unit = MeasureUnit.objects.get(measure=measure, printed="市教肓局")
    resolve_unit(measure.notice, by=town.chief, unit=unit.pk, bodies=[town.education])
    assert pass_on(town, measure.notice).rows[0]["responsible"] == ["区教育局"]


def test_child_drafts_follow_corrections_and_keep_own_edits(town: City) -> None:
    measure = make_measure(town, unit="市教肓局")
    child = pass_on(town, measure.notice)
    assert child.rows[0]["responsible"] == ["区教肓局"]
    rows = [{**child.rows[0], "item": "（一）我区的", "lead": "区财政局", "responsible": "区教肓局、区卫生健康委"}]
    save_child_draft(child, by=town.chief, front={"signed_on": date(YEAR, 6, 1)}, rows=rows)
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


def test_correction_without_effect_on_drafts_logs_nothing(town: City) -> None:
    measure = make_measure(town)
    pass_on(town, measure.notice)
    edit_deadline(measure.notice, by=town.chief, duty=measure.duties.all()[0].pk, due=by_date(f"{YEAR}-07-15"))
    assert not Movement.objects.filter(action="passing.follow").exists()


def test_correcting_row_with_drafts_uses_few_queries(town: City, django_assert_max_num_queries: object) -> None:
    notice = live(town, parsed(rows=[row(f"第{n}项。", ["市财政局"], ["市教育局"]) for n in range(20)]))
    Notice.objects.filter(pk=notice.pk).update(state="draft")
    pass_on(town, notice)
    with django_assert_max_num_queries(45):  # type: ignore[operator]
        correct_cell(Notice.objects.get(), by=town.chief, measure=notice.measures.all()[3].pk, field="item", value="甲")


# Transferring a correction of a text to the parts split from it


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
def test_parts_follow_corrected_text(change: tuple[str, str], expected: list[str | None]) -> None:
    assert transfer_parts(ROW, ROW.replace(*change), PARTS) == expected


def test_unrelated_text_transfers_no_part() -> None:
    assert transfer_parts("公开专项规划。", "开展政策解读和新闻发布", ["公开专项规划。"]) == [None]


def test_part_missing_from_text_is_not_found() -> None:
    assert transfer_parts(ROW, ROW.replace("6月", "9月"), ["公开目录。"]) == [None]


@given(st.text("甲乙丙，。", min_size=4, max_size=40), st.data())
def test_parts_outside_the_correction_are_unchanged(text: str, data: st.DataObject) -> None:
    """A word inserted after a part keeps the part's beginning, one inserted before it keeps its end."""
    at = data.draw(st.integers(1, len(text) - 1))
    head, tail = text[:at], text[at:]
    assert transfer_parts(text, f"{text}丁丁", [head, tail])[0] == head
    assert transfer_parts(text, f"丁丁{text}", [head, tail])[1] == tail


@given(st.text("甲乙丙，。", max_size=30), st.text("甲乙丙，。", max_size=30))
def test_transfer_gives_one_result_for_each_part(before: str, after: str) -> None:
    found = transfer_parts(before, after, [before, "丁"])
    assert len(found) == 2
    assert found[1] is None
