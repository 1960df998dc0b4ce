"""Comparing a notice with its parent or last year's notice: candidates, manual pairings, adopted deadlines."""

from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from factories.notices import YEAR, City, by_date, draft, duty, live, parsed, row
from gongkai.core.acts.action import Refused
from gongkai.work.notices.actions import (
    adopt_deadline,
    align_measures,
    choose_parent,
    correct_cell,
    correct_front_page,
    keep_own_version,
)
from gongkai.work.notices.alignment.comparison import ADDED, CHANGED, DROPPED, PASSED
from gongkai.work.notices.alignment.stored_notices import align_notices, list_notices_to_compare
from gongkai.work.notices.models import Duty, KeptOurs, Measure, Notice, Pairing
from gongkai.work.notices.queries.readiness import list_reasons_against_confirming


def line_kinds(made: Notice, other: Notice) -> list[str]:
    return [one.kind for one in align_notices(made, other).lines]


def test_parent_is_proposed_by_cited_document_number(town: City, pair: tuple[Notice, Notice]) -> None:
    upper, own = pair
    Notice.objects.filter(pk=own.pk).update(parent=None)
    own.refresh_from_db()
    assert list_notices_to_compare(own, town.chief)[0] == (upper, "依据文号一致")


def test_pairing_is_linked_unlinked_and_reset_by_hand(town: City, pair: tuple[Notice, Notice]) -> None:
    upper, own = pair
    first, rival, mine, third = *upper.measures.all()[:2], own.measures.all()[0], own.measures.all()[2]
    assert line_kinds(own, upper) == [PASSED, DROPPED, CHANGED, ADDED]
    align_measures(own, by=town.chief, other=upper, own=third.pk, uppers=[rival.pk])
    third.refresh_from_db()
    assert (third.parent, line_kinds(own, upper)) == (rival, [PASSED, CHANGED, CHANGED])
    align_measures(own, by=town.chief, other=upper, own=third.pk)
    third.refresh_from_db()
    assert third.parent is None
    align_measures(own, by=town.chief, other=upper, uppers=[rival.pk], words="由省级部门办理")
    line = align_notices(own, upper).lines[1]
    assert (line.kind, line.decided and line.decided.words) == (DROPPED, "由省级部门办理")
    align_measures(own, by=town.chief, other=upper, uppers=[rival.pk], forget=True)
    align_measures(own, by=town.chief, other=upper, own=third.pk, forget=True)
    assert not Pairing.objects.exists()
    align_measures(own, by=town.chief, other=upper, own=mine.pk, uppers=[first.pk])
    align_measures(own, by=town.chief, other=upper, uppers=[first.pk])  # not taken over: the pair is broken
    mine.refresh_from_db()
    assert (mine.parent, line_kinds(own, upper)) == (None, [DROPPED, DROPPED, CHANGED, ADDED, ADDED])


def test_align_measures_refuses_measures_of_another_notice(town: City, pair: tuple[Notice, Notice]) -> None:
    upper, own = pair
    with pytest.raises(Refused, match="不存在"):
        align_measures(own, by=town.chief, other=upper, own=upper.measures.first().pk)  # type: ignore[union-attr]
    with pytest.raises(Refused, match="不存在"):
        align_measures(own, by=town.chief, other=upper)


def test_choose_parent_refuses_cycles(town: City, pair: tuple[Notice, Notice]) -> None:
    upper, own = pair
    choose_parent(own, by=town.chief, parent=None)
    choose_parent(own, by=town.chief, parent=upper)
    own.refresh_from_db()
    assert own.parent == upper
    for wrong in (own, upper):
        with pytest.raises(Refused):
            choose_parent(upper, by=town.chief, parent=own if wrong is own else upper)


def test_notice_below_is_not_taken_as_parent_after_correction(town: City) -> None:
    upper = draft(town, parsed(title="甲通知", doc_number="甲府〔2026〕1号"))
    lower = draft(town, parsed(title="乙通知", doc_number="乙府〔2026〕2号", basis=[{"title": "甲通知"}]))
    assert lower.parent == upper
    Notice.objects.filter(pk=upper.pk).update(basis=[{"title": "乙通知"}])
    upper = correct_front_page(Notice.objects.get(pk=upper.pk), by=town.chief, values={"title": "甲通知（正式）"})
    assert upper.parent is None


def test_last_years_notice_is_not_compared_as_parent(town: City) -> None:
    before = parsed(title=f"云岭市{YEAR - 1}年政务公开工作要点任务分工", doc_number="旧1号")
    old, new = live(town, before), draft(town)
    made = align_notices(new, old)
    assert made.mode == "year"
    assert {made.label(one) for one in made.lines} == {"继续执行"}
    assert made.counts[0] == (CHANGED, "有变化", 0)
    assert (old, "上年通知") in list_notices_to_compare(new, town.chief)


def test_comparison_with_last_year_mentions_no_levels(town: City) -> None:
    def of(year: int, count: int, day: str, until: str = "6月底") -> dict[str, object]:
        text = f"{year}年{until}前举办{count}次发布会，回应关切。"
        rows = [row(text, ["市财政局"], [], duties=[duty(text, due=by_date(day))])]
        return parsed(title=f"云岭市{year}年政务公开工作要点任务分工", doc_number=f"{year}号", rows=rows)

    old = draft(town, of(YEAR - 1, 4, f"{YEAR - 1}-06-30"))
    new = draft(town, of(YEAR, 2, f"{YEAR}-06-30"))
    line = align_notices(new, old).lines[0]
    assert line.differs == ("数量：上年为4次，今年为2次",)
    assert not line.limits
    assert not any(one.text.startswith("20") for one in line.marked.segments if one.kind != "same")
    earlier = draft(town, {**of(YEAR, 4, f"{YEAR}-05-15", "5月15日"), "doc_number": "其他"})
    assert f"日期：上年为{YEAR - 1}-06，今年为{YEAR}-05-15" in align_notices(earlier, old).lines[0].differs


# Keeping the own version, adopting the parent's


def changed_pair(own: Notice, upper: Notice) -> tuple[int, int]:
    """Return the primary keys of both measures of the line that differs."""
    line = next(one for one in align_notices(own, upper).lines if one.kind == CHANGED)
    assert line.own
    assert line.upper
    return line.own.pk, line.upper.pk


def test_keeping_own_version_needs_reason_and_reopens_after_change(town: City, pair: tuple[Notice, Notice]) -> None:
    upper, own = pair
    mine, theirs = changed_pair(own, upper)
    of = {"by": town.chief, "other": upper, "own": mine, "upper": theirs}
    before = line_kinds(own, upper)
    assert [one.waits for one in align_notices(own, upper).lines] == [False, True, True, True]
    with pytest.raises(Refused, match="请填写保留本级规定的理由"):
        keep_own_version(own, **of, reason=" ")
    with pytest.raises(Refused, match="不再对应"):
        keep_own_version(own, **of | {"own": own.measures.all()[2].pk}, reason="够用")
    keep_own_version(own, **of, reason="本市每年两次已够用")
    line = next(one for one in align_notices(own, upper).lines if one.kept)
    assert (line.kind, line.waits) == (CHANGED, False)
    assert line.kept
    assert (line.kept.by, line.kept.reason, line.kept.stale) == (town.chief.name, "本市每年两次已够用", False)
    assert (line_kinds(own, upper), Pairing.objects.count()) == (before, 0), "it says nothing of who belongs to whom"
    text = "每年举办1次发布会，回应关切。"
    correct_cell(Notice.objects.get(pk=own.pk), by=town.chief, measure=mine, field="text", value=text)
    line = next(one for one in align_notices(own, upper).lines if one.kept)
    assert (line.kept and line.kept.stale, line.waits) == (True, True)
    keep_own_version(own, **of, reason="一次也够用")
    assert KeptOurs.objects.get().reason == "一次也够用"
    keep_own_version(own, **of, forget=True)
    assert not KeptOurs.objects.exists()
    with pytest.raises(Refused, match="没有可以撤回"):
        keep_own_version(own, **of, forget=True)


@pytest.fixture
def limited(town: City) -> tuple[Notice, Duty, Duty]:
    """Create an own draft with a dated duty, and the province's duty with an earlier deadline."""
    upper_text, own_text = "2026年6月底前公开专项规划。", "1．2026年9月底前公开专项规划。\n2．做好解读。"
    theirs_due = {"kind": "by_date", "date": "2026-06-30", "text": "2026年6月底前"}
    mine_due = {"kind": "by_date", "date": "2026-09-30", "text": "2026年9月底前"}
    upper = draft(
        town,
        parsed(
            title="云川省任务分工",
            doc_number="云川1号",
            rows=[row(upper_text, ["省局"], [], duties=[duty(upper_text, due=theirs_due)])],
        ),
    )
    own = draft(
        town,
        parsed(
            rows=[
                row(
                    own_text,
                    ["市财政局"],
                    [],
                    duties=[duty("2026年9月底前公开专项规划。", due=mine_due), duty("做好解读。")],
                )
            ]
        ),
    )
    return (
        own,
        Duty.objects.get(measure__notice=own, text__contains="9月"),
        Duty.objects.get(measure__notice=upper),
    )


def test_adopting_deadline_without_words_notes_that_words_are_unchanged(
    town: City, limited: tuple[Notice, Duty, Duty]
) -> None:
    own, mine, theirs = limited
    for _ in range(2):
        adopt_deadline(Notice.objects.get(pk=own.pk), by=town.chief, duty=mine.pk, theirs=theirs)
        mine.refresh_from_db()
        assert (mine.due["date"], mine.due["printed"]) == ("2026-06-30", "2026年9月底前")
    assert mine.text == "2026年9月底前公开专项规划。"
    line = align_notices(own, theirs.measure.notice).lines[0]
    assert line.overridden_deadlines == ("时限按“2026年6月底前”，举措文字仍为“2026年9月底前”，以时限为准",)


def test_adopting_deadline_with_words_changes_duty_and_measure(town: City, limited: tuple[Notice, Duty, Duty]) -> None:
    own, mine, theirs = limited
    adopt_deadline(own, by=town.chief, duty=mine.pk, theirs=theirs, words="2026年6月底前公开专项规划。")
    mine.refresh_from_db()
    assert (mine.due["date"], mine.text) == ("2026-06-30", "2026年6月底前公开专项规划。")
    assert mine.measure.text == "1．2026年6月底前公开专项规划。\n2．做好解读。"
    assert not align_notices(own, theirs.measure.notice).lines[0].overridden_deadlines


def test_adopting_deadline_refuses_words_missing_from_measure(town: City, limited: tuple[Notice, Duty, Duty]) -> None:
    own, mine, theirs = limited
    Measure.objects.filter(pk=mine.measure_id).update(text="另有其文。")
    with pytest.raises(Refused, match="找不到这一项的原文"):
        adopt_deadline(own, by=town.chief, duty=mine.pk, theirs=theirs, words="2026年6月底前公开。")
    mine.refresh_from_db()
    assert mine.due["date"] == "2026-09-30"


def test_last_years_notice_of_higher_authority_is_not_own_predecessor(town: City) -> None:
    upper = draft(
        town,
        parsed(
            title="云川省要点分工",
            issuer="云川省人民政府办公厅",
            issued_on=f"{YEAR - 1}-11-20",
            doc_number="云川府办〔1〕9号",
        ),
    )
    Notice.objects.filter(pk=upper.pk).update(year=YEAR - 1, issuer=None)
    own = draft(town, parsed(title="云岭市要点分工", doc_number="云府办〔2〕9号"))
    assert {one.pk: why for one, why in list_notices_to_compare(own, town.chief)}[upper.pk] == "上级或者其他机关的通知"
    assert align_notices(own, Notice.objects.get(pk=upper.pk)).mode == "parent"
    Notice.objects.filter(pk=own.pk).update(parent=upper)
    assert list_notices_to_compare(Notice.objects.get(pk=own.pk), town.chief)[0][1] == "上级通知"


def test_looser_deadline_needs_reason_before_confirmation(town: City) -> None:
    upper = live(
        town,
        parsed(rows=[row("公开规划。", ["市财政局"], [], duties=[duty("公开规划。", due=by_date(f"{YEAR}-06-30"))])]),
    )
    rows = [row("公开规划。", ["市财政局"], [], duties=[duty("公开规划。", due=by_date(f"{YEAR}-09-30"))])]
    own = draft(town, parsed(rows=rows, title="云岭市规划公开任务分工"))
    Notice.objects.filter(pk=own.pk).update(parent=upper)
    own.refresh_from_db()
    (line,) = align_notices(own, upper).lines
    assert (line.strictness, line.needs_reason) == ("looser", True)
    assert any("第1行的时限比上级通知宽" in reason for reason in list_reasons_against_confirming(own))
    assert line.upper
    assert line.own
    keep_own_version(own, by=town.chief, other=upper, own=line.own.pk, upper=line.upper.pk, reason="上级已同意")
    assert not any("比上级通知宽" in reason for reason in list_reasons_against_confirming(own))


def test_printed_number_links_measures_with_different_words(town: City) -> None:
    texts = ["公开专项规划。", "公开财政预决算。", "公开校园安全信息。"]
    upper = live(town, parsed(rows=[row(text, ["市财政局"], []) for text in texts]))
    said = ["第3项", "第1项、第2项", "—"]
    rows = [
        row(f"做好第{n}类工作。", ["市教育局"], []) | {"extras": {"对应市任务": cell}} for n, cell in enumerate(said)
    ]
    own = draft(town, parsed(rows=rows, title="云岭市教育公开任务分工"))
    lines = align_notices(own, upper).lines
    pairs = {(line.upper.number if line.upper else 0, line.own.number if line.own else 0) for line in lines}
    assert pairs == {(3, 1), (1, 2), (2, 2), (0, 3)}


# The comparison page: marks, corrections, adopted deadlines, spreadsheet


def test_alignment_page_uses_constant_number_of_queries(town: City, chief: Client) -> None:
    rows = [row(f"公开第{n}类规划信息和计划。", ["市财政局"], ["市教育局"]) for n in range(45)]
    upper = draft(town, parsed(title="云川省任务分工", doc_number="1号", rows=rows))
    own = draft(town, parsed(rows=rows, doc_number="本1号"))
    with CaptureQueriesContext(connection) as captured:
        assert chief.get(reverse("notices_alignment", args=[own.pk]), {"with": upper.pk}).status_code == 200
    assert len(captured) <= 43, "fewer than rows, and some that fill the caches of the process"


def test_too_many_measures_show_message_instead_of_comparison(
    pair: tuple[Notice, Notice], chief: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    upper, own = pair
    monkeypatch.setattr("gongkai.lib.matching.alignment.MAX_MEASURES", 1)
    page = chief.get(reverse("notices_alignment", args=[own.pk]), {"with": upper.pk})
    assert "举措过多" in page.content.decode()
    export = chief.get(reverse("notices_alignment_export", args=[own.pk]), {"with": upper.pk})
    assert export.status_code == 302


def test_alignment_page_offers_and_stores_words_of_deadline(pair: tuple[Notice, Notice], chief: Client) -> None:
    upper, own = pair
    mine = Duty.objects.get(measure__notice=own, text__startswith="每年举办2次")
    theirs = Duty.objects.get(measure__notice=upper, text__startswith="每年举办4次")
    page = chief.get(reverse("notices_alignment", args=[own.pk])).content.decode()
    assert f"{YEAR}-11-30每年举办2次发布会，回应关切。" in page  # the own limit is not printed: in front
    facts = {"with": upper.pk, "duty": mine.pk, "from": theirs.pk, "do": "limit_words"}
    address = reverse("notices_alignment_correct", args=[own.pk])
    assert "请填写改写后的要求" in chief.post(address, facts, follow=True).content.decode()
    chief.post(address, facts | {"words": "11月底前举办2次发布会。"})
    mine.refresh_from_db()
    assert (mine.text, mine.measure.text) == ("11月底前举办2次发布会。", "11月底前举办2次发布会。")
    assert mine.due["date"] == f"{YEAR}-11-30"


def test_pairs_are_corrected_by_numbers_shown_on_page(pair: tuple[Notice, Notice], chief: Client) -> None:
    upper, own = pair
    third = own.measures.all()[2]
    address = reverse("notices_alignment_correct", args=[own.pk])
    facts = {"with": upper.pk, "own": third.pk, "show": "added", "at": "4"}
    answer = chief.post(address, facts | {"do": "link", "numbers": "1、2"})
    assert answer["Location"] == f"/admin/notices/{own.pk}/alignment/?with={upper.pk}&show=added#line4"
    assert set(Pairing.objects.values_list("upper", flat=True)) == set(upper.measures.values_list("pk", flat=True)[:2])
    chief.post(address, facts | {"do": "link", "numbers": "99"})
    assert Pairing.objects.count() == 2
    chief.post(address, facts | {"do": "ours"})
    assert Pairing.objects.get().upper is None
    chief.post(address, facts | {"do": "forget"})
    chief.post(address, {"with": upper.pk, "do": "dropped", "upper": upper.measures.all()[1].pk, "words": "省级事项"})
    assert Pairing.objects.get().words == "省级事项"
    chief.post(address, {"with": upper.pk, "do": "link", "upper": upper.measures.all()[1].pk, "own_number": "3"})
    assert Measure.objects.get(pk=third.pk).parent == upper.measures.all()[1]


def test_spreadsheet_contains_every_line(pair: tuple[Notice, Notice], chief: Client) -> None:
    upper, own = pair
    answer = chief.get(reverse("notices_alignment_export", args=[own.pk]), {"with": upper.pk})
    sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    rows = [[str(cell or "") for cell in line] for line in sheet.iter_rows(values_only=True)]
    assert [line[0] for line in rows if line[0] in {"照原文下达", "未下达", "有改动", "本级增加"}] == [
        "照原文下达",
        "未下达",
        "有改动",
        "本级增加",
    ]
    assert any("【删：4】【增：2】" in cell for line in rows for cell in line)
