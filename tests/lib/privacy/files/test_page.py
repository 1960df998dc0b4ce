"""Web pages: tables are searched by their grid; attributes, styles and URLs are masked."""

import base64
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import html

from gongkai.lib.privacy import find, mask_file
from gongkai.lib.privacy.files.text import read_file_text

NAME, PHONE = "刘志强", "13812345678"
KNOWN = f"<p>申请人{NAME}，电话{PHONE}</p>"


def masked(folder: Path, page: str) -> str:
    (folder / "a.html").write_text(page, encoding="utf-8")
    return mask_file(folder / "a.html", folder / "b.html").path.read_text(encoding="utf-8")


def table(*rows: str) -> str:
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        (["<th colspan=2>姓名<th>电话", "<td>一<td>边疆<td>1", "<td>二<td>荣誉<td>2"], ["边疆", "荣誉"]),
        (["<th>序号<th>姓名<th>电话", "<td rowspan=2>一<td>边疆<td>1", "<td>荣誉<td>2"], ["边疆", "荣誉"]),
        (["<th colspan='2px'>序号<th>姓名", "<td>一<td>1<td>边疆", "<td colspan='+2;'>二<td>荣誉"], ["边疆", "荣誉"]),
        (["<th>序号<th>姓名<th>电话", "<td rowspan=0>一<td>边疆<td>1", "<td>荣誉<td>2"], ["边疆", "荣誉"]),
        (["<th rowspan=2>姓名<th colspan=2>情况", "<th>性别<th>结果", "<td>边疆<td>男<td>通过"], ["边疆"]),
        (
            ["<th>姓名<th>性别", "<td>边疆<td rowspan=3>男", "<td>荣誉", "<td>楚河", "<td>汉界<td>女"],
            ["边疆", "荣誉", "楚河", "汉界"],
        ),
    ],
)
def test_cells_spanning_columns_and_rows_are_masked(tmp_path: Path, rows: list[str], names: list[str]) -> None:
    page = masked(tmp_path, table(*rows))
    assert [name for name in names if name in page] == []
    found = find(read_file_text(tmp_path / "a.html"))
    assert [one.text for one in found if one.kind == "person"] == names
    assert page.count("姓名") == 1


@pytest.mark.parametrize(
    "piece",
    [
        f"<p style=\"content:'申请人{NAME}'\">x</p>",
        "<p style=\"content:'\\5218 志强'\">x</p>",
        f"<p class='{NAME}' lang='{PHONE}' dir='{PHONE}'>x</p>",
        f"<label for='{PHONE}'>x</label><table width='{PHONE}'><tr><td rowspan='{PHONE}'>x</table>",
        f"<a href='data:text/plain;charset=utf-8,{quote(NAME)}{PHONE}'>x</a>",
        f"<img src='data:image/svg+xml;utf8,<svg><text>{PHONE}</text></svg>'>",
        "<a href='http://x/?q=138+1234+5678'>x</a>",
        "<a href='http://x/?q=138%2D1234%2D5678'>x</a>",
        f"<p data-x='{quote(NAME)}'>x</p>",
        f"<p {PHONE}=''>x</p>",
        f"<{NAME}>x</{NAME}>",
        f"<style>p:before{{content:'{PHONE} \\5218 志强'}}</style>",
        f"<img srcset='/{NAME}.png 2x'>",
        "<a href='sms:138-1234-5678'>x</a>",
        "<form action='mailto:zhangsan@163.com'></form>",
    ],
)
def test_known_words_are_removed_from_attributes(tmp_path: Path, piece: str) -> None:
    page = masked(tmp_path, KNOWN + piece)
    for words in (NAME, PHONE, quote(NAME), "138+1234", "138%2D1234", "138-1234", "5218", "zhangsan"):
        assert words not in page


@pytest.mark.parametrize(
    ("piece", "words"),
    [
        (f"<p style=\"content:'申请人{NAME}'\">x</p>", NAME),
        ("<a href='http://x/?q=138+1234+5678'>x</a>", "138+1234"),
        ("<a href='http://x/?q=138%2D1234%2D5678'>x</a>", "138%2D1234"),
        (f"<p lang='{PHONE}'>x</p>", PHONE),
    ],
)
def test_words_first_found_in_attributes_are_removed(tmp_path: Path, piece: str, words: str) -> None:
    assert words not in masked(tmp_path, piece)


def test_layout_and_pictures_are_kept(tmp_path: Path) -> None:
    dot = base64.b64encode(base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")).decode()
    page = masked(
        tmp_path,
        f"{KNOWN}<p class='a b' style='color: #123456; width: 10%'>x</p><img src='data:image/gif;base64,{dot}'>"
        "<a href='/a/%E5%85%AC%E5%BC%80?id=20231234'>公开</a>",
    )
    assert all(piece in page for piece in ('class="a b"', "#123456", "data:image/gif", "id=20231234"))


def test_ruby_of_masked_name_is_removed(tmp_path: Path) -> None:
    page = masked(
        tmp_path,
        "<p><ruby>申请人刘<rt>liu</rt>志<rt>zhi</rt>强<rt>qiang</rt></ruby>，男，<ruby>云岭<rt>yunling</rt></ruby>人",
    )
    assert not any(words in page for words in ("志", "强", "liu", "qiang"))
    assert "yunling" in html.document_fromstring(page).text_content()
