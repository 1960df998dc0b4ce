"""All text a migration publishes is searched for personal data; unreadable files need confirmation."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document as Word
from openpyxl import load_workbook
from openpyxl.drawing.image import Image as SheetImage
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from factories.checks import docx_with, pdf_with, xlsx_with
from factories.migration import PNG, approve_and_process, read_run, row, sheet, view_row, zipped
from gongkai.content.checks.embedded_content import describe_embedded
from gongkai.content.editions.models import Column, Document, EditionContent, Website
from gongkai.content.migration import actions, personal_data
from gongkai.content.migration.models import MoveRow, RowState
from gongkai.content.migration.queries import count_by_state
from gongkai.content.migration.run_steps import work_on_run
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body

pytestmark = pytest.mark.django_db


NUMBER = "42010619900101001X"
PERSONAL_TEXT = f"申请人刘志强，身份证号{NUMBER}，电话13812345678。"
FIELDS = {
    "summary": {"summary": PERSONAL_TEXT},
    "keywords": {"keywords": PERSONAL_TEXT},
    "source": {"source": PERSONAL_TEXT},
    "issuer": {"issuer": PERSONAL_TEXT},
    "link title": {"text": f"<p>见<a href='http://a.cn/' title='{PERSONAL_TEXT}'>附表</a></p>"},
    "telephone link": {"text": "<p>见<a href='tel:13812345678'>联系人</a></p>"},
    "query": {"text": f"<p>见<a href='http://a.cn/?id={NUMBER}'>附表</a></p>"},
}


@pytest.fixture(autouse=True)
def _site(site: Website, plans: Column, housing: Body) -> None:
    """Use the site, its open column and the unit in every test."""


def make_docx_with_data_in_header() -> bytes:
    from docx import Document as Word

    word = Word(io.BytesIO(docx_with("年度计划。")))
    word.sections[0].header.paragraphs[0].text = PERSONAL_TEXT
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def make_xlsx_with_data_on_second_sheet(state: str) -> bytes:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(xlsx_with([["项目", "金额"]])))
    second = book.create_sheet("名单")
    second.append([PERSONAL_TEXT])
    second.sheet_state = state
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


FILES = {
    "header.docx": make_docx_with_data_in_header,
    "second.xlsx": lambda: make_xlsx_with_data_on_second_sheet("visible"),
    "hidden.xlsx": lambda: make_xlsx_with_data_on_second_sheet("hidden"),
    "packed.zip": lambda: zipped({"a.txt": PERSONAL_TEXT.encode()}),
    "long.txt": ("平安无事。\n" * 9_000 + PERSONAL_TEXT).encode,
    "pages.pdf": lambda: pdf_with(*["计划"] * 41, f"身份证号{NUMBER}"),
}


def test_personal_data_in_every_text_field_is_found_and_masked(site: Website, chief: Actor) -> None:
    rows = [row(number, **facts) for number, facts in enumerate(FIELDS.values(), 1)]
    run = approve_and_process(read_run(site, chief, sheet=sheet(*rows, row(20))), chief)
    assert count_by_state(run) == {"held": len(FIELDS), "moved": 1}
    for held in run.rows.filter(state=RowState.HELD):
        actions.decide_row(held, by=chief, how="mask")
    assert count_by_state(work_on_run(run)) == {"moved": len(FIELDS) + 1}
    for content in EditionContent.objects.all():
        assert not any(word in content.html + str(content.facts) for word in (NUMBER, "13812345678"))


def test_files_are_searched_completely(site: Website, chief: Actor, tmp_path: Path) -> None:
    for name, make in FILES.items():
        (tmp_path / name).write_bytes(make())
    rows = [row(number, files=[name]) for number, name in enumerate(FILES, 1)]
    run = read_run(site, chief, sheet=sheet(*rows), bundle=tmp_path)
    assert count_by_state(run) == {"held": len(FILES)}
    for found, name in zip(run.rows.order_by("number"), FILES, strict=True):
        assert "身份证件号码" in {one["kind"] for one in found.findings}, name


def test_csv_is_masked_cell_by_cell() -> None:
    table = f"姓名,身份证号码,金额\r\n刘志强,{NUMBER},300\r\n".encode("gb18030")
    masked = personal_data.mask_file(table, "csv")
    assert masked.decode("utf-8-sig").splitlines()[0] == "姓名,身份证号码,金额"
    assert masked.decode("utf-8-sig").splitlines()[1].endswith(",300")
    assert not personal_data.list_findings_in_text("附件", personal_data.read_migrated_file_text(masked, "csv")[0])
    assert NUMBER.encode() not in masked


def test_text_too_long_to_search_needs_manual_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personal_data, "MAX_SEARCHED_CHARACTERS", 10)
    assert [one["kind"] for one in personal_data.list_findings_in_text("正文", "平安无事。" * 3)] == [
        personal_data.MANUAL_CHECK_KIND
    ]
    assert (
        personal_data.find_personal_data_in_row("题", "<p>" + "平安无事。" * 3 + "</p>", {}, [])[0]["kind"]
        == personal_data.MANUAL_CHECK_KIND
    )


def test_name_found_in_the_text_is_masked_in_every_field() -> None:
    facts: dict[str, Any] = {"summary": "刘志强申请住房补贴", "formed_on": "2018-05-02"}
    title, masked = personal_data.mask_fields("关于刘志强的答复", f"<p>{PERSONAL_TEXT}</p>", facts)
    assert "刘志强" not in title + masked["summary"]
    assert masked["formed_on"] == "2018-05-02"


def test_incomplete_masking_is_refused(site: Website, chief: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    run = approve_and_process(read_run(site, chief, sheet=sheet(row(1, summary=PERSONAL_TEXT), row(2))), chief)
    monkeypatch.setattr(personal_data, "mask_fields", lambda title, html, facts: (title, facts))
    with pytest.raises(Refused, match="没有遮盖干净"):
        actions.decide_row(run.rows.get(state=RowState.HELD), by=chief, how="mask")
    assert Document.objects.count() == 1


def test_label_masks_personal_data_in_a_file_name() -> None:
    found = personal_data.OldFile("李强身份证110101199003070134", "png", b"", picture=True)
    assert "110101199003070134" not in found.label
    assert found.label.startswith("图片“")


def make_scan(side: int = 300) -> io.BytesIO:
    """Make a scanned image with text that the software cannot read."""
    drawn = Image.new("RGB", (side, side), "white")
    ImageDraw.Draw(drawn).text((4, 4), "42010619900101001X", fill="black")
    out = io.BytesIO()
    drawn.save(out, "PNG")
    out.seek(0)
    return out


def make_docx_with_picture(side: int = 300, *, header: bool = False) -> bytes:
    word = Word(io.BytesIO(docx_with("年度计划。")))
    (word.sections[0].header.paragraphs[0] if header else word.paragraphs[0]).add_run().add_picture(make_scan(side))
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def make_xlsx_with_picture() -> bytes:
    book = load_workbook(io.BytesIO(xlsx_with([["项目", "金额"]])))
    book.active.add_image(SheetImage(make_scan()), "B2")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def make_docx_with_embedded_sheet() -> bytes:
    out = io.BytesIO(docx_with("年度计划。"))
    with zipfile.ZipFile(out, "a") as bundle:
        bundle.writestr("word/embeddings/Microsoft_Excel_Sheet1.xlsx", xlsx_with([["名单"]]))
    return out.getvalue()


def make_pdf_with_picture() -> bytes:
    out = io.BytesIO()
    page = canvas.Canvas(out)
    page.drawString(60, 760, "plan")
    page.drawImage(ImageReader(make_scan()), 60, 300)
    page.showPage()
    page.save()
    return out.getvalue()


HELD = {
    "text.docx": (make_docx_with_picture, "1幅图片"),
    "header.docx": (lambda: make_docx_with_picture(header=True), "1幅图片"),
    "embedded.docx": (make_docx_with_embedded_sheet, "嵌有1个其他文件"),
    "sheet.xlsx": (make_xlsx_with_picture, "1幅图片"),
    "scan.pdf": (make_pdf_with_picture, "1幅图片"),
}
PASSED = {
    "bare.docx": lambda: docx_with("年度计划。"),
    "bullet.docx": lambda: make_docx_with_picture(24),
    "bare.xlsx": lambda: xlsx_with([["项目"]]),
    "bare.pdf": lambda: pdf_with("年度计划"),
}


@pytest.mark.parametrize("name", HELD)
def test_pictures_and_files_inside_a_file_are_described(name: str) -> None:
    make, why = HELD[name]
    data = make()
    text, embedded = personal_data.read_migrated_file_text(data, name.rsplit(".", 1)[1])
    (said,) = describe_embedded(embedded)
    assert text.strip()
    assert why in said


@pytest.mark.parametrize("name", PASSED)
def test_file_with_text_only_has_no_embedded_content(name: str) -> None:
    assert describe_embedded(personal_data.read_migrated_file_text(PASSED[name](), name.rsplit(".", 1)[1])[1]) == []


UNREAD = {
    "scan.png": (lambda: PNG, "图片"),
    "a.rar": (lambda: b"Rar!\x1a\x07\x00" + b"x" * 60, "RAR压缩包"),
    "old.doc": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "已损坏"),
    "broken.pdf": (lambda: b"%PDF-1.4 x", "PDF"),
    "text.docx": (make_docx_with_picture, "1幅图片"),
}


def test_rows_with_unreadable_files_need_confirmation(site: Website, chief: Actor, tmp_path: Path) -> None:
    for name, (make, _) in UNREAD.items():
        (tmp_path / name).write_bytes(make())
    rows = [row(number, files=[name]) for number, name in enumerate(UNREAD, 1)]
    run = approve_and_process(read_run(site, chief, sheet=sheet(*rows, row(20)), bundle=tmp_path), chief)
    assert count_by_state(run) == {"held": len(UNREAD), "moved": 1}
    for held, (name, (_, why)) in zip(
        run.rows.filter(state=RowState.HELD).order_by("number"), UNREAD.items(), strict=True
    ):
        assert held.findings[0]["kind"] == personal_data.MANUAL_CHECK_KIND
        assert why in held.findings[0]["why"]
        for how in ("mask", "keep"):
            with pytest.raises(Refused, match=f"还没有人查看：附件“{name}”"):
                actions.decide_row(MoveRow.objects.get(pk=held.pk), by=chief, how=how, ground="已查看")
        seen = MoveRow.objects.get(pk=held.pk)
        actions.decide_row(seen, by=chief, how="keep", looked=view_row(seen, chief))
    assert count_by_state(work_on_run(run)) == {"moved": len(UNREAD) + 1}
