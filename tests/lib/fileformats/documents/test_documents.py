"""Reading files of every kind into documents: text blocks, tables and losses."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage

import pytest

from factories import foreign_files as files
from factories.hostile import BILLION_LAUGHS_XML
from gongkai.lib.confined import BOUNDS_BY_NAME, PartStopped
from gongkai.lib.confined import confined_reader as confining
from gongkai.lib.fileformats.documents import UnreadFile, archives, read_document
from gongkai.lib.fileformats.documents.document_reader import read_nested_document
from gongkai.lib.fileformats.documents.feeds import read_feed_entries
from gongkai.lib.fileformats.documents.model import CUT_SHORT_MESSAGE, CoveredCell
from gongkai.lib.fileformats.documents.number_formats import show_number
from gongkai.lib.fileformats.documents.page_breaks import join_cut_row

_MERGED = (("甲", "乙"), (CoveredCell("甲", "above"), "丙"))
_WORD_LOSSES = {("field", "PAGEREF b"), ("ruby", "yan"), ("formula", "a/b"), ("hidden", "隐藏"), ("deleted", "划去")}
_WORD_LOSSES |= {("deleted", "删去"), ("watermark", "内部资料")}
_DOUBTFUL = "不能确定是国标码（GB18030）还是大五码（Big5）：镕基"
_WHITE_CELL = '<w:tc><w:p><w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>%s</w:t></w:r></w:p></w:tc>'
_WHITE_TABLE = '<w:tbl><w:tblPr><w:tblStyle w:val="T"/><w:tblLook w:val="06A0"/></w:tblPr>' + "".join(
    f"<w:tr>{_WHITE_CELL % first}{_WHITE_CELL % second}</w:tr>" for first, second in ("头头", "侧白")
)
_WHITE_TABLE += "</w:tbl>"
_FILLED_STYLE = f'<w:styles {files.W}><w:style w:type="table" w:styleId="T">' + "".join(
    f'<w:tblStylePr w:type="{part}"><w:tcPr><w:shd w:val="clear" w:fill="003366"/></w:tcPr></w:tblStylePr>'
    for part in ("firstRow", "firstCol", "band1Horz")
)
_FILLED_STYLE += "</w:style></w:styles>"
#: Content, file name → kind, expected text blocks, rows of the table, losses.
KINDS = {
    "docx": (files.TRICKY_WORD, "a.docx", "docx", ["见第三条䶮a/b²√"], _MERGED, _WORD_LOSSES),
    "flat": (files.flat(files.TRICKY_WORD), "a.doc", "docx", ["见第三条䶮a/b²√"], _MERGED, _WORD_LOSSES),
    "strict": (files.STRICT_WORD, "a.docx", "docx", ["严格"], (), set()),
    "other main part": (files.flat(files.STRICT_WORD).replace(b"word/document.xml", b"main/text"), "a.xml", "docx", ["严格"], (), set()),
    "parts of one name": (
        files.packed({"word/Document.xml": "<x/>", "word/document.xml": f"<w:document {files.W}><w:p>{files.run('后')}</w:p></w:document>"}),
        "a.docx", "docx", ["后"], (), {("text", "word/Document.xml：文件里有内容不同的同名部分，只读取了后一个")},
    ),
    "word 2003": (files.WORD_2003, "a.doc", "xml", ["二〇〇三"], (), set()),
    "excel 2003": (files.EXCEL_2003, "a.xls", "xml", [], (("甲", ""), ("甲", "2026-06-30")), {("formula", "=A1"), ("hidden", "藏")}),
    "xlsx": (
        files.tricky_workbook(),
        "a.xlsx",
        "xlsx",
        [],
        (("编号", "", "#N/A", "甲\n乙", "510102198703154000", "2.85%"), ("合并", "合并", "", "", "", "")),
        {("formula", "=1+1"), ("error", "#N/A"), ("digits", "510102198703154000"), ("hidden", "藏"), ("hidden", "秘密")},
    ),
    "xls": (files.binary_workbook(), "a.xls", "xls", ["框内"], (("事项",),), {("picture", ""), ("hidden", "白字")}),
    "csv": ("姓名,号码\n张　三,5.1E+17\n".encode("gb18030"), "a.csv", "csv", [], (("姓名", "号码"), ("张三", "5.1E+17")), {("digits", "5.1E+17")}),
    "rtf": (files.RTF, "a.rtf", "rtf", ["正文√"], _MERGED, {("hidden", "藏"), ("deleted", "划"), ("field", "PAGEREF a")}),
    "odt": (files.ODT, "a.odt", "odt", ["第一节", "正文", "第二条适用"], (("甲", CoveredCell("甲", "left")),), {("hidden", "藏")}),
    "ofd": (files.OFD, "a.ofd", "ofd", ["通知"], (), {("watermark", "内部资料")}),
    "html": (
        files.HTML, "a.xls", "html", ["第一节", "正文m²䶮"], _MERGED,
        {("format", "扩展名是.xls，内容是网页，按内容读取"), ("hidden", "藏"), ("hidden", "白"), ("ruby", "yan")},
    ),
    "mht": (files.MHT, "a.doc", "mht", ["存档"], (), set()),
    "rss": (files.RSS, "a.xml", "feed", ["市府", "甲 & 乙", "http://a.example/x.html"], (), set()),
    "eml": (files.mail(), "a.eml", "eml", ["咨询", "发件人：张三 <z@x.example>", "附件一.docx", "见第三条䶮a/b²√"], (("甲", "乙"),), _WORD_LOSSES),
    "msg": (files.OUTLOOK, "a.msg", "msg", ["咨询", "正文", "附件.txt", "附件"], (), set()),
    "winmail": (files.WINMAIL, "winmail.dat", "winmail", ["正文", "附件.txt", "附件"], (), set()),
    "zip": (files.ZIP, "a.zip", "zip", ["甲.txt", "正文", "乙.docx", "见第三条䶮a/b²√"], _MERGED, _WORD_LOSSES),
    "pdf": (
        files.TRICKY_PDF,
        "a.pdf",
        "pdf",
        ["Shown", "Double", "Filled"],
        (),
        {("hidden", "White"), ("hidden", "Layer"), ("watermark", "DRAFT"), ("watermark", "Faint"), ("watermark", "Slant")},
    ),
    "tiled pdf": (files.WATERMARKED_PDF, "a.pdf", "pdf", ["The text of the page"], (), {("watermark", "SAMPLE\u3000SAMPLE\u3000SAMPLE")}),
    "overturned pdf": (files.UPSIDE_DOWN_PDF, "a.pdf", "pdf", ["First line", "Second line"], (), set()),
    "symbol font": (files.symbol_workbook(), "a.xlsx", "xlsx", [], (("任务", "√", "面积m²", "ü"),), set()),
    "escaped line end": ("甲_x000D_乙,丙\n".encode(), "a.csv", "csv", [], (("甲\n乙", "丙"),), set()),
    "private codes": (b"\xcd\xf5\xfe\x59\n", "a.txt", "txt", ["王龴"], (), set()),
    "control characters": ("热\x01线\x02电\x03话\n".encode(), "a.txt", "txt", ["热线电话"], (), set()),
    "foreign domain": (
        "From: 李四 <li@例子.中国>\r\nSubject: x\r\n\r\n正文\r\n".encode(),
        "a.eml",
        "eml",
        ["发件人：李四 <li@例子.中国>"],
        (),
        set(),
    ),
    "unseen cells": (
        files.HIDDEN_CELLS,
        "a.xlsx",
        "xlsx",
        [],
        (("合", "合"),),
        {("hidden", "盖住"), ("hidden", "三分号"), ("hidden", "白字"), ("hidden", "零宽"), ("hidden", "777666"), ("picture", ""),
            ("comment", "批注"), ("page", "缺：文件里没有这张工作表的内容")},
    ),
    "two encodings": (
        "姓名,数\n".encode() * 9 + "李明,2\n".encode("gbk"),
        "a.csv",
        "csv",
        [],
        ((("姓名", "数"),) * 9 + (("李明", "2"),)),
        {("encoding", "文字有两种编码，已逐行识别：姓名,数")},
    ),
    "cut text": (
        "第一条\n青山村".encode("gbk")[:-1],
        "a.txt",
        "txt",
        ["第一条", "青山\ufffd"],
        (),
        {("encoding", "有1处文字编码不能识别：第一条")},
    ),
    "letters of a signature": ("BM名单：\0甲".encode(), "a.txt", "txt", ["BM名单：甲"], (), set()),
    "one control": (b"\xe5\x8e\xbf\0,1\n", "a.csv", "csv", [], (("县", "1"),), set()),
    "canvas": (
        files.word(
            '<w:p><w:r><w:drawing><a:sp xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:p><a:r><a:t>画布'
            "</a:t></a:r></a:p></a:sp></w:drawing></w:r></w:p><w:p><w:subDoc/></w:p>"
            "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>框内标题</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        ),
        "a.docx",
        "docx",
        ["画布", "框内标题"],
        (),
        {("attachment", "：子文档不在文件里，没有读取")},
    ),
    "joined files": (
        files.word(
            '<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGEREF a</w:instrText></w:r><w:r><w:t>没有完</w:t></w:r></w:p>'
            '<w:p><w:r><w:t>方案</w:t><w:br w:type="page"/><w:t>新页</w:t></w:r></w:p><w:p><w:r><mc:AlternateContent xmlns:mc="m">'
            '<mc:Choice Requires="z"><w:drawing/></mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>后备'
            "</w:t></w:r></w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        ),
        "a.docx",
        "docx",
        ["没有完", "方案\n新页", "后备"],
        (),
        set(),
    ),
    "wide cell of rtf": (
        rb"{\rtf1\trowd\cellx200\cellx300\intbl AB\cell C\cell\row\trowd\cellx100\cellx200\cellx300\intbl 1\cell 2\cell 3\cell\row}",
        "a.rtf",
        "rtf",
        [],
        (("AB", "AB", "C"), ("1", "2", "3")),
        set(),
    ),
    "words of frames and styles": (
        '<style>p::before{content:"前缀不"}.x:after{content:"没有"}</style><p>予公开</p><iframe srcdoc="&lt;p&gt;框内&lt;/p&gt;"></iframe>'
        '<frameset><frame src="menu.htm"></frameset>'.encode(),
        "a.html",
        "html",
        ["予公开"],
        (),
        {("text", "前缀不"), ("attachment", "框内"), ("attachment", "menu.htm")},
    ),
    "cut feed": (files.RSS[: files.RSS.index(b"<link>/x")], "a.xml", "feed", ["甲 & 乙"], (), {("text", CUT_SHORT_MESSAGE)}),
    "cut rtf": (rb"{\rtf1 AB\par{\upr{old}{\*\ud {\u26032 ?}}}", "a.rtf", "rtf", ["AB", "新"], (), {("text", CUT_SHORT_MESSAGE)}),
    "stated separator": (b"sep=;\n1,5;2\n", "a.csv", "csv", [], (("1,5", "2"),), set()),
    "names in GBK": (files.NAMED_ZIP, "a.zip", "zip", ["通知.txt", "甲", "图.txt", "乙"], (), set()),
    "texts with names of system files": (
        files.packed(
            {"Thumbs.db": "甲", "乙.txt/": "丙", "夹/": "", "图/.DS_Store": b"\0\0\0\1Bud1\0", "desktop.ini": "[.ShellClassInfo]"}
        ),
        "a.zip",
        "zip",
        ["Thumbs.db", "甲", "乙.txt/", "丙"],
        (),
        set(),
    ),
    "GBK behind a mark": (b"\xef\xbb\xbf" + "单位,数\n".encode("gbk"), "a.csv", "csv", [], (("单位", "数"),), set()),
    "rules by name": (
        "<html><style>#a{display:none}.b{text-decoration:line-through}@media print{.c{display:none}}</style>"
        "<p id=a>藏</p><p>甲<i class=b>划</i></p><p class=c>张⿰王民</p></html>".encode(),
        "a.docx",
        "html",
        ["甲", "张⿰王民"],
        (),
        {("hidden", "藏"), ("deleted", "划"), ("encoding", "张⿰王民"), ("format", "扩展名是.docx，内容是网页，按内容读取")},
    ),
    "white words in a table": (
        files.word(_WHITE_TABLE, styles=_FILLED_STYLE),
        "a.docx",
        "docx",
        [],
        (("头", "头"), ("侧", "")),
        {("hidden", "白")},
    ),
    "deleted marks": (
        files.word(
            "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>甲</w:t></w:r></w:p><w:p><w:r><w:t>乙</w:t></w:r></w:p>"
        ),
        "a.docx",
        "docx",
        ["甲乙"],
        (),
        set(),
    ),
    "deleted marks of rtf": (rb"{\rtf1 {\deleted old}AB{\deleted\par }CD\par EF\par}", "a.rtf", "rtf", ["ABCD"], (), {("deleted", "old")}),
    "unseen pdf": (
        files.pdf(
            files.line(b"Office will", 50, 500)
            + files.line(b"Cut", 50, 780)
            + files.line(b"Covered", 50, 400)
            + b"1 0 0 rg 40 390 90 30 re 40 290 90 30 re f "
            + files.line(b"Red", 50, 300)
            + b"0 g 40 190 90 30 re f 1 g "
            + files.line(b"Seen", 50, 200),
            b"/CropBox[0 0 600 700]",
        ),
        "a.pdf",
        "pdf",
        ["Office will", "Seen"],
        (),
        {("hidden", "Cut"), ("hidden", "Covered"), ("hidden", "Red")},
    ),
    "columns": (
        files.pdf(
            files.line(b"Title over the gutter", 240, 700)
            + b"".join(files.line(b"Words of the left %d." % at, 50, 650 - 20 * at) for at in range(4))
            + b"".join(files.line(b"Words of the right %d." % at, 300, 655 - 20 * at) for at in range(5))
            + files.line(b"After", 50, 400)
        ),
        "a.pdf",
        "pdf",
        [
            "Title over the gutter",
            "".join(f"Words of the left {at}." for at in range(4)),
            "".join(f"Words of the right {at}." for at in range(5)),
            "After",
        ],
        (),
        set(),
    ),
    "own entities": (
        b'<!DOCTYPE r [<!ENTITY a "x">]><rss><channel><item><title>&a;</title></item></channel></rss>',
        "a.xml",
        "feed",
        ["&a;"],
        (),
        {("symbol", "&a;")},
    ),
    "odd feed": (
        files.ODD_FEED,
        "a.xml",
        "feed",
        ["甲乙", "http://a.example/x/y/1.html?a=1&copy=2", "2026-11-27T20:00:00+08:00", "全文"],
        (),
        {("text", "摘要")},
    ),
    "words after the end": (b"<html><body><p>1</p></body></html>\xcd\xa8\xd6\xaa", "a.html", "html", ["1", "通知"], (), set()),
    "doubtful charset": ("镕基".encode("gb18030"), "a.txt", "txt", ["镕基"], (), {("encoding", _DOUBTFUL)}),
    "damaged text": ("混杂：".encode() + b"\xff\xfe\x81" + "之后的话".encode(), "a.txt", "txt", ["混杂：\ufffd\ufffd\ufffd之后的话"], (),
        {("encoding", "有3处文字编码不能识别：混杂：\ufffd\ufffd\ufffd之后的话")}),
    "surrogates in UTF-8": ("县乡\n".encode() + b"\xe6\x88\xb7\xe4\xb8\xbb\xed\xa1\x83\xed\xb2\x96\xe6\x9f\x90", "a.txt", "txt", ["县乡", "户主𠲖某"],
        (), {("encoding", "有1个字由两个代理码写成（CESU-8），已照读")}),
    "one fault in UTF-8": ("户主王".encode()[:-1] + "村民张三申请".encode(), "a.csv", "csv", [], (("户主\ufffd村民张三申请",),),
        {("encoding", "有1处文字编码不能识别：户主\ufffd村民张三申请")}),
    "euro in code page 936": ("收费".encode("gbk") + b"\x8050", "a.txt", "txt", ["收费€50"], (), set()),
    "wechat": ("<div id=js_content style='visibility:hidden;opacity:0'><p>正文</p><p style='display:none'>暗</p></div>".encode(), "a.html",
        "html", ["正文"], (), {("hidden", "暗")}),
    "all hidden": ("<body style='opacity:0'><p>正文</p></body>".encode(), "a.html", "html", ["正文"], (), {("hidden", "全文都设为不显示，已照读")}),
    "chinese pdf": (files.CHINESE_PDF, "a.pdf", "pdf", ["申请人李明", "不服答复。", "竖排文字", "浓度₂上升", "总额3亿元", "a.txt"], (), set()),
    "turned pdf": (files.ROTATED_PDF, "a.pdf", "pdf", ["Turned page", "Second line"], (), set()),
}  # fmt: skip


@pytest.mark.parametrize("case", KINDS)
def test_content_is_in_blocks_or_losses(case: str) -> None:
    data, name, kind, words, rows, losses = KINDS[case]
    document = read_nested_document(data, name, 0)
    assert document.kind == kind
    texts = [block.text for block in document.blocks if block.type != "table"]
    assert [word for word in words if word not in texts] == []
    tables = [block.rows for block in document.blocks if block.type == "table"]
    assert not rows or rows in tables
    states = [block.states for block in document.blocks if block.rows == rows]
    sides = {
        (y, x, cell.side) for y, row in enumerate(rows) for x, cell in enumerate(row) if isinstance(cell, CoveredCell)
    }
    assert all(states[0][y][x] == side for y, x, side in sides)
    lost = {(loss.what, part) for loss in document.losses for part in loss.text.split("\n")}
    assert losses - lost == set()
    assert not any(word in document.text for what, word in losses if what in ("hidden", "deleted", "watermark"))


PDF_WITHOUT_PERMISSIONS = b"/Filter/Standard/V 1/R 2/P 0/O(%s)/U(%s)" % (b"o" * 32, b"u" * 32)


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "a.docx", "空文件"),
        (files.word(""), "a.docx", "空文件"),
        (files.ENCRYPTED_PACKAGE, "a.docx", "有密码"),
        (
            files.pdf(b"").replace(b"1 0 R>>", b"1 0 R/ID[(a)(a)]/Encrypt<<%s>>>>" % PDF_WITHOUT_PERMISSIONS),
            "a.pdf",
            "有密码",
        ),
        (files.TRICKY_WORD[:300], "a.docx", "已损坏"),
        (files.word(BILLION_LAUGHS_XML), "a.docx", "已损坏"),
        (files.packed({"xl/workbook.xml": "<workbook><sheets><sheet/></sheets></workbook>"}), "a.xlsx", "已损坏"),
        (b"Rar!\x1a\x07\x00", "a.rar", "不支持的格式（RAR压缩包）"),
        (b"ID;P\nC;X1;Y1;K1\n", "a.slk", "不支持的格式（SYLK表格）"),
        (b"CAJ\x00" + b"\x01" * 300, "a.caj", "不支持的格式（知网文献（CAJ））"),
        (b"\x01" * 300, "a.bin", "不支持的格式（.bin）"),
        (b"\x89PNG\r\n\x1a\n", "a.docx", "扩展名与内容不符"),
        ("只是文字".encode(), "a.docx", "扩展名与内容不符"),
        (b"\x89PNG\r\n\x1a\n", "a.png", "没有文字（图片页）"),
        (files.SCANNED_PDF, "a.pdf", "没有文字（图片页）"),
        (files.PICTURE_OFD, "a.ofd", "没有文字（图片页）"),
        (b"," * 300_000 + b"\n" * 300_000, "a.csv", "太大"),
        (files.pdf(b"<</A " * 20_000 + b"1" + b">>" * 20_000 + b" /X BDC EMC"), "a.pdf", "(太大|空文件)"),
    ],
)
def test_refusal_names_actual_reason(data: bytes, name: str, reason: str) -> None:
    with pytest.raises(UnreadFile, match=f"^{reason}："):
        read_document(data, name)


def test_file_that_times_out_is_not_called_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confining, "DEFAULT_LIMITS", replace(confining.DEFAULT_LIMITS, wall=0))
    with pytest.raises(UnreadFile, match=r"^没有读完：.*请稍后再试"):
        read_document("通知".encode(), "a.txt")


def test_file_over_handover_limit_is_called_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BOUNDS_BY_NAME, "handed", replace(BOUNDS_BY_NAME["handed"], most=3))
    with pytest.raises(UnreadFile, match=r"^太大：文件超过"):
        read_document("通知".encode(), "a.txt")


def test_page_without_character_map_is_loss() -> None:
    assert [loss.what for loss in read_nested_document(files.UNREADABLE_PDF, "a.pdf", 0).losses] == ["page"]


def test_attachments_without_remaining_time_are_losses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "within_time_for_parts", _stopped)
    document = read_nested_document(files.mail(), "a.eml", 0)
    assert document.text.startswith("咨询")
    assert "读取时间已到上限" in next(loss.text for loss in document.losses if loss.what == "attachment")


@contextmanager
def _stopped() -> Iterator[None]:
    raise PartStopped
    yield


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "big5", "utf-16", "utf-16-le", "utf-16-be"])
def test_encoding_of_text_is_detected(charset: str) -> None:
    for text in ("關於公開預算的通知，請各單位遵照執行。", "①②③④", "白层镇")[
        : 3 if "-le" in charset or "-be" in charset else 1
    ]:
        assert read_nested_document(text.encode(charset), "a.txt", 0).text == text


@pytest.mark.parametrize(
    ("value", "shape", "shown"),
    [
        (46203.0, 'yyyy"年"m"月"d"日"', "2026年6月30日"),
        (46203.0, '[DBNum1]yyyy"年"m"月"d"日"', "二〇二六年六月三十日"),
        (46203.3368, "yyyy-mm-dd hh:mm", "2026-06-30 08:05"),
        (1234567.891, "#,##0.00_ ", "1,234,567.89"),
        (12345678.0, '#,##0.0,"千元"', "12,345.7千元"),
        (12345678.0, '#,##0.00,,"百万"', "12.35百万"),
        (0.00012, "##0.0E+0", "0.00012"),
        (float("nan"), "0%", "nan"),
        (7.0, "000000", "000007"),
        (-3.5, "0.0;(0.0)", "(3.5)"),
        (0.1 + 0.2, "General", "0.3"),
        (12.0, '0"元"', "12元"),
        (13812345678.0, "000-0000-0000", "138-1234-5678"),
        (1.0, '[=1]"是";"否"', "是"),
        (0.0, '[=1]"是";"否"', "否"),
        (12345678.0, '0!.0,"万元"', "1234.6万元"),
        (1234.0, "[DBNum2][$-804]General", "壹仟贰佰叁拾肆"),
        (150_000_010.0, "[DBNum2]0", "壹亿伍仟万零壹拾"),
        (100_010_000.0, "[DBNum1]0", "一亿零一万"),
        (10.0, "[DBNum2]0", "壹拾"),
        (12.0, "[DBNum4]0", "12"),
        (3.0, 'G/通用格式"户"', "3户"),
        (120.5, "[Red][>=100]0.0;0", "120.5"),
        (2.5, "0", "3"),
        (12.345, "#,##0.00", "12.35"),
        (-0.285, "0%", "-29%"),
        (8001234567.5, "000-0000000", "800-1234568"),
        (1.0625, "[h]:mm", "25:30"),
        (0.0087268518518, "[mm]:ss", "12:34"),
        (1.0627430556, '[h]"小时"mm"分"ss"秒"', "25小时30分21秒"),
        (0.25, "[m]", "360"),
        (0.0, '_-* #,##0_-;-* #,##0_-;_-* "-"_-;_-@_-', "-"),
        (0.0, '0;-0;"无"', "无"),
        (7.0, "[Red]", "7"),
        (46203.0, 'm"月"d"日" dddd', "6月30日 星期二"),
        (46203.0, "[$-F800]dddd, mmmm dd, yyyy", "2026年6月30日"),
    ],
)
def test_number_is_formatted_as_in_its_cell(value: float, shape: str, shown: str) -> None:
    assert show_number(value, shape) == shown


def test_day_after_the_year_9999_is_shown_as_a_number() -> None:
    assert show_number(2958000.0, "yyyy-m-d", from_1904=True) == "2958000"
    assert show_number(2958465.9999999, "yyyy-m-d") == "2958465.9999999"


@pytest.mark.parametrize(
    ("first", "rest"),
    [
        (("", "栽树", "3"), [("镇甲", "栽树", "3")]),
        (("", "泵站和水闸", ""), []),
        (("", "合计", ""), [("", "合计", "")]),
    ],
)
def test_row_broken_by_page_is_joined(first: tuple[str, ...], rest: list[tuple[str, ...]]) -> None:
    rows = (("乡镇", "项目", "序号"), ("镇甲", "修路", "1"), ("镇甲", "修渠及其配套的渠道、", "2"))
    states = (("", "", ""), ("", "", ""), ("above", "", ""))
    before, after, _ = join_cut_row(rows, states, (first,), (("", "", ""),))
    joined = rows[2] if rest else ("镇甲", "修渠及其配套的渠道、泵站和水闸", "2")
    assert [*before[2:], *after] == [joined, *rest]


def test_page_without_content_does_not_spoil_feed_or_mail() -> None:
    items = "".join(
        f"<item><title>{title}</title><description><![CDATA[{text}]]></description></item>"
        for title, text in (("甲", "<!-- -->"), ("乙", "<p>公告</p>"))
    )
    entries = read_feed_entries.here(f"<rss><channel>{items}</channel></rss>".encode())
    assert [(entry.title, entry.text) for entry in entries] == [("甲", ""), ("乙", "公告")]
    mail = EmailMessage()
    mail.set_content("<!-- -->", subtype="html")
    mail.add_attachment("附件的话".encode(), maintype="text", subtype="plain", filename="a.txt")
    assert "附件的话" in read_nested_document(mail.as_bytes(), "a.eml", 0).text
