"""Files of all formats with content that readers tend to lose: hidden, deleted, fields, symbols, formulas."""

import io
import struct
import zipfile
from email.message import EmailMessage

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from factories.compounds import compound, message
from factories.mails import winmail
from factories.office_files import OFFICE, RELS, W, relations, run

RELATED = f'xmlns:r="{OFFICE}"'
_SPACES = (
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
)


def packed(parts: dict[str, str | bytes]) -> bytes:
    """Return a .zip with these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def word(body: str, **parts: str) -> bytes:
    """Return a .docx with a body, and further parts by their relationship type."""
    beside = {kind: f"{kind}.xml" for kind in parts}
    return packed(
        {
            "_rels/.rels": relations(officeDocument="word/document.xml"),
            "word/document.xml": f"<w:document {W} {_SPACES}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": relations(**beside) if beside else f'<Relationships xmlns="{RELS}"/>',
            **{f"word/{kind}.xml": content for kind, content in parts.items()},
        }
    )


def flat(data: bytes) -> bytes:
    """Return a packed office file as one XML file (flat OPC)."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = "".join(
            f'<pkg:part pkg:name="/{name}"><pkg:xmlData>{archive.read(name).decode()}</pkg:xmlData></pkg:part>'
            for name in archive.namelist()
        )
    space = "http://schemas.microsoft.com/office/2006/xmlPackage"
    return f'<?xml version="1.0"?><pkg:package xmlns:pkg="{space}">{parts}</pkg:package>'.encode()


def field(instruction: str, result: str | None = None) -> str:
    """Return a complex Word field; without a result it was never computed."""

    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    shown = mark("separate") + run(result) if result is not None else ""
    return f"{mark('begin')}<w:r><w:instrText>{instruction}</w:instrText></w:r>{shown}{mark('end')}"


def styled(words: str, properties: str) -> str:
    """Return a run with these properties."""
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{words}</w:t></w:r>"


SUPERSCRIPT = '<w:vertAlign w:val="superscript"/>'
TRICKY_WORD = word(
    f"<w:p>{run('见')}{field('REF a', '第三条')}{field('PAGEREF b')}"
    f"<w:ruby><w:rt>{run('yan')}</w:rt><w:rubyBase>{run('䶮')}</w:rubyBase></w:ruby>"
    f"<m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r></m:den></m:f></m:oMath>"
    f"{styled('隐藏', '<w:vanish/>')}{styled('划去', '<w:dstrike/>')}{styled('2', SUPERSCRIPT)}"
    "<w:del><w:r><w:delText>删去</w:delText></w:r></w:del>"
    '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r></w:p>'
    f'<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr><w:p>{run("甲")}</w:p></w:tc>'
    f"<w:tc><w:p>{run('乙')}</w:p></w:tc></w:tr>"
    f"<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc><w:p>{run('丙')}</w:p></w:tc></w:tr></w:tbl>",
    header=f'<w:hdr {W} {_SPACES}><w:p><w:r><w:pict><v:shape><v:textpath string="内部资料"/></v:shape></w:pict></w:r></w:p></w:hdr>',
)
STRICT_WORD = packed(
    {
        "_rels/.rels": relations(officeDocument="word/document.xml").replace(
            "schemas.openxmlformats.org/officeDocument/2006", "purl.oclc.org/ooxml/officeDocument"
        ),
        "word/document.xml": '<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:body>'
        f"<w:p>{run('严格')}</w:p></w:body></w:document>",
    }
)
WORD_2003 = (
    '<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml">'
    f"<w:body><w:p>{run('二〇〇三')}</w:p></w:body></w:wordDocument>"
).encode()
EXCEL_2003 = (
    '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="表"><Table>'
    '<Row><Cell ss:MergeDown="1"><Data ss:Type="String">甲</Data></Cell><Cell ss:Formula="=A1"/></Row>'
    '<Row><Cell ss:Index="2"><Data ss:Type="DateTime">2026-06-30T00:00:00.000</Data></Cell></Row>'
    '<Row ss:Hidden="1"><Cell><Data ss:Type="String">藏</Data></Cell></Row></Table></Worksheet></Workbook>'
).encode()
RTF = (
    rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 SimSun;}{\f1\fcharset2 Wingdings;}}\pard\f0 "
    rb"\u27491?\u25991?{\v \u34255?}{\strike \u21010?}{\f1 \'fc}{\field{\*\fldinst PAGEREF a}{\fldrslt }}\par"
    rb"\trowd\clvmgf\cellx1\cellx2\pard\intbl \u30002?\cell \u20057?\cell\row"
    rb"\trowd\clvmrg\cellx1\cellx2\pard\intbl \cell \u19993?\cell\row\pard}"
)
_ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in (("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"))
)
ODT = packed(
    {
        "META-INF/manifest.xml": "<manifest/>",
        "content.xml": f'<office:document-content {_ODF}><office:automatic-styles><style:style style:name="H">'
        '<style:text-properties text:display="none"/></style:style><text:list-style style:name="L"><text:list-level-style-number'
        ' text:level="1" style:num-prefix="第" style:num-suffix="条" style:num-format="一, 二, 三, ..."/></text:list-style>'
        "</office:automatic-styles><office:body><office:text>"
        '<text:h text:outline-level="2">第一节</text:h><text:p>正文<text:span text:style-name="H">藏</text:span></text:p>'
        '<text:list text:style-name="L"><text:list-item><text:p>为规范</text:p></text:list-item><text:list-item><text:p>适用</text:p>'
        "</text:list-item></text:list>"
        '<table:table><table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>甲</text:p>'
        "</table:table-cell><table:covered-table-cell/></table:table-row></table:table></office:text></office:body>"
        "</office:document-content>",
    }
)
PICTURE_OFD = packed(
    {
        "OFD.xml": "<OFD><DocBody><DocRoot>D/Document.xml</DocRoot></DocBody></OFD>",
        "D/Document.xml": "<Document><Pages><Page ID='1' BaseLoc='P/Content.xml'/></Pages></Document>",
        "D/P/Content.xml": "<Page><Content><Layer><ImageObject ID='2' Boundary='0 0 210 297'/></Layer></Content></Page>",
    }
)
OFD = packed(
    {
        "OFD.xml": "<OFD><DocBody><DocRoot>D/Document.xml</DocRoot></DocBody></OFD>",
        "D/Document.xml": '<Document><Pages><Page ID="1" BaseLoc="P/Content.xml"/></Pages></Document>',
        "D/P/Content.xml": '<Page><TextObject Boundary="20 20 20 5"><TextCode>通知</TextCode></TextObject>'
        '<TextObject Boundary="20 90 20 5" CTM="0.7 0.7 -0.7 0.7 0 0"><TextCode>内部资料</TextCode></TextObject></Page>',
    }
)
HTML = (
    '<html><meta charset="gb2312"><h2>第一节</h2><p>正文<s>划去</s><b style="display:none">藏</b><i style="color:white">白</i>m<sup>2</sup>'
    "<ruby>䶮<rt>yan</rt></ruby></p><table><tr><td rowspan=2>甲<td>乙<tr><td>丙</table></html>"
).encode("gb18030")
MHT = (
    b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html; '
    b"charset=gbk\r\n\r\n<p>" + "存档".encode("gbk") + b"</p>\r\n--b--\r\n"
)
RSS = (
    '<?xml version="1.0" encoding="gbk"?><rss><channel><title>市府</title><link>http://a.example/</link>'
    "<item><title>甲 & 乙</title><link>/x.html</link></item></channel></rss>"
).encode("gbk")
#: Nested `xml:base`, a control character reference, a bare ampersand, a Chinese date by Java.
ODD_FEED = (
    '<rss xml:base="http://a.example/x/"><channel xml:base="y/"><item><title>甲&#11;乙</title><encoded>全文</encoded><description>摘要</description>'
    "<link>1.html?a=1&copy=2</link>"
    "<pubDate>星期五, 27 十一月 2026 20:00:00 +0800</pubDate></item></channel></rss>"
).encode()


def tricky_workbook() -> bytes:
    """Return a .xlsx with an uncomputed formula, an error, a long number, hidden rows and a hidden sheet."""
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    sheet = book.create_sheet("表", 0)
    sheet.append(["编号", "=1+1", "#N/A", "甲_x000D_乙", 510102198703154319, 0.0285])
    sheet["F1"].number_format = "0.00%"
    sheet.append(["藏"])
    sheet.row_dimensions[2].hidden = True
    sheet.merge_cells("A3:B3")
    sheet["A3"] = "合并"
    book.create_sheet("密")["A1"] = "秘密"
    book["密"].sheet_state = "hidden"
    book.save(buffer)
    return buffer.getvalue()


def symbol_workbook() -> bytes:
    """Return a .xlsx with a Wingdings tick, the same letter as text, a superscript digit and white text on a colour."""
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["任务", "ü"])
    book.active["B1"].font = openpyxl.styles.Font(name="Wingdings")
    book.active["C1"] = CellRichText("面积m", TextBlock(InlineFont(vertAlign="superscript"), "2"))
    book.active["D1"] = "ü"
    book.active["A1"].font = openpyxl.styles.Font(color="FFFFFF")
    book.active["A1"].fill = openpyxl.styles.PatternFill("solid", "003366")
    book.save(buffer)
    return _with_shared_text(buffer.getvalue(), "ü")


def _with_shared_text(workbook: bytes, text: str) -> bytes:
    """Return a .xlsx whose cells with a text refer to one shared string, as office programs write them."""
    out, inline = io.BytesIO(), f't="inlineStr"><is><t>&#{ord(text)};</t></is>'
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).decode().replace(inline, 't="s"><v>0</v>'))
        new.writestr("xl/sharedStrings.xml", f"<sst><si><t>{text}</t></si></sst>")
    return out.getvalue()


def _record(number: int, form: str, *values: object) -> bytes:
    data = struct.pack(form, *values)
    return struct.pack("<HH", number, len(data)) + data


def binary_workbook() -> bytes:
    """Return a .xls with white text, a picture and a text box."""
    font = lambda colour: _record(0x31, "<HHHHH4BBBs", 200, 0, colour, 400, 0, 0, 0, 0, 0, 1, 0, b"A")  # noqa: E731
    style = lambda font: _record(0xE0, "<HHH14x", font, 0, 1)  # noqa: E731
    end = _record(0x0A, "")
    head = _record(0x809, "<HHHHII", 0x600, 5, 0x0DBB, 0x07CC, 0, 6) + font(0x7FFF) + font(9) + style(0) + style(1)
    head += _record(0x85, "<IBBBBs", len(head) + 13 + len(end), 0, 0, 1, 0, b"A") + end
    sheet = _record(0x809, "<HHHHII", 0x600, 0x10, 0x0DBB, 0x07CC, 0, 6)
    sheet += _record(0x204, "<HHHHB4s", 0, 0, 0, 2, 1, "事项".encode("utf-16-le"))
    sheet += _record(0x204, "<HHHHB4s", 1, 0, 1, 2, 1, "白字".encode("utf-16-le"))
    for kind in (8, 6):
        sheet += _record(0x5D, "<HHHHH12xHH", 0x15, 18, kind, kind, 0, 0, 0)
    sheet += _record(0x1B6, "<HH6xHHHH", 0, 0, 2, 0, 0, 0) + _record(0x3C, "<B4s", 1, "框内".encode("utf-16-le")) + end
    return compound({"Workbook": (head + sheet).ljust(4_096, b"\0")})


def mail() -> bytes:
    """Return a message with an HTML body and a Word attachment."""
    made = EmailMessage()
    made["Subject"], made["From"], made["Date"] = "咨询", "张三 <z@x.example>", "Mon, 1 Jun 2026 08:00:00 +0800"
    made.set_content("<table><tr><td>甲<td>乙</table>", subtype="html")
    made.add_attachment(TRICKY_WORD, maintype="application", subtype="octet-stream", filename="附件一.docx")
    return bytes(made)


OUTLOOK = message("咨询", "张三", "正文", {"附件.txt": "附件".encode()})
#: Raw XML workbook: a hidden column, a value under a merge, a hiding number format, an empty text.
HIDDEN_CELLS = packed(
    {
        "_rels/.rels": relations(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook {RELATED}><sheets><sheet name="表" sheetId="1" r:id="rId1"/>'
        '<sheet name="缺" sheetId="2" r:id="rId9" state="hidden"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            worksheet="worksheets/sheet1.xml", styles="styles.xml", sharedStrings="sharedStrings.xml"
        ),
        "xl/sharedStrings.xml": "<sst><si><t>甲</t></si><si><t></t></si></sst>",
        "xl/styles.xml": '<styleSheet><numFmts><numFmt numFmtId="180" formatCode=";;;"/></numFmts>'
        '<fonts><font/><font><color rgb="FFFFFFFF"/></font></fonts><cellXfs><xf numFmtId="0"/><xf numFmtId="180"/>'
        '<xf numFmtId="0" fontId="1"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": '<worksheet><cols><col min="4" max="4" width="0"/></cols><sheetData><row r="1">'
        + "".join(
            f'<c r="{place}" s="{style}" t="inlineStr"><is><t>{words}</t></is></c>'
            for place, words, style in (
                ("A1", "合", 0),
                ("B1", "盖住", 0),
                ("C1", "三分号", 1),
                ("D1", "零宽", 0),
                ("H1", "白字", 2),
            )
        )
        + '<c r="E1" s="1"><v>777666</v></c>'
        '<c r="F1" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c><c r="G1" t="s"><v>1</v></c></row>'
        "</sheetData>"
        '<mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>',
        "xl/worksheets/_rels/sheet1.xml.rels": relations(threadedComment="../thread.xml"),
        "xl/thread.xml": "<ThreadedComments><threadedComment><text>批注</text></threadedComment></ThreadedComments>",
    }
)
#: Names in GBK that are also valid UTF-8.
NAMED_ZIP = (
    packed({"xxxx.txt": "甲", "yy.txt": "乙"}).replace(b"xxxx", "通知".encode("gbk")).replace(b"yy", "图".encode("gbk"))
)
WINMAIL = winmail("正文", "附件.txt", "附件".encode())
ENCRYPTED_PACKAGE = compound({"EncryptedPackage": b"x" * 5_000})
ZIP = packed({"甲.txt": "正文", "乙.docx": TRICKY_WORD, "坏.docx": b"PK\x03\x04"})


def pdf(content: bytes, page: bytes = b"", catalog: bytes = b"", *objects: bytes) -> bytes:
    """Return a PDF of one page; fonts: F1 Helvetica, F2 unmapped, F3 Song; `objects` start at 8."""
    parts = (
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R/F2 6 0 R/F3 7 0 R>>"
        b"/Properties<</L1 8 0 R>>/ExtGState<</G1<</ca .3>>>>>>%s>>" % page,
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Type/Font/Subtype/Type0/BaseFont/AAAAAA+Song/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype"
        b"/CIDFontType2/BaseFont/AAAAAA+Song/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>]>>",
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font/Subtype"
        b"/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>>>]>>",
        *objects,
    )
    out, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1) + table + end


def line(words: bytes, x: int, y: int, before: bytes = b"", size: int = 12) -> bytes:
    """Return a line of Helvetica text in a PDF page."""
    return b"q %s BT /F1 %d Tf %d %d Td (%s) Tj ET Q " % (before, size, x, y, words)


def song(words: str, x: int, y: int, size: int = 12) -> bytes:
    """Return a line of Song text in a PDF page."""
    return b"BT /F3 %d Tf %d %d Td <%s> Tj ET " % (size, x, y, words.encode("utf-16-be").hex().encode())


TRICKY_PDF = pdf(
    line(b"Shown", 50, 700)
    + line(b"White", 50, 650, b"1 g")
    + line(b"Layer", 50, 600, b"/OC /L1 BDC").replace(b" Q", b" EMC Q")
    + line(b"DRAFT", 50, 550, b"/Artifact <</Subtype/Watermark>> BDC", 40).replace(b" Q", b" EMC Q")
    + line(b"Faint", 50, 500, b"/G1 gs", 40)
    + line(b"Double", 50, 450)
    + line(b"Double", 51, 450)
    + line(b"Slant", 0, 0, b".7 .7 -.7 .7 300 300 cm"),
    b"/Annots[9 0 R]",
    b"/OCProperties<</OCGs[8 0 R]/D<</OFF[8 0 R]>>>>/AcroForm<</Fields[9 0 R]>>",
    b"<</Type/OCG/Name<FEFF83497A3F>>>",  # 草稿
    b"<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(Filled)/Rect[100 400 200 420]>>",
)
ROTATED_PDF = pdf(
    line(b"Turned page", 100, 100, b"0 1 -1 0 400 0 cm") + line(b"Second line", 100, 80, b"0 1 -1 0 400 0 cm")
)
#: A grey watermark with more words than the text, in the colour #ddd as browsers print it.
WATERMARKED_PDF = pdf(
    line(b"The text of the page", 50, 700)
    + b"".join(line(b"SAMPLE", x, y, b".54 g") for y in range(40, 800, 80) for x in (20, 220, 420))
)
#: Upright text on a page that is shown upside down.
UPSIDE_DOWN_PDF = pdf(line(b"First line", 50, 700) + line(b"Second line", 50, 600), b"/Rotate 180")
#: Vertical lines from right to left, repeated characters, a subscript, an attached file.
CHINESE_PDF = pdf(
    b"".join(song(sign, x, 700 - 12 * at) for x, words in ((400, "申请人李明"), (370, "不服答复。")) for at, sign in enumerate(words))
    + b"".join(song(sign, 340, 640) for sign in "竖排文字")
    + song("谢谢天天人人", 50, 560) + song("浓度", 50, 500) + song("2", 74, 497, 8) + song("上升", 79, 500)
    + song("总额", 50, 400) + song("3", 74, 400, 30) + song("亿元", 106, 400)
    + song("云岭市青山镇长", 50, 300) + song("岭村3组12号", 50, 286),
    b"",
    b"/Names<</EmbeddedFiles<</Names[(a) 8 0 R]>>>>",
    b"<</Type/Filespec/F(a.txt)/EF<</F 9 0 R>>>>",
    b"<</Length 6>>stream\n%s\nendstream" % "附件".encode(),
)  # fmt: skip
UNREADABLE_PDF = pdf(b"BT /F2 12 Tf 50 700 Td <00410042004300440045> Tj ET")
SCANNED_PDF = pdf(b"q 600 0 0 800 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x88 EI Q")
