"""Pictures and files inside attachments are held for a person's look, like those that stand alone; never passed in silence."""

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document as Word
from openpyxl import load_workbook
from openpyxl.drawing.image import Image as SheetImage
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from factories.checks import docx_with, pdf_with, xlsx_with
from factories.migration import looked_at, moved, row, run_of, sheet
from gongkai.content.editions.models import Column, Website
from gongkai.content.migration import actions, personal
from gongkai.content.migration.models import RowState
from gongkai.content.migration.personal import find_unread_content
from gongkai.content.migration.queries import count_by_state
from gongkai.content.migration.working import work_on_run
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body


def picture(side: int = 300) -> io.BytesIO:
    """A scan of something, with words that no machine reads."""
    drawn = Image.new("RGB", (side, side), "white")
    ImageDraw.Draw(drawn).text((4, 4), "42010619900101001X", fill="black")
    out = io.BytesIO()
    drawn.save(out, "PNG")
    out.seek(0)
    return out


def in_word(side: int = 300, *, header: bool = False) -> bytes:
    word = Word(io.BytesIO(docx_with("年度计划。")))
    (word.sections[0].header.paragraphs[0] if header else word.paragraphs[0]).add_run().add_picture(picture(side))
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def in_sheet() -> bytes:
    book = load_workbook(io.BytesIO(xlsx_with([["项目", "金额"]])))
    book.active.add_image(SheetImage(picture()), "B2")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def embedded() -> bytes:
    out = io.BytesIO(docx_with("年度计划。"))
    with zipfile.ZipFile(out, "a") as bundle:
        bundle.writestr("word/embeddings/Microsoft_Excel_Sheet1.xlsx", xlsx_with([["名单"]]))
    return out.getvalue()


def in_pdf() -> bytes:
    out = io.BytesIO()
    page = canvas.Canvas(out)
    page.drawString(60, 760, "plan")
    page.drawImage(ImageReader(picture()), 60, 300)
    page.showPage()
    page.save()
    return out.getvalue()


HELD = {
    "text.docx": (in_word, "1幅图片"),
    "header.docx": (lambda: in_word(header=True), "1幅图片"),
    "embedded.docx": (embedded, "嵌有1个其他文件"),
    "sheet.xlsx": (in_sheet, "1幅图片"),
    "scan.pdf": (in_pdf, "1幅图片"),
}
PASSED = {
    "bare.docx": lambda: docx_with("年度计划。"),
    "bullet.docx": lambda: in_word(24),
    "bare.xlsx": lambda: xlsx_with([["项目"]]),
    "bare.pdf": lambda: pdf_with("年度计划"),
}


@pytest.mark.parametrize("name", HELD)
def test_what_is_inside_a_file_is_told(name: str) -> None:
    make, why = HELD[name]
    data = make()
    assert personal.read_file_text(data, name.rsplit(".", 1)[1]).strip()
    (said,) = find_unread_content(data, name.rsplit(".", 1)[1])
    assert why in said


@pytest.mark.parametrize("name", PASSED)
def test_a_file_of_words_alone_is_not_held(name: str) -> None:
    assert find_unread_content(PASSED[name](), name.rsplit(".", 1)[1]) == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["text.docx", "scan.pdf"])
def test_such_a_row_waits_until_somebody_looked(
    name: str, site: Website, plans: Column, housing: Body, chief: Actor, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(HELD[name][0]())
    run = moved(run_of(site, chief, sheet=sheet(row(files=[name]), row(2)), bundle=tmp_path), chief)
    assert count_by_state(run) == {"held": 1, "moved": 1}
    held = run.rows.get(state=RowState.HELD)
    assert held.findings[0]["kind"] == personal.MANUAL_CHECK_KIND
    assert name in held.findings[0]["where"]
    with pytest.raises(Refused, match=f"还没有人查看：附件“{name}”"):
        actions.decide_row(held, by=chief, how="mask")
    held = run.rows.get(pk=held.pk)
    actions.decide_row(held, by=chief, how="keep", looked=looked_at(held, chief))
    assert count_by_state(work_on_run(run)) == {"moved": 2}
