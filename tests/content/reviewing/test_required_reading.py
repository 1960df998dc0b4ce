"""A signature needs every part of the text to have been shown, and a complete secrecy-review sheet."""

import io
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from docx import Document as Word
from openpyxl import Workbook
from wagtail.models import Revision

from factories.checks import pdf_with
from factories.pages import said
from factories.publishing import item, nothing_is_public, read_whole, sign, sign_all, submitted, with_sheet
from factories.units import actor, signed_in
from gongkai.content.checks.models import MaskedCopy
from gongkai.content.editions import frozen
from gongkai.content.editions.models import Column, Edition
from gongkai.content.publishing import actions
from gongkai.content.publishing.freezing import freeze
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing import required_reading
from gongkai.content.reviewing.actions.reviews import count_longest_list
from gongkai.content.reviewing.models import Review, SecrecySheet, Shown, Signature
from gongkai.content.reviewing.models.reviews import (
    CLOSED,
    OPEN,
    PART,
    SECRECY_QUESTIONS,
    find_sheet_errors,
    plain_answers,
)
from gongkai.content.reviewing.required_reading import RequiredPart
from gongkai.content.reviewing.verify import verify_reviews
from gongkai.core.acts.action import Refused
from gongkai.core.signin.models import Operation, OperationKind
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body, Role

A, B = "a" * 64, "b" * 64
PARTS = [
    (RequiredPart("text", A), [("text", A)], True),
    (RequiredPart("text", A), [("text", B)], False),
    (RequiredPart("text", A), [("changes", A)], False),
    (RequiredPart("file", A), [("file", A)], True),
    (RequiredPart("file", A, pages=2), [("p1", A), ("p2", A)], True),
    (RequiredPart("file", A, pages=2), [("p1", A)], False),
    (RequiredPart("file", A, pages=2), [("file", A)], True),
    (RequiredPart("masked", A, original=B), [("file", A)], False),
    (RequiredPart("masked", A, original=B), [("masked", A)], True),
    (RequiredPart("masked", A, pages=1, original=B), [("masked", A), ("file", A), ("p1", A)], False),
    (RequiredPart("masked", A, pages=1, original=B), [("p1", A), ("p1", B)], True),
]


@pytest.mark.parametrize(("part", "shown", "whole"), PARTS)
def test_what_counts_as_seen(part: RequiredPart, shown: list[tuple[str, str]], whole: bool) -> None:
    assert part.was_shown(set(shown)) is whole


def word(text: str) -> bytes:
    document = Word()
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.fixture
def review(db: None, housing: Body, plans: Column) -> Review:
    """A text with a Word file and a PDF of two pages, and a masked copy of another one."""
    original = frozen.store_publishable_file(word("联系人张三，电话13812345678。"), "名单.docx")
    masked = frozen.store_publishable_file(word("联系人张*，电话138****5678。"), "名单.docx")
    listed = [
        ("通知.docx", frozen.store_publishable_file(word("附件的文字"), "通知.docx")),
        ("图纸.pdf", frozen.store_publishable_file(pdf_with("第一页", "第二页"), "图纸.pdf")),
        ("名单.docx", masked),
    ]
    page = item(housing, [plans], title="有附件的通知", attachments=listed)
    MaskedCopy.objects.create(
        source=page.stream,
        original=original,
        masked=masked,
        name="名单.docx",
        count=2,
        by="起草人",
        taken_at="2026-11-20T00:00Z",
    )
    return submitted(page)


def test_each_part_is_shown_before_the_signature(review: Review, housing: Body) -> None:
    """As the attacker did: sign from the queue, open nothing; then open one after the other."""
    client = signed_in(Role.REVIEWER, housing)
    by = get_actor(_user(client))
    address = reverse("reviewing:approve", args=(review.pk,))
    sheet = SecrecySheet.objects.get().digest

    def press() -> str:
        return said(client.post(address, {"version": review.version, "confirm": sheet}, follow=True))

    assert "您还没有看过正文" in press()
    shown = said(client.get(reverse("reviewing:review", args=(review.pk,))))
    assert "没有看" in shown
    assert "附件“通知.docx”" in shown
    left = {part.name: part for part in required_reading.list_unseen_parts(review, _marks(review, by))}
    assert set(left) == {"通知.docx", "图纸.pdf", "名单.docx"}, "the page showed the text, no attachment"
    look = {name: reverse("reviewing:review_look", args=(review.pk, left[name].digest)) for name in left}
    assert "附件的文字" in said(client.get(look["通知.docx"], {"part": ""}))
    compared = said(client.get(look["名单.docx"], {"part": ""}))
    assert "13812345678" in compared.replace("<del>", "").replace("</del>", ""), "beside its original"
    viewed = Operation.objects.get(kind=OperationKind.VIEWED)
    assert (viewed.person_id, look["名单.docx"] in viewed.words) == (by.person_id, True), "which the auditor reads"
    assert "第2页" in said(client.get(look["图纸.pdf"], {"part": ""}))
    assert "您还没有看过附件“图纸.pdf”" in press()
    page = [reverse("reviewing:review_page", args=(review.pk, left["图纸.pdf"].digest, "file", n)) for n in (1, 2)]
    assert client.get(page[0])["Content-Type"] == "image/png"
    client.head(page[1])
    assert "您还没有看过附件“图纸.pdf”" in press(), "one page of two; a HEAD shows nothing"
    client.get(page[1])
    assert "您还没有看过附件“通知.docx”" in press(), "a page of ours is not the Word file: it is opened itself"
    for name in ("通知.docx", "名单.docx"):
        client.get(reverse("reviewing:review_file", args=(review.pk, left[name].digest)))
    assert "签字前请看完" not in said(client.get(reverse("reviewing:review_seen", args=(review.pk,))))
    press()
    signature = Signature.objects.get()
    assert {tuple(one) for one in signature.seen} == {
        (part.kind, part.digest) for part in required_reading.list_required_parts(review)
    }
    assert signature.sheet_digest == sheet
    assert verify_reviews().ok


def test_what_no_machine_reads_is_looked_through_by_a_second_person(db: None, housing: Body, plans: Column) -> None:
    kept = frozen.store_publishable_file(b"PK\x03\x04 one", "打包.zip")
    review = submitted(item(housing, [plans], attachments=[("打包.zip", kept)]))
    client = signed_in(Role.REVIEWER, housing)
    client.get(reverse("reviewing:review_file", args=(review.pk, kept.pk)))
    assert "机器不能检查" in said(client.get(reverse("reviewing:review", args=(review.pk,))))
    asked = {"version": review.version, "confirm": SecrecySheet.objects.get().digest}
    address = reverse("reviewing:approve", args=(review.pk,))
    assert "打开看过或者听过后勾选" in said(client.post(address, asked, follow=True))
    assert not Signature.objects.exists()
    client.post(address, {**asked, "vouched": kept.pk})
    assert ["vouched", kept.pk] in Signature.objects.get().seen


def _user(client: Any) -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model().objects.get(pk=client.session["_auth_user_id"])


def _marks(review: Review, by: Actor) -> set[tuple[str, str]]:
    return required_reading.load_shown_marks([review.pk], by.person_id).get(review.pk, set())


def test_what_others_saw_or_another_version_is_not_seen(review: Review, housing: Body) -> None:
    first, second = actor(Role.REVIEWER, housing), actor(Role.SIGNER, housing)
    sheet = read_whole(review, first)
    with pytest.raises(Refused, match="您还没有看过正文"):
        actions.approve(review, by=second, sheet=sheet)
    with pytest.raises(Refused, match="逐项核对保密审查表"):
        actions.approve(review, by=first, sheet="")
    with pytest.raises(Refused, match="您还没有看过"):
        actions.order_urgent(review, by=actor(Role.LEAD, housing), reason="险情公告", sheet=sheet)
    fresh = with_sheet(review)  # a second sheet: what was confirmed is no longer the one that counts
    with pytest.raises(Refused, match="逐项核对保密审查表"):
        sign(fresh, by=first, sheet=sheet)


def test_what_was_shown_is_kept_for_good_and_for_running_reviews_only(review: Review, housing: Body) -> None:
    by = actor(Role.REVIEWER, housing)
    sign(review, by=by)
    for attack in (
        lambda: Shown.objects.all().delete(),
        lambda: Shown.objects.update(person_id=1),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attack()
    review.refresh_from_db()
    actions.return_review(review, by=by, words="收回")
    with pytest.raises(DatabaseError), transaction.atomic():
        Shown.objects.create(review_id=review.pk, person_id=by.person_id, part="text", digest=A)


def test_a_shorter_list_behind_the_log_opens_nothing(review: Review, housing: Body) -> None:
    """At the shell: nothing left that must be seen. The last stage publishes nothing, for the log has the list."""
    Review.objects.filter(pk=review.pk).update(parts=[])
    with pytest.raises(Refused, match="与流水不符"):
        sign_all(review)
    assert nothing_is_public()


class TestBehindASignature:
    """What a text shows, changed between two stages: the next stage refuses, and nothing goes out."""

    def test_a_linked_document_or_a_picture_exchanged(self, review: Review, housing: Body) -> None:
        sign_all(review, upto=1)
        revision = Revision.objects.get(pk=review.revision_id)
        other = frozen.store_publishable_file(b"other words", "x.txt")
        for change in (
            {"attachments": [{**revision.content["attachments"][0], "stored": other.pk}]},
            {"imported_html": f'<p>换图</p><img src="gongkai-file:{other.pk}">'},
        ):
            Revision.objects.filter(pk=revision.pk).update(content={**revision.content, **change})
            with pytest.raises(Refused, match="文字有改动"):
                sign_all(review)
        assert nothing_is_public()


NONE = plain_answers()


class TestFaults:
    """Pure."""

    @pytest.mark.parametrize("question", [q.name for q in SECRECY_QUESTIONS])
    def test_every_question_is_answered(self, question: str) -> None:
        assert "请回答" in find_sheet_errors({**NONE, question: ""}, OPEN, "", "", bulk=False)[0]

    def test_a_bulk_list_answers_for_aggregation(self) -> None:
        assert "数据汇聚" in find_sheet_errors(NONE, OPEN, "", "", bulk=True)[0]
        assert not find_sheet_errors({**NONE, "aggregation": "no"}, OPEN, "", "", bulk=True)
        assert not find_sheet_errors(NONE, OPEN, "", "", bulk=False)

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
        page, clerk = item(housing, [plans]), actor(Role.CLERK, housing)
        review = actions.submit(page, by=clerk)
        with pytest.raises(Refused, match="保密审查表"):
            sign_all(review, upto=0)
        assert not Edition.objects.exists()
        actions.recall(with_sheet(review), by=clerk)
        again = actions.submit(page, by=clerk)
        with pytest.raises(Refused, match="保密审查表"):
            sign_all(again)

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
        sheet = SecrecySheet.objects.get()
        sign_all(review)
        kept = [row for row in Edition.objects.get().approvals if row["kind"] == "secrecy"]
        assert [(row["sheet"], row["conclusion"], row["sheet_digest"]) for row in kept] == [
            (sheet.pk, "open", sheet.digest)
        ]


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
        stored = frozen.store_publishable_file(held.getvalue(), "名单.xlsx")
        assert rows_of(item(housing, [plans], attachments=[("名单.xlsx", stored)])) == 70

    def test_names_one_after_the_other(self, housing: Body, plans: Column) -> None:
        names = "、".join(f"王{second}{third}" for second in "一二三四五六七" for third in "甲乙丙丁戊己庚辛")
        assert rows_of(item(housing, [plans], body=f"<p>拟录用人员：{names}。</p>")) >= 55

    def test_a_damaged_spreadsheet_counts_as_long(self, housing: Body, plans: Column) -> None:
        stored = frozen.store_publishable_file(b"PK\x03\x04 no spreadsheet", "名单.xlsx")
        assert rows_of(item(housing, [plans], attachments=[("名单.xlsx", stored)])) > 1000
