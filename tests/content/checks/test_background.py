"""What stands in an attachment behind or beside its words: comments hold it back, embedded files wait for a person, pictures are pointed out."""

import io
import zipfile

import pytest
from docx import Document as Word
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook
from PIL import Image

from factories.checks import ID_NUMBER, docx_with, kept, report
from factories.publishing import item
from factories.units import signed_in
from gongkai.content.checks.embedded_content import EmbeddedContent, count_embedded
from gongkai.content.editions.models import Column
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


def commented() -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active["A1"] = "没有什么"
    book.active["A1"].comment = Comment(f"本人身份证号{ID_NUMBER}", "经办")
    book.save(out)
    return out.getvalue()


def embedding() -> bytes:
    out = io.BytesIO(docx_with("没有什么。"))
    with zipfile.ZipFile(out, "a") as bundle:
        bundle.writestr("word/embeddings/Microsoft_Excel_Sheet1.xlsx", b"PK")
    return out.getvalue()


def pictured() -> bytes:
    picture, out = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(picture, "PNG")
    document = Word()
    document.add_paragraph("没有什么。")
    document.add_picture(picture)
    document.save(out)
    return out.getvalue()


def test_a_comment_holds_it_back_and_the_masked_copy_has_none(housing: Body, plans: Column, clerk: Actor) -> None:
    page = item(housing, [plans], attachments=[kept(commented(), "表.xlsx")])
    (file,) = report(page).files
    (found,) = file.remarks
    assert found.place == "附件“表.xlsx”的隐藏内容（批注、修订、属性等）"
    with pytest.raises(Refused, match="个人信息没有处理（身份证件号码1处）"):
        actions.submit(page, by=clerk)
    copy = actions.prepare_copy(page, by=clerk, digest=file.digest)
    actions.use_masked_copy(page, by=clerk, digest=file.digest)
    data = copy.masked.read()
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        assert not any(ID_NUMBER.encode() in bundle.read(name) for name in bundle.namelist())
    actions.submit(ItemPage.objects.get(pk=page.pk), by=clerk)


def test_an_embedded_file_waits_for_somebody_who_looked(housing: Body, plans: Column, clerk: Actor) -> None:
    page = item(housing, [plans], attachments=[kept(embedding(), "方案.docx")])
    with pytest.raises(Refused, match="没有检查（其中嵌有1个其他文件）"):
        actions.submit(page, by=clerk)
    actions.vouch_for_file(
        page, by=clerk, digest=report(page).files[0].digest, words="打开看过，是预算表，没有个人信息"
    )
    actions.submit(page, by=clerk)


def test_pictures_inside_are_pointed_out(housing: Body, plans: Column, clerk: Actor) -> None:
    page = item(housing, [plans], attachments=[kept(pictured(), "方案.docx")])
    shown = signed_in(Role.CLERK, housing).get(f"/admin/publishing/items/{page.pk}/").content.decode()
    assert "其中有1幅图片，机器没有检查" in shown
    actions.submit(page, by=clerk)


@pytest.mark.parametrize("part", ["word/afchunk1.docx", "word/oleObject1.bin", "customXml/note.rtf"])
def test_what_is_no_words_and_no_picture_is_embedded_wherever_it_lies(part: str) -> None:
    out = io.BytesIO(docx_with("没有什么。"))
    with zipfile.ZipFile(out, "a") as bundle:
        bundle.writestr(part, b"PK\x03\x04" if part.endswith("docx") else b"{\\rtf1 \xd0\xcf")
    assert count_embedded(out.getvalue(), "docx") == EmbeddedContent(files=1)


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("docProps/thumbnail.jpeg", b"\xff\xd8\xff"),
        ("word/fonts/font1.odttf", b"\x01\x02"),
        ("word/printerSettings/printerSettings1.bin", b"H\0P\0"),
        ("_xmlsignatures/origin.sigs", b""),
        ("word/people.xml", b"<people/>"),
    ],
)
def test_what_office_programs_put_in_holds_nothing_back(part: str, content: bytes) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        bundle.writestr(part, content)
    assert count_embedded(out.getvalue(), "docx") == EmbeddedContent()


def test_a_web_page_within_a_file_holds_it_back(housing: Body, plans: Column, clerk: Actor) -> None:
    out = io.BytesIO(docx_with("没有什么。"))
    with zipfile.ZipFile(out, "a") as bundle:
        bundle.writestr("word/afchunk1.htm", f"<html><body>身份证号{ID_NUMBER}</body></html>")
    page = item(housing, [plans], attachments=[kept(out.getvalue(), "名单.docx")])
    with pytest.raises(Refused, match="个人信息没有处理（身份证件号码1处）"):
        actions.submit(page, by=clerk)
