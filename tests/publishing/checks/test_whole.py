"""What the office shows of an attachment counts as seen only where it is all that the file says: ways by which words went past all signers."""

import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation

from gongkai.publishing.checks.whole import sheets_shown, word_shown

HIDDEN = "每人发放补贴五万元"
_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
_RELATIONS = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"""


def word(folder: Path, body: str, **parts: str) -> Path:
    path = folder / "a.docx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _RELATIONS)
        package.writestr("word/document.xml", f"<w:document {_SPACES}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            package.writestr(f"word/{name}.xml", content)
    return path


def run(words: str, tag: str = "t") -> str:
    return f"<w:p><w:r><w:{tag}>{words}</w:{tag}></w:r></w:p>"


def test_an_honest_file_is_shown_whole(tmp_path: Path) -> None:
    """Fields of pages, styles, an empty head and automatic numbers without words of their own do not matter."""
    body = run("公示正文。") + run(" PAGE ", "instrText")
    numbers = f'<w:numbering {_SPACES}><w:lvl><w:lvlText w:val="（%1）"/></w:lvl></w:numbering>'
    path = word(tmp_path, body, numbering=numbers, header1=f"<w:hdr {_SPACES}><w:p/></w:hdr>")
    assert word_shown(path, "公示 正文。")
    assert not word_shown(path, "公示"), "a character that is not on the page"


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        (run(HIDDEN, "delText"), {}),
        (f"<m:oMath><m:r><m:t>{HIDDEN}</m:t></m:r></m:oMath>", {}),
        (f"<w:p><w:r><w:ruby><w:rt>{run(HIDDEN)}</w:rt></w:ruby></w:r></w:p>", {}),
        (f'<w:p><w:fldSimple w:instr="X">{run(HIDDEN)}</w:fldSimple></w:p>', {}),
        ("".join(run(sign) for sign in HIDDEN), {}),
        ('<w:altChunk r:id="r9"/>', {}),
        ('<w:p><w:r><w:sym w:char="F04A"/></w:r></w:p>', {}),
        (f'<w:p><w:r><w:pict><v:shape><v:textpath string="{HIDDEN}"/></v:shape></w:pict></w:r></w:p>', {}),
        (
            f"<mc:AlternateContent><mc:Choice><wps:txbx>{run(HIDDEN)}</wps:txbx></mc:Choice></mc:AlternateContent>",
            {},
        ),
        ("", {"header1": f"<w:hdr {_SPACES}>{run(HIDDEN)}</w:hdr>"}),
        ("", {"footnotes": f"<w:footnotes {_SPACES}>{run(HIDDEN)}</w:footnotes>"}),
        ("", {"numbering": f'<w:numbering {_SPACES}><w:lvlText w:val="{HIDDEN}%1"/></w:numbering>'}),
        ("", {"diagrams/data1": f"<a>{HIDDEN}</a>"}),
        ("", {"kopf": f"<w:hdr {_SPACES}>{run(HIDDEN)}</w:hdr>"}),
    ],
)
def test_words_beside_the_page_are_noticed(tmp_path: Path, body: str, parts: dict[str, str]) -> None:
    assert not word_shown(word(tmp_path, run("公示正文。") + body, **parts), "公示正文。")


def sheet(folder: Path, change: str) -> Path:
    book = Workbook()
    one = book.worksheets[0]
    one["A1"], one["B1"] = "姓名", 1
    match change:
        case "look":
            one["B1"].number_format = f'"{HIDDEN}"'
        case "prompt":
            one.add_data_validation(DataValidation(type="list", prompt=HIDDEN, sqref="A1"))
        case "foot":
            one.oddFooter.center.text = HIDDEN
        case "note":
            one["A1"].comment = Comment(HIDDEN, "某人")
        case "uncomputed":
            one["B1"] = '="每人"&"五万元"'
        case "usual":
            one.oddFooter.center.text = "&P/&N"
            one["B1"].number_format = 'yyyy"年"m"月"d"日"'
    path = folder / "a.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("change", ["look", "prompt", "foot", "note", "uncomputed"])
def test_words_beside_the_cells_are_noticed(tmp_path: Path, change: str) -> None:
    assert not sheets_shown(sheet(tmp_path, change))


@pytest.mark.parametrize("change", ["", "usual"])
def test_honest_sheets_are_shown_whole(tmp_path: Path, change: str) -> None:
    assert sheets_shown(sheet(tmp_path, change))


def test_what_is_no_such_file_is_not_shown_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"PK no archive")
    assert not word_shown(path, "")
    assert not sheets_shown(path)
