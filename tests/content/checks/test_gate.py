"""Publication is blocked until each privacy finding of every part of an item is masked or kept (S-03)."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import RGBColor
from openpyxl import Workbook
from PIL import Image, ImageDraw

from factories.checks import (
    DIRTY,
    ID_NUMBER,
    check_report,
    docx_with,
    pdf_with,
    stored_attachment,
    unreadable,
    xlsx_with,
)
from factories.publishing import item, publish_on
from factories.units import actor
from gongkai.content.checks import check_runs, ruleset
from gongkai.content.checks.models import CheckResult, CheckState
from gongkai.content.checks.text_extraction import MASKABLE_SUFFIXES
from gongkai.content.editions.frozen import TYPES
from gongkai.content.editions.models import Column
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.action import Refused
from gongkai.core.acts.lock_sharing import discarded_transaction
from gongkai.core.files.models import StoredFile
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.lib.confined.template_process import ChildStopped, Overloaded
from gongkai.lib.privacy import Finding, PrivacyError, long_texts

pytestmark = pytest.mark.django_db

NAME_WITH_ID_NUMBER = f"刘志强{ID_NUMBER}"
PARTS: dict[str, dict[str, Any]] = {
    "text": {"body": DIRTY},
    "imported text": {"imported_html": DIRTY},
    "table": {"imported_html": f"<table><tr><th>姓名</th></tr><tr><td>{NAME_WITH_ID_NUMBER}</td></tr></table>"},
    "title": {"title": f"关于{NAME_WITH_ID_NUMBER}的答复"},
    "summary": {"summary": f"身份证号{ID_NUMBER}"},
    "keywords": {"keywords": f"救助 {ID_NUMBER}"},
    "source": {"source": "联系电话13812345678"},
    "reason of the attribute": {"attribute_reason": f"申请人身份证号{ID_NUMBER}"},
    "picture's words": {"imported_html": f'<p>见图</p><img src="gongkai-file:{"a" * 64}" alt="身份证{ID_NUMBER}">'},
    "address of a link": {"body": f'<p>见<a href="https://a.cn/?id={ID_NUMBER}">这里</a>。</p>'},
    "deep in the text": {"imported_html": f"<p>计划。</p>{'<ul><li>' * 1500}身份证号{ID_NUMBER}"},
    "link": {"body": '<p>请写信到<a href="mailto:liuzhiqiang88@qq.com">这里</a>。</p>'},
}
FILES = {
    "Word": ("名单.docx", lambda: docx_with("救助名单", [["姓名", "身份证号"], ["李秀英", ID_NUMBER]])),
    "Excel": ("名单.xlsx", lambda: xlsx_with([["姓名", "身份证号"], ["李秀英", ID_NUMBER]])),
    "PDF": ("名单.pdf", lambda: pdf_with("第一页没有什么", f"申请人李秀英，身份证号{ID_NUMBER}")),
    "text": ("名单.txt", f"李秀英，身份证号{ID_NUMBER}".encode),
    "table of text": ("名单.csv", f"姓名,身份证号\n李秀英,{ID_NUMBER}".encode),
    "name of a file": (f"李秀英{ID_NUMBER}.txt", "没有什么".encode),
}


def submission_refusal(page: ItemPage) -> str:
    with pytest.raises(Refused) as refused:
        actions.submit(page, by=actor(Role.CLERK, page.unit))
    return "；".join(refused.value.reasons)


def test_personal_data_in_any_part_of_an_item_blocks_publication(housing: Body, plans: Column) -> None:
    for part, fields in PARTS.items():
        assert "个人信息没有处理" in submission_refusal(item(housing, [plans], **fields)), part


def test_personal_data_in_any_kind_of_attachment_blocks_publication(housing: Body, plans: Column) -> None:
    for kind, (name, make) in FILES.items():
        page = item(housing, [plans], attachments=[stored_attachment(make(), name)])
        assert "个人信息没有处理" in submission_refusal(page), kind
        if kind == "PDF":
            assert {one.place for one in check_report(page).files[0].remarks} == {"附件“名单.pdf”第2页"}


def test_refusal_does_not_repeat_personal_data(housing: Body, plans: Column) -> None:
    page = item(housing, [plans], body=DIRTY, attachments=[stored_attachment(FILES["Word"][1](), "名单.docx")])
    words = submission_refusal(page)
    assert ID_NUMBER not in words
    assert "刘志强" not in words
    assert "李秀英" not in words


def test_finding_that_appears_after_signing_blocks_publication(
    housing: Body, plans: Column, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gongkai.content.checks import ruleset

    page = item(housing, [plans], body=DIRTY)
    kinds = [one.fingerprint for one in check_report(page).open]
    actions.keep_finding(page, by=clerk, ground="consent", words="同意书2026年11月1日，存档案室", fingerprints=kinds)
    review = actions.submit(page, by=clerk, visible_from=timezone.now() + timedelta(days=1))
    actions.unkeep_finding(page, by=clerk, fingerprint=kinds[0])
    monkeypatch.setattr(ruleset, "RULES_VERSION", ruleset.RULES_VERSION + 1)
    with pytest.raises(Refused, match="个人信息没有处理"):
        publish_on(page, review, by=clerk, revision=page.latest_revision_id)


def test_unreadable_attachment_types_need_confirmation(housing: Body, plans: Column) -> None:
    names = [f"附件.{suffix}" for suffix in sorted(set(TYPES) - MASKABLE_SUFFIXES)[::4]]
    words = submission_refusal(
        item(housing, [plans], attachments=[stored_attachment(unreadable(name), name) for name in names])
    )
    for name in names:
        assert f"附件“{name}”没有检查（" in words, name


def xlsx_with_hidden_column() -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active.append(["项目", "底价八十万"])
    book.active.column_dimensions["B"].hidden = True
    book.save(out)
    return out.getvalue()


def make_docx_with_run(runs: str) -> bytes:
    document, out = Document(), io.BytesIO()
    document.add_paragraph("招标公告")._p.append(parse_xml(f"<w:r {nsdecls('w')}>{runs}</w:r>"))
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("公告.docx", lambda: make_docx_with_run("<w:rPr><w:vanish/></w:rPr><w:t>底价八十万</w:t>")),
        (
            "公告.docx",
            lambda: make_docx_with_run('<w:del w:id="1"><w:r><w:delText>底价八十万</w:delText></w:r></w:del>'),
        ),
        ("表.xlsx", xlsx_with_hidden_column),
    ],
)
def test_hidden_text_of_files_needs_confirmation(
    name: str, data: Callable[[], bytes], housing: Body, plans: Column, clerk: Actor
) -> None:
    page = item(housing, [plans], attachments=[stored_attachment(data(), name)])
    assert re.search("“底价八十万”.*由人工查看后确认", submission_refusal(page))
    actions.vouch_for_file(page, by=clerk, digest=check_report(page).files[0].digest, words="看过，可以公开")
    actions.submit(page, by=clerk)


def test_wps_sheets_and_archives_are_searched(housing: Body, plans: Column) -> None:
    sheet, packed = xlsx_with([["姓名", "身份证号"], ["李秀英", ID_NUMBER]]), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("名单.xlsx", sheet)
    for name, data in (("名单.et", sheet), ("名单.zip", packed.getvalue())):
        page = item(housing, [plans], attachments=[stored_attachment(data, name)])
        assert "身份证件号码1处）：请遮盖后重新上传" in re.sub("、自然人姓名1处", "", submission_refusal(page))


def test_each_unreadable_file_needs_confirmation(housing: Body, plans: Column, clerk: Actor) -> None:
    names = ("扫描.png", "打包.rar", "旧文件.doc")
    page = item(housing, [plans], attachments=[stored_attachment(unreadable(name), name) for name in names])
    for file in check_report(page).files:
        words = submission_refusal(page)
        assert f"附件“{file.name}”没有检查" in words
        assert "另存为" in words, "what to do with an old one"
        with pytest.raises(Refused, match="请写明查看的情况"):
            actions.vouch_for_file(page, by=clerk, digest=file.digest, words=" ")
        actions.vouch_for_file(page, by=clerk, digest=file.digest, words="逐页看过，没有个人信息")
    actions.submit(page, by=clerk)


def draw_text(form: str, words: str) -> bytes:
    picture, buffer = Image.new("RGB", (800, 600), "white"), io.BytesIO()
    for at, char in enumerate(words.encode().hex()):
        ImageDraw.Draw(picture).text((20 + 30 * (at % 20), 20 + 60 * (at // 20)), char, fill="black", font_size=40)
    picture.save(buffer, form)
    return buffer.getvalue()


def test_scanned_pdf_does_not_pass_as_clean(housing: Body, plans: Column) -> None:
    page = item(housing, [plans], attachments=[stored_attachment(draw_text("PDF", "停车费每小时三元"), "扫描件.pdf")])
    assert "没有文字层" in submission_refusal(page)


def make_docx_with_invisible_text(words: str, *, white: bool = False) -> bytes:
    made, buffer = Document(), io.BytesIO()
    run = made.add_paragraph().add_run(words)
    if white:
        run.font.color.rgb = RGBColor(255, 255, 255)
    else:
        run.font.hidden = True
    made.save(buffer)
    return buffer.getvalue()


def make_docx_with_picture(picture: bytes) -> bytes:
    made, buffer = Document(), io.BytesIO()
    made.add_picture(io.BytesIO(picture))
    made.save(buffer)
    return buffer.getvalue()


def make_pdf_with_white_text() -> bytes:
    from reportlab.pdfgen import canvas

    buffer = io.BytesIO()
    sheet = canvas.Canvas(buffer)
    sheet.setFillColorRGB(1, 1, 1)
    sheet.drawString(100, 700, "unseen words")
    sheet.drawString(-500, -500, "words outside the page")
    sheet.save()
    return buffer.getvalue()


EMPTY_FILES = {
    "图解.png": lambda: draw_text("PNG", ""),
    "图解.pdf": lambda: draw_text("PDF", ""),
    "空格.txt": "\ufeff\u200b \n\u3000\u200d".encode,
    "空格.docx": lambda: docx_with(" \u200b。"),
    "空格.xlsx": lambda: xlsx_with([[" ", "\u200b"]]),
    "隐藏.docx": lambda: make_docx_with_invisible_text("看不见的字"),
    "白字.docx": lambda: make_docx_with_invisible_text("看不见的字", white=True),
    "白图.docx": lambda: make_docx_with_picture(draw_text("PNG", "")),
    "白字.pdf": make_pdf_with_white_text,
}


def test_empty_file_blocks_and_cannot_be_confirmed(housing: Body, plans: Column, clerk: Actor) -> None:
    files = [stored_attachment(make(), name) for name, make in EMPTY_FILES.items()]
    page = item(housing, [plans], attachments=files)
    for file in check_report(page).files:
        with pytest.raises(Refused, match="请换成有内容的文件"):
            actions.vouch_for_file(page, by=clerk, digest=file.digest, words="逐页看过，可以公开")
    words = submission_refusal(page)
    for name in EMPTY_FILES:
        assert f"附件“{name}”是空" in words, name


def test_file_of_one_word_is_not_empty(housing: Body, plans: Column) -> None:
    files = {
        "意见.docx": docx_with("同意"),
        "意见.pdf": pdf_with("同意"),
        "意见.xlsx": xlsx_with([["同意"]]),
        "图.docx": make_docx_with_picture(draw_text("PNG", "同意")),
    }
    page = item(housing, [plans], attachments=[stored_attachment(data, name) for name, data in files.items()])
    assert not [file.name for file in check_report(page).files if file.must_look]


def test_replaced_file_of_the_same_name_needs_new_confirmation(housing: Body, plans: Column, clerk: Actor) -> None:
    page = item(housing, [plans], attachments=[stored_attachment(b"PK\x03\x04 one", "打包.zip")])
    actions.vouch_for_file(page, by=clerk, digest=check_report(page).files[0].digest, words="逐个看过，没有问题")
    actions.save_revision(page, by=clerk, attachments=[stored_attachment(b"PK\x03\x04 two", "打包.zip")])
    assert "没有检查" in submission_refusal(page)


def test_large_file_is_checked_by_the_job_and_blocks_until_then(
    housing: Body, plans: Column, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_runs, "is_checked_at_once", lambda suffix, size: False)
    page = item(housing, [plans], attachments=[stored_attachment("没有什么".encode(), "大文件.txt")])
    assert check_report(page).waiting == ["大文件.txt"]
    assert "正在检查" in submission_refusal(page)
    assert check_runs.run_pending_checks() == {"checked": 1}
    assert check_runs.run_pending_checks() == {"checked": 0}
    actions.submit(page, by=clerk)


def test_small_docx_that_unpacks_to_much_is_checked_by_the_job(housing: Body, plans: Column) -> None:
    page = item(housing, [plans], attachments=[stored_attachment(docx_with("没有什么" * 150_000), "长文.docx")])
    assert check_report(page).waiting == ["长文.docx"]


def test_files_wait_for_the_job_after_the_time_limit(
    housing: Body, plans: Column, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_runs, "MAX_SECONDS_AT_ONCE", 0)
    page = item(housing, [plans], attachments=[stored_attachment("没有什么".encode(), "甲.txt")])
    assert check_report(page).waiting == ["甲.txt"]


def test_long_text_is_checked_by_the_job_and_blocks_until_then(
    housing: Body, plans: Column, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_runs, "MAX_TEXT_CHECKED_AT_ONCE_CHARACTERS", 10)
    page = item(housing, [plans], body=DIRTY)
    assert "正文正在检查" in submission_refusal(page)
    check_report(page)
    check_runs.run_pending_checks()
    assert "个人信息没有处理" in submission_refusal(page)


def test_server_proofreads_in_a_child_process_outside_transactions(
    housing: Body, plans: Column, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, read = item(housing, [plans], body=DIRTY), list[str]()

    def proofread(text: str, **_: object) -> list[Finding]:
        read.append(text)
        return []

    monkeypatch.setattr(ruleset, "_is_server_process", True)
    monkeypatch.setattr(long_texts, "proofread", proofread)
    with discarded_transaction():
        assert check_report(page).waiting == ["正文"], "a page that is only tried"
    with transaction.atomic():
        assert check_report(page).waiting == []
    assert read == []
    CheckResult.objects.all().delete()
    assert check_report(page).waiting == []
    assert len(read) == 1


@pytest.mark.parametrize(
    ("ended", "said"), [(Overloaded, "正文正在检查"), (ChildStopped, "正文没有检查：文字过长，或者作为附件发布")]
)
def test_text_whose_search_was_stopped_blocks_publication(
    ended: type[ChildStopped], said: str, housing: Body, plans: Column, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the machine was overloaded, the job searches again."""

    def search(*_: object) -> list[dict[str, object]]:
        raise PrivacyError("文字过长") from ended()

    page = item(housing, [plans], body=DIRTY)
    with monkeypatch.context() as patched:
        patched.setattr(check_runs, "find_text_problems", search)
        assert said in submission_refusal(page)
    check_runs.run_pending_checks()
    assert ("个人信息没有处理" in submission_refusal(page)) == (ended is Overloaded)


def test_waiting_check_of_obsolete_rules_is_dropped(housing: Body, plans: Column) -> None:
    CheckResult.objects.create(digest="0" * 64, rules="1" * 64, suffix="txt")
    assert check_runs.run_pending_checks() == {"checked": 0}
    assert not CheckResult.objects.filter(state=CheckState.WAITING).exists()


def test_check_results_contain_no_words_of_the_text(housing: Body, plans: Column) -> None:
    check_report(item(housing, [plans], body=DIRTY))
    kept_rows = str(list(CheckResult.objects.values_list("findings", "notes")))
    assert ID_NUMBER not in kept_rows
    assert "刘志强" not in kept_rows


def test_saved_draft_is_checked_after_commit(
    housing: Body,
    plans: Column,
    django_capture_on_commit_callbacks: Any,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> None:
    from gongkai.content.publishing import save_checks

    with django_capture_on_commit_callbacks(execute=True):
        item(housing, [plans], body=DIRTY)
    assert CheckResult.objects.filter(state=CheckState.DONE).count() == 1
    settings.GONGKAI_CHECK_BEHIND = True
    begun: list[bool] = []
    monkeypatch.setattr(save_checks, "start_background_checks", lambda: begun.append(True))
    monkeypatch.setattr(check_runs, "is_checked_at_once", lambda suffix, size: False)
    with django_capture_on_commit_callbacks(execute=True):
        item(housing, [plans], attachments=[stored_attachment("没有什么".encode(), "大文件.txt")])
    assert begun == [True]


def test_failing_check_does_not_break_the_save(
    housing: Body, plans: Column, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gongkai.content.publishing import save_checks

    def broken(number: int) -> None:
        raise RuntimeError(str(number))

    monkeypatch.setattr(save_checks, "check_draft", broken)
    with django_capture_on_commit_callbacks(execute=True):
        page = item(housing, [plans], body=DIRTY)
    assert "个人信息没有处理" in submission_refusal(page), "the gate checks for itself"


def check_sheet_bytes(page: ItemPage) -> bytes:
    from gongkai.content.checks.text_extraction import make_checked_text
    from gongkai.content.publishing.freezing import freeze

    frozen = freeze(page, page.get_latest_revision())
    return make_checked_text(frozen.title, frozen.html, frozen.facts, frozen.files).text.encode()


def make_unchecked_item(housing: Body, plans: Column) -> ItemPage:
    page = item(housing, [plans], body=DIRTY)
    CheckResult.objects.all().delete()
    return page


def test_result_of_a_file_is_not_used_for_a_text_with_the_same_bytes(housing: Body, plans: Column) -> None:
    page = make_unchecked_item(housing, plans)
    stored = stored_attachment(check_sheet_bytes(page), "c.txt")
    StoredFile.objects.filter(pk=stored[1].pk).update(type="application/zip")
    other = item(housing, [plans], title="另一条计划", attachments=[("c.zip", stored[1])])
    assert check_report(other).files[0].must_look
    assert "个人信息没有处理" in submission_refusal(page)


def test_result_of_a_text_is_not_used_for_a_file_with_the_same_bytes(housing: Body, plans: Column) -> None:
    page = item(housing, [plans], body=DIRTY)
    check_report(page)
    other = item(housing, [plans], title="另一条", attachments=[stored_attachment(check_sheet_bytes(page), "c.txt")])
    assert [one.words for one in check_report(other).files[0].remarks if one.kind == "id_number"] == [ID_NUMBER]


def test_same_bytes_with_another_suffix_are_checked_separately(housing: Body, plans: Column) -> None:
    _, stored = stored_attachment(FILES["text"][1](), "a.txt")
    page = item(housing, [plans], attachments=[("a.pdf", stored), ("a.txt", stored)])
    first, second = check_report(page).files
    assert first.must_look
    assert "内容与扩展名不符" in first.why_unread
    assert second.open_remarks
    assert "的扩展名与上传的文件不符" in submission_refusal(page)


def test_attachment_with_changed_suffix_is_refused(housing: Body, plans: Column) -> None:
    _, stored = stored_attachment(FILES["PDF"][1](), "名单.pdf")
    for name in ("名单.rar", "名单.text", "名单." + "长" * 30):
        assert "扩展名" in submission_refusal(item(housing, [plans], attachments=[(name, stored)]))
