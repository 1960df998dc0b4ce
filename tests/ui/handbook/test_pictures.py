"""The handbook's pictures: each is there, stands on a page that names what is marked, and all are small; how they are drawn and printed."""

import re
from io import BytesIO

from docx import Document

from gongkai.ui.handbook.contents import load_pages, page_source
from gongkai.ui.handbook.markup import RenderOptions, render_tokens
from gongkai.ui.handbook.pictures import PICTURES_FOLDER, load_pictures, size_of_png
from gongkai.ui.handbook.views import handbook_docx

MOST = 4_000_000
_USED = re.compile(r"!\[([^\]]*)\]\(pictures/([a-z-]+)\.png\)")


def used() -> list[tuple[str, str, str]]:
    """Return page, words and name of each picture in the pages."""
    return [(page, alt, name) for page in load_pages() for alt, name in _USED.findall(page_source(page))]


def test_each_picture_stands_on_a_page_and_each_file_is_one() -> None:
    assert sorted(name for _, _, name in used()) == sorted(load_pictures())
    files = {picture.file(phone=phone) for picture in load_pictures().values() for phone in (False, True)}
    assert set(PICTURES_FOLDER.iterdir()) == files
    assert sum(file.stat().st_size for file in files) <= MOST


def test_what_is_marked_is_named_on_the_page_and_the_picture_is_said_in_words() -> None:
    for page, alt, name in used():
        assert 8 <= len(alt) <= 60, name
        beside = page_source(page).replace(f"![{alt}]", "")
        for mark in load_pictures()[name].marks:
            assert mark in beside, f"{page}: {name} marks {mark}"


def test_a_picture_is_a_figure_for_desk_and_phone_and_stands_in_no_paragraph() -> None:
    html = render_tokens(load_pages()["start"].tokens, RenderOptions(lambda page, anchor: "#"))
    assert html.count("<figure") == html.count("<source media=") == 4
    assert "<p><figure" not in html
    assert "<br" not in html
    width, height = size_of_png(load_pictures()["today"].file())
    assert f'width="{width}" height="{height}" alt="「今天要办」' in html
    assert "<figcaption>① 提交</figcaption>" in html


def test_paper_has_every_picture_with_its_words() -> None:
    document = Document(BytesIO(handbook_docx()))
    said = {shape._inline.docPr.get("descr") for shape in document.inline_shapes}
    assert said == {alt for _, alt, _ in used()}
