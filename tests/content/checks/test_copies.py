"""Masked copies of attachments: compared, then put in place; visitors never reach the original."""

from typing import Any

import pytest
from django.test import Client

from factories.checks import ID_NUMBER, check_report, docx_with, pdf_with, stored_attachment, unreadable, xlsx_with
from factories.publishing import erased, item, released, signed
from gongkai.content.checks import masked_copies
from gongkai.content.checks.models import MaskedCopy, Waiver
from gongkai.content.editions.models import Column
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing import actions
from gongkai.content.publishing.freezing import freeze
from gongkai.content.publishing.models import ItemPage
from gongkai.content.publishing.panels import checks_context
from gongkai.core.acts.action import Conflict, Refused
from gongkai.core.files.models import StoredFile
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body

pytestmark = pytest.mark.django_db

ROWS = [["姓名", "身份证号", "金额"], ["李秀英", ID_NUMBER, "300"]]
FILES = {
    "docx": lambda: docx_with("救助名单", ROWS),
    "xlsx": lambda: xlsx_with(ROWS),
    "pdf": lambda: pdf_with(f"申请人李秀英，身份证号{ID_NUMBER}。"),
    "txt": f"申请人李秀英，身份证号{ID_NUMBER}。".encode,
    "csv": lambda: "\n".join(",".join(row) for row in ROWS).encode(),
}


def prepare_and_use_copy(page: ItemPage, by: Actor) -> MaskedCopy:
    (file,) = check_report(page).files
    copy: MaskedCopy = actions.prepare_copy(page, by=by, digest=file.digest)
    actions.use_masked_copy(page, by=by, digest=file.digest)
    return copy


#: Formats with their own reader and writer; `make test-all` masks the others in `privacy/files`.
MASKED_SUFFIXES = ("docx", "pdf")


@pytest.mark.parametrize("suffix", MASKED_SUFFIXES)
def test_masked_copy_replaces_attachment_and_has_no_masked_words(
    suffix: str, housing: Body, plans: Column, clerk: Actor
) -> None:
    page = item(housing, [plans], attachments=[stored_attachment(FILES[suffix](), f"名单.{suffix}")])
    copy = prepare_and_use_copy(page, clerk)
    (file,) = check_report(page).files
    assert file.name == f"名单.{suffix}"
    assert file.digest == copy.masked_id
    assert copy.count >= 2
    actions.submit(ItemPage.objects.get(pk=page.pk), by=clerk)
    data = copy.masked.read()
    assert ID_NUMBER.encode() not in data
    assert "李秀英".encode() not in data
    if suffix == "pdf":  # compared by its pages
        assert masked_copies.count_pdf_pages(copy.masked) == 1
        assert masked_copies.draw_pdf_page(copy.masked, 1)[:4] == b"\x89PNG"
        assert masked_copies.draw_pdf_page(copy.masked, 1) != masked_copies.draw_pdf_page(copy.original, 1)
        with pytest.raises(Refused, match="没有这一页"):
            masked_copies.draw_pdf_page(copy.masked, 2)


def test_prepared_copy_is_compared_with_original_before_use(housing: Body, plans: Column, clerk: Actor) -> None:
    page = item(housing, [plans], attachments=[stored_attachment(FILES["docx"](), "名单.docx")])
    (file,) = check_report(page).files
    copy = actions.prepare_copy(page, by=clerk, digest=file.digest)
    lines = masked_copies.compare_copy(copy.original, copy.masked, "docx")
    removed = "".join(p.text for line in lines if line for p in line.pieces if p.change == "removed")
    assert "秀英" in removed
    assert "19900101" in removed
    assert check_report(page).file(file.digest).copy == copy, "prepared is not taken"


def test_copy_of_unmaskable_or_clean_file_is_refused(housing: Body, plans: Column, clerk: Actor) -> None:
    names = ("扫描.png", "旧.doc", "包.zip", "坏.docx")
    files = [
        *(stored_attachment(unreadable(name), name) for name in names),
        stored_attachment("没有什么".encode(), "说明.txt"),
    ]
    page = item(housing, [plans], attachments=files)
    for file in check_report(page).files:
        with pytest.raises(Refused, match="不能由机器遮盖" if file.name in names else "没有查到"):
            actions.prepare_copy(page, by=clerk, digest=file.digest)


def test_kept_findings_stay_readable_and_decided_in_the_copy(housing: Body, plans: Column, clerk: Actor) -> None:
    page = item(housing, [plans], attachments=[stored_attachment(FILES["docx"](), "拟录用名单.docx")])
    (file,) = check_report(page).files
    actions.keep_finding(page, by=clerk, ground="recruitment", whole=2 * [(file.digest, "person")])
    copy = prepare_and_use_copy(page, clerk)
    from gongkai.content.checks.text_extraction import read_file_words

    text = read_file_words(copy.masked, "docx")[0]
    assert "李秀英" in text
    assert ID_NUMBER not in text
    assert not check_report(page).open
    assert Waiver.objects.filter(source=page.stream).count() == 2, "one for the original, one for the copy"
    actions.submit(ItemPage.objects.get(pk=page.pk), by=clerk)


def test_copy_of_a_replaced_file_is_refused(housing: Body, plans: Column, clerk: Actor) -> None:
    page = item(housing, [plans], attachments=[stored_attachment(FILES["txt"](), "名单.txt")])
    (file,) = check_report(page).files
    actions.prepare_copy(page, by=clerk, digest=file.digest)
    actions.save_revision(page, by=clerk, attachments=[stored_attachment(b"another", "名单.txt")])
    with pytest.raises(Conflict):
        actions.use_masked_copy(page, by=clerk, digest=file.digest)


def list_visitor_addresses(document: Any, original: StoredFile, digest: str) -> dict[str, str]:
    """List the addresses at which a visitor may try to read a published item and its files."""
    path = document.addresses.get(current=True).path
    number = document.item_number
    files = {
        f"file of edition {edition}: {mark[:6]}": f"/files/{document.pk}/{edition}/{mark}"
        for edition in (1, 2)
        for mark in (original.pk, digest)
    }
    return files | {
        "page": path,
        "older edition": f"{path}?version=1",
        "as of a day": f"{path}?on=2026-11-20",
        "search by name": "/search/?q=李秀英",
        "search by number": f"/search/?q={ID_NUMBER}",
        "search by title": "/search/?q=老旧小区",
        "feed": "/feed/",
        "column feed": f"/columns/{document.placements.first().column_id}/feed/",
        "column": f"/columns/{document.placements.first().column_id}/",
        "front": "/",
        "sitemap": "/sitemap.xml",
        "sitemap part": "/sitemap-0.xml",
        "unit": f"/units/{document.body_id}/",
        "media": f"/media/{original.place}",
        "static": f"/static/{original.place}",
        "stored place": f"/{original.place}",
        "office: item": f"/admin/publishing/items/{number}/",
        "office: preview": f"/admin/publishing/items/{number}/preview/",
        "office: draft": f"/admin/pages/{number}/view_draft/",
        "office: file": f"/admin/publishing/items/{number}/files/{original.pk}",
        "office: masking": f"/admin/publishing/items/{number}/mask/{original.pk}/",
        "office: page picture": f"/admin/publishing/items/{number}/mask/{original.pk}/original/1.png",
        "api": "/api/v1/documents/",
        "api: by words": "/api/v1/documents/?q=李秀英",
        "api: document": f"/api/v1/documents/{document.pk}/",
        "api: articles": f"/api/v1/documents/{document.pk}/articles/",
        "api: search": "/api/v1/search/?q=老旧小区",
        "code": f"/qr/{document.pk}.svg",
        "suggestions": "/search/suggest/?q=李秀",
        "unit feed": f"/units/{document.body_id}/feed/",
        "policies": "/policies/",
        "two versions": f"{path}?compare=1",
    }


def test_visitor_reaches_original_at_no_address(housing: Body, plans: Column, clerk: Actor) -> None:
    from gongkai.ui.portal import tree

    tree.reload_next_time()
    page = item(housing, [plans], attachments=[stored_attachment(FILES["docx"](), "名单.docx")])
    copy = prepare_and_use_copy(page, clerk)
    page = ItemPage.objects.get(pk=page.pk)
    released(page)
    document = ensure_document(page)
    served = 0
    original = copy.original.read()
    for name, address in list_visitor_addresses(document, copy.original, copy.masked_id).items():
        answer = Client().get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        echoed = name in (
            "search by name",
            "search by number",
            "api: by words",
        )  # a search page repeats what was asked for, and nothing else
        assert body != original, name
        if not echoed:
            for words in (ID_NUMBER, "李秀英"):
                assert words.encode() not in body, name
        if answer.status_code == 200:
            served += 1
        if original and copy.original_id in address:
            assert answer.status_code in (302, 404), name
    assert served >= 10, "the channels were not reached at all"


def test_erasure_removes_original_and_masked_copy(housing: Body, plans: Column, clerk: Actor) -> None:
    from factories.units import actor
    from gongkai.content.checks.models import CheckResult
    from gongkai.content.editions.models import Edition
    from gongkai.core.units.models import Role

    page = item(housing, [plans], attachments=[stored_attachment(FILES["txt"](), "名单.txt")])
    copy = prepare_and_use_copy(page, clerk)
    page = ItemPage.objects.get(pk=page.pk)
    signed(page)
    chief = actor(Role.CHIEF, housing.parent)
    actions.withdraw(ensure_document(page), by=chief, reason="依法删除")
    edition = Edition.objects.filter(document=ensure_document(page), number=1).get()
    erased(edition, chief, "个人信息保护法第四十七条")
    gone = {copy.original_id, copy.masked_id}
    assert not StoredFile.objects.filter(pk__in=gone).exists()
    assert not CheckResult.objects.filter(digest__in=gone).exists()


def make_item_with_kept_pdf(
    housing: Body, plans: Column, clerk: Actor, drawn: bool = True
) -> tuple[ItemPage, str, str]:
    """Make an item whose PDF has a kept ID number and a telephone number.

    Without drawn text the masked copy consists of pictures alone.
    """
    content = pdf_with(f"身份证号{ID_NUMBER}", "电话13812345678", drawn=drawn)
    page = item(housing, [plans], attachments=[stored_attachment(content, "a.pdf")])
    (file,) = check_report(page).files
    (mark,) = [one.fingerprint for one in file.remarks if one.kind == "id_number"]
    actions.keep_finding(page, by=clerk, ground="other", words="测试用的依据", fingerprints=[mark])
    return page, file.digest, mark


def test_copy_is_refused_after_its_keep_decision_is_withdrawn(housing: Body, plans: Column, clerk: Actor) -> None:
    page, digest, mark = make_item_with_kept_pdf(housing, plans, clerk)
    actions.prepare_copy(page, by=clerk, digest=digest)
    actions.unkeep_finding(page, by=clerk, fingerprint=mark)
    with pytest.raises(Conflict, match="保留的决定有变化"):
        actions.use_masked_copy(page, by=clerk, digest=digest)
    assert actions.prepare_copy(page, by=clerk, digest=digest).spared == []
    actions.use_masked_copy(page, by=clerk, digest=digest)
    actions.submit(ItemPage.objects.get(pk=page.pk), by=clerk)


def test_pdf_masked_as_pictures_blocks_after_keep_decision_is_withdrawn(
    housing: Body, plans: Column, clerk: Actor
) -> None:
    page, digest, mark = make_item_with_kept_pdf(housing, plans, clerk, drawn=False)
    spared = actions.prepare_copy(page, by=clerk, digest=digest).spared
    actions.use_masked_copy(page, by=clerk, digest=digest)
    assert not check_report(page).files[0].must_look
    fresh = ItemPage.objects.get(pk=page.pk)
    shown = checks_context(fresh, clerk, freeze(fresh, fresh.get_latest_revision()))
    assert shown is not None
    assert [row.kind for row, _ in shown["kept"]] == ["id_number"], "signers see what it still shows"
    MaskedCopy.objects.update(spared=None)
    assert check_report(page).files[0].must_look, "nobody knows what it shows"
    MaskedCopy.objects.update(spared=spared)
    actions.unkeep_finding(page, by=clerk, fingerprint=mark)
    assert check_report(page).files[0].must_look
    with pytest.raises(Refused, match="决定已不在"):
        actions.submit(ItemPage.objects.get(pk=page.pk), by=clerk)


def test_masked_pdf_with_text_is_checked_like_any_file(housing: Body, plans: Column, clerk: Actor) -> None:
    page, digest, _ = make_item_with_kept_pdf(housing, plans, clerk)
    actions.prepare_copy(page, by=clerk, digest=digest)
    actions.use_masked_copy(page, by=clerk, digest=digest)
    (file,) = check_report(page).files
    assert not file.must_look
    assert not file.undecided
    (still,) = [one for one in file.remarks if one.words == ID_NUMBER]
    actions.unkeep_finding(page, by=clerk, fingerprint=still.fingerprint)
    with pytest.raises(Refused, match="个人信息没有处理"):
        actions.submit(ItemPage.objects.get(pk=page.pk), by=clerk)


def test_copy_masks_words_of_which_only_one_occurrence_was_kept(housing: Body, plans: Column, clerk: Actor) -> None:
    lines = f"身份证号{ID_NUMBER}。\n另一处身份证号{ID_NUMBER}。"
    page = item(housing, [plans], attachments=[stored_attachment(lines.encode(), "a.txt")])
    (file,) = check_report(page).files
    actions.keep_finding(
        page, by=clerk, ground="other", words="测试用的依据", fingerprints=[file.remarks[0].fingerprint]
    )
    copy = actions.prepare_copy(page, by=clerk, digest=file.digest)
    assert ID_NUMBER.encode() not in copy.masked.read()
