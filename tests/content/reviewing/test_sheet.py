"""The secrecy-review sheet: what it must answer, who fills it in, and that nothing goes out without it."""

import io

import pytest
from openpyxl import Workbook

from factories.publishing import item, sign_all, submitted
from factories.units import actor
from gongkai.content.editions import frozen
from gongkai.content.editions.models import Column, Edition
from gongkai.content.publishing import actions
from gongkai.content.publishing.freezing import freeze
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.actions.reviews import count_longest_list
from gongkai.content.reviewing.models import SecrecySheet
from gongkai.content.reviewing.models.reviews import (
    CLOSED,
    OPEN,
    PART,
    SECRECY_QUESTIONS,
    find_sheet_errors,
    plain_answers,
)
from gongkai.core.acts.action import Refused
from gongkai.core.units.models import Body, Role

NONE = plain_answers()


class TestFaults:
    """Pure."""

    def test_nothing_found_is_complete(self) -> None:
        assert not find_sheet_errors(NONE, OPEN, "", "", bulk=False)

    @pytest.mark.parametrize("question", [q.name for q in SECRECY_QUESTIONS])
    def test_every_question_is_answered(self, question: str) -> None:
        assert "请回答" in find_sheet_errors({**NONE, question: ""}, OPEN, "", "", bulk=False)[0]

    def test_a_bulk_list_answers_for_aggregation(self) -> None:
        assert "数据汇聚" in find_sheet_errors(NONE, OPEN, "", "", bulk=True)[0]
        assert not find_sheet_errors({**NONE, "aggregation": "no"}, OPEN, "", "", bulk=True)

    @pytest.mark.parametrize("question", ["state", "work", "sensitive", "safety"])
    def test_what_is_found_does_not_go_out_whole(self, question: str) -> None:
        assert "不能全部公开" in "".join(find_sheet_errors({**NONE, question: "yes"}, OPEN, "已处理", "", bulk=False))
        assert not find_sheet_errors({**NONE, question: "yes"}, PART, "已删去第三段", "", bulk=False)

    @pytest.mark.parametrize("question", ["trade", "personal"])
    def test_third_parties_may_consent_but_it_is_said(self, question: str) -> None:
        """条例第十五条."""
        assert "第十五条" in "".join(find_sheet_errors({**NONE, question: "yes"}, OPEN, "", "", bulk=False))
        assert not find_sheet_errors({**NONE, question: "yes"}, OPEN, "权利人书面同意", "", bulk=False)

    def test_unsure_names_who_was_asked(self) -> None:
        """条例第十七条."""
        assert "第十七条" in "".join(find_sheet_errors({**NONE, "state": "unsure"}, OPEN, "", "", bulk=False))
        assert not find_sheet_errors({**NONE, "state": "unsure"}, OPEN, "", "市保密局答复不涉密", bulk=False)

    def test_partly_or_not_at_all_needs_words(self) -> None:
        assert find_sheet_errors(NONE, CLOSED, "", "", bulk=False)
        assert find_sheet_errors(NONE, "whatever", "", "", bulk=False)


@pytest.mark.django_db
class TestFilling:
    def test_without_it_nobody_signs(self, housing: Body, plans: Column) -> None:
        review = actions.submit(item(housing, [plans]), by=actor(Role.CLERK, housing))
        with pytest.raises(Refused, match="保密审查表"):
            sign_all(review, upto=0)
        assert not Edition.objects.exists()

    def test_authors_and_strangers_do_not_fill_it_in(self, housing: Body, plans: Column) -> None:
        lead = actor(Role.LEAD, housing)
        review = actions.submit(item(housing, [plans], by=lead), by=lead)
        with pytest.raises(Refused, match="起草人以外"):
            actions.fill_sheet(review, by=lead, answers=NONE)
        with pytest.raises(Refused, match="审签人"):
            actions.fill_sheet(review, by=actor(Role.CLERK, housing), answers=NONE)

    def test_what_is_not_to_be_disclosed_is_not_signed(self, housing: Body, plans: Column) -> None:
        review = submitted(item(housing, [plans]))
        by = actor(Role.SIGNER, housing)
        actions.fill_sheet(review, by=by, answers={**NONE, "state": "yes"}, conclusion=CLOSED, words="涉密")
        with pytest.raises(Refused, match="不予公开"):
            sign_all(review)

    def test_nobody_changes_it_under_signatures(self, housing: Body, plans: Column) -> None:
        """As it was done: two had signed under one sheet, the third filled in another and published alone on it; or the first changed his own."""
        review = submitted(item(housing, [plans]))
        sign_all(review, upto=1)
        review.refresh_from_db()
        for by in (actor(Role.LEAD, housing), actor(Role.REVIEWER, housing)):
            with pytest.raises(Refused, match="不能改填"):
                actions.fill_sheet(review, by=by, answers={**NONE, "state": "unsure"}, consulted="口头同意")
        assert SecrecySheet.objects.count() == 1

    def test_it_is_kept_with_the_edition(self, housing: Body, plans: Column) -> None:
        sign_all(submitted(item(housing, [plans])))
        kept = [row for row in Edition.objects.get().approvals if row["kind"] == "secrecy"]
        sheet = SecrecySheet.objects.get()
        assert [(row["sheet"], row["conclusion"], row["sheet_digest"]) for row in kept] == [
            (sheet.pk, "open", sheet.digest)
        ]

    def test_a_new_submission_needs_a_new_sheet(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        review = submitted(page)
        actions.recall(review, by=actor(Role.CLERK, housing))
        again = actions.submit(page, by=actor(Role.CLERK, housing))
        with pytest.raises(Refused, match="保密审查表"):
            sign_all(again)


def rows_of(page: ItemPage) -> int:
    return count_longest_list(freeze(page, page.get_latest_revision()))


@pytest.mark.django_db
class TestBulkLists:
    def test_rows_of_a_table_in_the_text(self, housing: Body, plans: Column) -> None:
        table = "<table>" + "<tr><td>某</td></tr>" * 60 + "</table>"
        page = item(housing, [plans], imported_html=table)
        assert rows_of(page) == 60
        review = submitted(page)
        assert review.rows == 60
        with pytest.raises(Refused, match="数据汇聚"):
            actions.fill_sheet(review, by=actor(Role.SIGNER, housing), answers=NONE)

    def test_rows_of_a_spreadsheet(self, housing: Body, plans: Column) -> None:
        book = Workbook()
        for number in range(70):
            book.active.append([number, "名称"])
        held = io.BytesIO()
        book.save(held)
        stored = frozen.store(held.getvalue(), "名单.xlsx")
        assert rows_of(item(housing, [plans], attachments=[("名单.xlsx", stored)])) == 70

    def test_names_one_after_the_other(self, housing: Body, plans: Column) -> None:
        names = "、".join(f"王{second}{third}" for second in "一二三四五六七" for third in "甲乙丙丁戊己庚辛")
        assert rows_of(item(housing, [plans], body=f"<p>拟录用人员：{names}。</p>")) >= 55

    def test_a_damaged_spreadsheet_counts_as_long(self, housing: Body, plans: Column) -> None:
        stored = frozen.store(b"PK\x03\x04 no spreadsheet", "名单.xlsx")
        assert rows_of(item(housing, [plans], attachments=[("名单.xlsx", stored)])) > 1000
