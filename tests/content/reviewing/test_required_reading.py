"""A signature requires that every part of the text was shown, and a completed secrecy-review sheet."""

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

DIGEST_A, DIGEST_B = "a" * 64, "b" * 64
PARTS = [
    (RequiredPart("text", DIGEST_A), [("text", DIGEST_A)], True),
    (RequiredPart("text", DIGEST_A), [("text", DIGEST_B)], False),
    (RequiredPart("text", DIGEST_A), [("changes", DIGEST_A)], False),
    (RequiredPart("file", DIGEST_A), [("file", DIGEST_A)], True),
    (RequiredPart("file", DIGEST_A, pages=2), [("p1", DIGEST_A), ("p2", DIGEST_A)], True),
    (RequiredPart("file", DIGEST_A, pages=2), [("p1", DIGEST_A)], False),
    (RequiredPart("file", DIGEST_A, pages=2), [("file", DIGEST_A)], True),
    (RequiredPart("masked", DIGEST_A, original=DIGEST_B), [("file", DIGEST_A)], False),
    (RequiredPart("masked", DIGEST_A, original=DIGEST_B), [("masked", DIGEST_A)], True),
    (
        RequiredPart("masked", DIGEST_A, pages=1, original=DIGEST_B),
        [("masked", DIGEST_A), ("file", DIGEST_A), ("p1", DIGEST_A)],
        False,
    ),
    (RequiredPart("masked", DIGEST_A, pages=1, original=DIGEST_B), [("p1", DIGEST_A), ("p1", DIGEST_B)], True),
]


@pytest.mark.parametrize(("part", "shown", "whole"), PARTS)
def test_was_shown(part: RequiredPart, shown: list[tuple[str, str]], whole: bool) -> None:
    assert part.was_shown(set(shown)) is whole


def make_docx(text: str) -> bytes:
    document = Word()
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.fixture
def review(db: None, housing: Body, plans: Column) -> Review:
    """A submitted text with a Word file, a two-page PDF, and a masked copy of another file."""
    original = frozen.store_publishable_file(make_docx("联系人张三，电话13812345678。"), "名单.docx")
    masked = frozen.store_publishable_file(make_docx("联系人张*，电话138****5678。"), "名单.docx")
    listed = [
        ("通知.docx", frozen.store_publishable_file(make_docx("附件的文字"), "通知.docx")),
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


def test_signature_needs_every_part_to_be_shown(review: Review, housing: Body) -> None:
    """Found by an attacker: signing from the queue without opening anything."""
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


def test_unreadable_file_needs_confirmation_by_a_signer(db: None, housing: Body, plans: Column) -> None:
    kept = frozen.store_publishable_file(b"PK\x03\x04 one", "打包.zip")
    review = submitted(item(housing, [plans], attachments=[("打包.zip", kept)]))
    client = signed_in(Role.REVIEWER, housing)
    client.get(reverse("reviewing:review_file", args=(review.pk, kept.pk)))
    assert "机器不能检查" in said(client.get(reverse("reviewing:review", args=(review.pk,))))
    asked = {"version": review.version, "confirm": SecrecySheet.objects.get().digest}
    address = reverse("reviewing:approve", args=(review.pk,))
    assert "），打开看过或者听过后勾选" in said(client.post(address, asked, follow=True))
    assert not Signature.objects.exists()
    client.post(address, {**asked, "vouched": kept.pk})
    assert ["vouched", kept.pk] in Signature.objects.get().seen


def _user(client: Any) -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model().objects.get(pk=client.session["_auth_user_id"])


def _marks(review: Review, by: Actor) -> set[tuple[str, str]]:
    return required_reading.load_shown_marks([review.pk], by.person_id).get(review.pk, set())


def test_parts_shown_to_others_or_of_another_version_do_not_count(review: Review, housing: Body) -> None:
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


def test_shown_rows_are_immutable_and_only_for_running_reviews(review: Review, housing: Body) -> None:
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
        Shown.objects.create(review_id=review.pk, person_id=by.person_id, part="text", digest=DIGEST_A)


def test_shortened_list_of_parts_does_not_allow_publication(review: Review, housing: Body) -> None:
    """The list was emptied by SQL; the last stage compares it with the log."""
    Review.objects.filter(pk=review.pk).update(parts=[])
    with pytest.raises(Refused, match="与流水不符"):
        sign_all(review)
    assert nothing_is_public()


class TestChangeBetweenStages:
    """Content changed between two stages: the next stage refuses, and nothing is published."""

    def test_exchanged_attachment_or_picture_is_refused(self, review: Review, housing: Body) -> None:
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
    """Without a database."""

    @pytest.mark.parametrize("question", [q.name for q in SECRECY_QUESTIONS])
    def test_every_question_is_answered(self, question: str) -> None:
        assert "请回答" in find_sheet_errors({**NONE, question: ""}, OPEN, "", "", bulk=False)[0]

    def test_bulk_list_needs_an_answer_on_aggregation(self) -> None:
        assert "数据汇聚" in find_sheet_errors(NONE, OPEN, "", "", bulk=True)[0]
        assert not find_sheet_errors({**NONE, "aggregation": "no"}, OPEN, "", "", bulk=True)
        assert not find_sheet_errors(NONE, OPEN, "", "", bulk=False)

    @pytest.mark.parametrize("question", ["state", "work", "sensitive", "safety"])
    def test_item_with_a_finding_is_not_disclosed_completely(self, question: str) -> None:
        assert "不能全部公开" in "".join(find_sheet_errors({**NONE, question: "yes"}, OPEN, "已处理", "", bulk=False))
        assert not find_sheet_errors({**NONE, question: "yes"}, PART, "已删去第三段", "", bulk=False)

    @pytest.mark.parametrize("question", ["trade", "personal"])
    def test_third_party_content_needs_a_note_on_consent(self, question: str) -> None:
        """条例第十五条."""
        assert "第十五条" in "".join(find_sheet_errors({**NONE, question: "yes"}, OPEN, "", "", bulk=False))
        assert not find_sheet_errors({**NONE, question: "yes"}, OPEN, "权利人书面同意", "", bulk=False)

    def test_unsure_answer_needs_the_consulted_authority(self) -> None:
        """条例第十七条."""
        assert "第十七条" in "".join(find_sheet_errors({**NONE, "state": "unsure"}, OPEN, "", "", bulk=False))
        assert not find_sheet_errors({**NONE, "state": "unsure"}, OPEN, "", "市保密局答复不涉密", bulk=False)

    def test_partial_or_no_disclosure_needs_a_note(self) -> None:
        assert find_sheet_errors(NONE, CLOSED, "", "", bulk=False)
        assert find_sheet_errors(NONE, "whatever", "", "", bulk=False)


@pytest.mark.django_db
class TestFilling:
    def test_signature_needs_the_sheet(self, housing: Body, plans: Column) -> None:
        page, clerk = item(housing, [plans]), actor(Role.CLERK, housing)
        review = actions.submit(page, by=clerk)
        with pytest.raises(Refused, match="保密审查表"):
            sign_all(review, upto=0)
        assert not Edition.objects.exists()
        actions.recall(with_sheet(review), by=clerk)
        again = actions.submit(page, by=clerk)
        with pytest.raises(Refused, match="保密审查表"):
            sign_all(again)

    def test_authors_and_other_users_cannot_fill_the_sheet(self, housing: Body, plans: Column) -> None:
        lead = actor(Role.LEAD, housing)
        review = actions.submit(item(housing, [plans], by=lead), by=lead)
        with pytest.raises(Refused, match="起草人以外"):
            actions.fill_sheet(review, by=lead, answers=NONE)
        with pytest.raises(Refused, match="审签人"):
            actions.fill_sheet(review, by=actor(Role.CLERK, housing), answers=NONE)

    def test_item_not_to_be_disclosed_is_not_signed(self, housing: Body, plans: Column) -> None:
        review = submitted(item(housing, [plans]))
        by = actor(Role.SIGNER, housing)
        actions.fill_sheet(review, by=by, answers={**NONE, "state": "yes"}, conclusion=CLOSED, words="涉密")
        with pytest.raises(Refused, match="不予公开"):
            sign_all(review)

    def test_sheet_cannot_change_after_a_signature(self, housing: Body, plans: Column) -> None:
        """Found by an attacker: the third signer replaced the sheet that two had signed."""
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


def count_rows(page: ItemPage) -> int:
    return count_longest_list(freeze(page, page.get_latest_revision()))


@pytest.mark.django_db
class TestBulkLists:
    def test_rows_of_a_table_are_counted(self, housing: Body, plans: Column) -> None:
        table = "<table>" + "<tr><td>某</td></tr>" * 60 + "</table>"
        page = item(housing, [plans], imported_html=table)
        assert count_rows(page) == 60
        review = submitted(page)
        assert review.rows == 60
        with pytest.raises(Refused, match="数据汇聚"):
            actions.fill_sheet(review, by=actor(Role.SIGNER, housing), answers=NONE)

    def test_rows_of_a_spreadsheet_are_counted(self, housing: Body, plans: Column) -> None:
        book = Workbook()
        for number in range(70):
            book.active.append([number, "名称"])
        held = io.BytesIO()
        book.save(held)
        stored = frozen.store_publishable_file(held.getvalue(), "名单.xlsx")
        assert count_rows(item(housing, [plans], attachments=[("名单.xlsx", stored)])) == 70

    def test_enumerated_names_are_counted(self, housing: Body, plans: Column) -> None:
        names = "、".join(f"王{second}{third}" for second in "一二三四五六七" for third in "甲乙丙丁戊己庚辛")
        assert count_rows(item(housing, [plans], body=f"<p>拟录用人员：{names}。</p>")) >= 55

    def test_a_damaged_spreadsheet_counts_as_long(self, housing: Body, plans: Column) -> None:
        stored = frozen.store_publishable_file(b"PK\x03\x04 no spreadsheet", "名单.xlsx")
        assert count_rows(item(housing, [plans], attachments=[("名单.xlsx", stored)])) > 1000
