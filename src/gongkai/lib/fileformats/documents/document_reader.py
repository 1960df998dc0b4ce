"""Detect the format of a file by its content and read it in a child process."""

import re

from gongkai.lib.confined import BOUNDS_BY_NAME, reader
from gongkai.lib.confined.template_process import MEMORY_LIMIT_ERROR, TIME_LIMIT_ERROR, ChildStopped, Overloaded
from gongkai.lib.fileformats.compound import OLE_SIGNATURE
from gongkai.lib.fileformats.documents import texts
from gongkai.lib.fileformats.documents.archives import read_zip
from gongkai.lib.fileformats.documents.compounds import read_compound
from gongkai.lib.fileformats.documents.feeds import read_feed, read_plain_xml
from gongkai.lib.fileformats.documents.model import KIND_NAMES, Document, Loss, PicturesOnly, UnreadFile, check_bound
from gongkai.lib.fileformats.documents.opendocument import read_opendocument
from gongkai.lib.fileformats.documents.packages import Package, open_package, parse_xml, unpack_flat
from gongkai.lib.fileformats.documents.pages import read_html
from gongkai.lib.fileformats.documents.rtf import read_rtf
from gongkai.lib.fileformats.documents.sheets import read_excel_2003_xml
from gongkai.lib.fileformats.documents.word import WordReader, read_word_2003
from gongkai.lib.fileformats.documents.workbooks import WorkbookReader, read_csv

#: Libraries that readers load on demand.
LAZILY_IMPORTED = ("lxml.etree", "lxml.html", "pdfplumber", "pypdfium2", "olefile", "xlrd", "email.parser")
_ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
#: Formats that are named when they are refused: first bytes → name, usual suffixes.
_REFUSED_FORMATS: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG", "图片（PNG）", "png"),
    (b"\xff\xd8\xff", "图片（JPEG）", "jpg jpeg jpe"),
    (b"GIF8", "图片（GIF）", "gif"),
    (b"II*\x00", "图片（TIFF）", "tif tiff"),
    (b"MM\x00*", "图片（TIFF）", "tif tiff"),
    (b"RIFF", "图片或音视频（RIFF）", "webp wav avi"),
    (b"BM", "图片（BMP）", "bmp"),
    (b"Rar!", "RAR压缩包", "rar"),
    (b"7z\xbc\xaf", "7z压缩包", "7z"),
    (b"\x1f\x8b", "gzip压缩包", "gz tgz"),
    (b"BZh", "bzip2压缩包", "bz2"),
    (b"\xfd7zXZ", "xz压缩包", "xz"),
    (b"MZ", "Windows程序", "exe dll"),
    (b"\x7fELF", "程序", "so bin"),
    (b"ID3", "音频（MP3）", "mp3"),
    (b"SQLite format 3", "SQLite数据库", "db sqlite"),
    (b"%!PS", "PostScript", "ps eps"),
    (b"AC10", "CAD图纸（DWG）", "dwg"),
    (b"\x01\xfe2\x00", "微软Works文档", "wps"),
    (b"ID;P", "SYLK表格", "slk"),
    (b"$FL", "SPSS数据", "sav"),
    (b"CAJ\x00", "知网文献（CAJ）", "caj"),
    (b"bplist00", "苹果属性表或网页存档", "webarchive plist"),
    (b"HN", "书生电子文件（SEP）", "sep gd"),
)
#: Parts of packages that are not read, and the rest of their refusal.
_REFUSED_PACKAGES = {
    "xl/workbook.bin": "Excel二进制工作簿.xlsb）：请另存为.xlsx",
    "ppt/presentation.xml": "演示文稿.pptx）：请另存为.pdf",
    "Index/Document.iwa": "苹果iWork文稿）：请另存为.docx、.xlsx或.pdf",
    "META-INF/container.xml": "电子书.epub）：请另存为.docx或.pdf",
}
_PICTURE_SUFFIXES = frozenset(["png", "jpg", "jpeg", "jpe", "gif", "tif", "tiff", "bmp", "webp"])
_HTML_TAG_RE = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|table|div|meta|p|h[1-6]|center|font|span|title)[\s>/]", re.I
)
_MAIL_HEADERS_RE = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{1,60}:[^\n]*\n(?:[ \t][^\n]*\n)*){2}", re.M)
_MAIL_START_RE = re.compile(
    rb"^(?:received|return-path|from|to|subject|date|message-id|mime-version|content-type|delivered-to|x-[\w-]+)\s*:",
    re.I,
)
TOO_NESTED_ERROR = "文件的内容嵌套层数超过上限，已经停止。请用办公软件打开后另存为新文件再试。"
_NO_MAIN_PART_ERROR = "已损坏：文件缺少正文，请用办公软件打开后另存为新文件再试。"
#: Suffixes of formats that are never plain text.
_BINARY_SUFFIXES = frozenset(["docx", "xlsx", "pdf", "zip", "ofd", "odt", "ods", "msg", "dat"])
#: Kinds that programs write under a suffix; all others are told.
_KINDS_BY_SUFFIX = {one: (one,) for one in ("docx", "xlsx", "pdf")} | dict.fromkeys(
    ("xls", "et"), ("xls", "et", "xlsx", "xml")
)
_TEXT_SUFFIXES = frozenset({"txt", "csv", "html", "htm", "mht", "mhtml", "eml", "xml"})
_PRESENTATION_NAMES = {"pptx": "演示文稿（.pptx）", "ppt": "演示文稿（.ppt）", "dps": "演示文稿（.dps）"}


def read_document(data: bytes, name: str = "") -> Document:
    """Return any file from elsewhere as a document, read in a child process.

    Args:
        data: its content, which decides the format.
        name: its name; the suffix is only compared with the content.

    Raises:
        UnreadFile: it cannot be read; one Chinese line with the true reason.
    """
    check_bound("handed", len(data))
    try:
        return read_document_in_child(data, name)
    except UnreadFile as error:
        if not isinstance(error.__cause__, ChildStopped):
            raise
        reason = "没有读完" if isinstance(error.__cause__, Overloaded) else "已损坏"
        if str(error) in (MEMORY_LIMIT_ERROR, TIME_LIMIT_ERROR):
            reason = "太大"
        raise UnreadFile(f"{reason}：{error}") from error


@reader(UnreadFile, loads=LAZILY_IMPORTED)
def read_document_in_child(data: bytes, name: str) -> Document:
    """Read a file as a document without the positions of words (a `reader`: calls run in a child process).

    Raises:
        UnreadFile: as for `read_document`.
    """
    document = read_nested_document(data, name, 0)
    document.words = []
    return document


def read_nested_document(data: bytes, name: str, depth: int) -> Document:
    """Read a file that is `depth` levels inside another as a document.

    Raises:
        UnreadFile: as for `read_document`.
    """
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise UnreadFile("空文件：文件里没有内容，请选择有内容的文件。")
    check_bound("handed", len(data))
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    try:
        document = _read_by_signature(data, suffix, depth)
        if document.kind not in _KINDS_BY_SUFFIX.get(suffix, (document.kind,)):
            named = KIND_NAMES.get(document.kind, f"{document.kind}文件")
            document.losses.insert(0, Loss("format", "", f"扩展名是.{suffix}，内容是{named}，按内容读取"))
        if not document.blocks and not depth:
            _refuse_empty(document)
        return document
    except PicturesOnly:
        if depth:
            raise
        from gongkai.lib.fileformats.documents.scans import read_scan

        if (recognised := read_scan(data)) is None:
            raise
        return recognised
    except (UnreadFile, MemoryError):
        raise
    except RecursionError as error:
        raise UnreadFile(f"太大：{TOO_NESTED_ERROR}") from error
    except Exception as error:  # libraries raise anything on damaged files
        raise UnreadFile("已损坏：文件的内容读不出来，请用办公软件打开后另存为新文件再试。") from error


def _find_refused_format(data: bytes) -> tuple[str, str]:
    """Return (name of a format that is no document, such as RAR压缩包; its suffixes), or empty texts."""
    formats = (
        (name, suffixes)
        for magic, name, suffixes in _REFUSED_FORMATS
        if data.startswith(magic) and (len(magic) > 2 or not magic.isalpha() or b"\x00\x00" in data[:64])
    )
    return next(formats, ("", ""))


def explain_no_zip(data: bytes) -> str:
    """Return the reason why a file, or one with these first 64 bytes, does not open as a .zip."""
    if name := _find_refused_format(data)[0]:
        return f"不支持的格式（{name}）"
    return "压缩文件已损坏" if data.startswith(b"PK") else "这不是压缩文件"


def has_binary_signature(data: bytes) -> bool:
    """Return true if content starts like a file that is no plain text."""
    signatures = (
        *_ZIP_SIGNATURES,
        OLE_SIGNATURE,
        b"%PDF-",
        b"{\\rtf",
        b"\x78\x9f\x3e\x22",
        b"\x89PNG",
        b"\xff\xd8\xff",
    )
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(signatures)


def is_mime_message(data: bytes) -> bool:
    """Return whether a text is a mail or a web archive, regardless of its name."""
    head = data[:8000].lstrip(b"\xef\xbb\xbf \t\r\n")
    return _is_web_archive(head) or _is_mail(head, "")


def _is_web_archive(head: bytes) -> bool:
    related = re.search(rb"content-type:\s*multipart/related", head, re.I)
    return bool(related) and b"mime-version:" in head[:4000].lower()


def _is_mail(head: bytes, suffix: str) -> bool:
    named = suffix == "eml" or _MAIL_START_RE.match(head)
    return bool(named and _MAIL_HEADERS_RE.match(head.replace(b"\r\n", b"\n")))


def _refuse_empty(document: Document) -> None:
    """Refuse a document without text, unless recorded losses explain it.

    Raises:
        UnreadFile: it is empty or has only pictures.
    """
    if any(loss.what not in ("picture", "header", "footer", "comment") for loss in document.losses):
        return
    if any(loss.what == "picture" for loss in document.losses):
        raise PicturesOnly("没有文字（图片页）：文件里只有图片，请提供有文字的文件，或先识别文字。")
    raise UnreadFile("空文件：文件里没有文字，请核对后重新提供。")


def _read_by_signature(data: bytes, suffix: str, depth: int) -> Document:
    """Read a file by its first bytes (UnreadFile: a known format that is no document)."""
    if data.startswith(_ZIP_SIGNATURES):
        return _read_zip(data, suffix, depth)
    if data.startswith(OLE_SIGNATURE):
        return read_compound(data, suffix, depth)
    if b"%PDF-" in data[:1024]:
        from gongkai.lib.fileformats.documents.pdf import read_pdf

        return read_pdf(data, depth)
    if data.startswith(b"\x78\x9f\x3e\x22"):
        from gongkai.lib.fileformats.documents.mails import read_winmail

        return read_winmail(data, depth)
    if data.lstrip()[:5] == b"{\\rtf":
        return read_rtf(data)
    name, suffixes = _find_refused_format(data)
    if name:
        raise _make_refusal(name, suffix, suffixes)
    if data[4:8] == b"ftyp":
        raise _make_refusal("图片或视频（HEIC、MP4）", suffix, "heic mp4 mov m4a avif")
    return _read_text(data, suffix, depth)


def _make_refusal(file_format: str, suffix: str, suffixes: str) -> UnreadFile:
    """Return the error for a file of the unsupported or misnamed format `file_format`."""
    if suffix and suffix not in suffixes.split():
        return UnreadFile(f"扩展名与内容不符：扩展名是.{suffix}，内容是{file_format}，请核对后重新提供。")
    if suffix in _PICTURE_SUFFIXES or file_format.startswith("图片（"):
        return PicturesOnly(f"没有文字（图片页）：这是{file_format}，请提供有文字的文件，或先识别文字。")
    return UnreadFile(f"不支持的格式（{file_format}）：请用办公软件另存为.docx、.xlsx或.pdf后再试。")


def _read_zip(data: bytes, suffix: str, depth: int) -> Document:
    """Read a packed file by the parts in it (UnreadFile: damaged, or a format that is not read)."""
    try:
        package = open_package(data)
    except UnreadFile:
        if suffix != "zip":
            raise
        return read_zip(data, depth)
    if (document := _read_package(package, depth)) is not None:
        document.losses += package.losses
        return document
    if package.find("[Content_Types].xml") or suffix in _BINARY_SUFFIXES - {"zip"}:
        raise UnreadFile(_NO_MAIN_PART_ERROR)
    return read_zip(data, depth)


def _read_package(package: Package, depth: int) -> Document | None:
    """Read an office file by its parts; None for other files (UnreadFile: a format that is not read)."""
    if package.find("OFD.xml"):
        from gongkai.lib.fileformats.documents.ofd import read_ofd

        return read_ofd(package)
    kind = package.main_kind()
    if kind == "document":
        return WordReader(package, depth).read()
    if kind == "workbook":
        return WorkbookReader(package).read()
    if package.find("content.xml") and package.find("META-INF/manifest.xml"):
        return read_opendocument(package)
    if refusal := next((words for part, words in _REFUSED_PACKAGES.items() if package.find(part)), ""):
        raise UnreadFile(f"不支持的格式（{refusal}后再试。")
    return None


def _read_text(data: bytes, suffix: str, depth: int) -> Document:
    """Read a file without a signature: XML, web archive, mail, web page or plain text."""
    bare = data.rstrip(b"\x00")
    if len(data) - len(bare) > 3 and b"\x00" not in bare:  # disks fill up a block
        data = bare
    head = texts.to_ascii(data[:8000]).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<?xml") or (head.startswith(b"<") and not _HTML_TAG_RE.match(head)):
        xml_document = _read_xml(data, head, suffix, depth)
        if xml_document is not None:
            return xml_document
    if _is_web_archive(head):
        from gongkai.lib.fileformats.documents.mails import read_mht

        return read_mht(data)
    if _is_mail(head, suffix):
        from gongkai.lib.fileformats.documents.mails import read_eml

        return read_eml(data, depth)
    if _HTML_TAG_RE.search(head[:4000]) and suffix not in ("txt", "csv", "eml"):
        return read_html(data)
    return _read_plain(data, suffix)


def _read_plain(data: bytes, suffix: str) -> Document:
    """Read a plain text or a CSV table (UnreadFile: it is no text)."""
    if not texts.is_text(data):
        if suffix in _BINARY_SUFFIXES or suffix in ("doc", "xls", "wps", "et", "rtf"):
            raise UnreadFile(f"已损坏：这不是完整的.{suffix}文件，请用办公软件打开后另存为新文件再试。")
        if suffix in _TEXT_SUFFIXES:
            raise UnreadFile(f"扩展名与内容不符：扩展名是.{suffix}，内容不是文字，请核对后重新提供。")
        format_name = _PRESENTATION_NAMES.get(suffix, f".{suffix}" if suffix else "无法识别")
        raise UnreadFile(f"不支持的格式（{format_name}）：请用办公软件另存为.docx、.xlsx或.pdf后再试。")
    if suffix in _BINARY_SUFFIXES:
        raise UnreadFile(f"扩展名与内容不符：扩展名是.{suffix}，内容是文本，请改为.txt后再试。")
    if suffix in ("csv", "tsv", "xls", "et") or (suffix != "txt" and texts.is_delimited_table(data)):
        return read_csv(data)
    check_bound("lines", data.count(b"\n") if len(data) > BOUNDS_BY_NAME["characters"].most else 0)
    return texts.read_txt(data)


def _read_xml(data: bytes, head: bytes, suffix: str, depth: int) -> Document | None:  # noqa: PLR0911 - a table of kinds
    """Read a file in XML or XHTML by its root; None for another text."""
    if re.search(rb"<(?:\w+:)?package[\s>]", head):
        package = unpack_flat(parse_xml(data))
        if (document := _read_package(package, depth)) is None and package.names:
            raise UnreadFile(_NO_MAIN_PART_ERROR)
        return document
    if re.search(rb"<office:document[\s>]", head):
        flat = {"content.xml": data, "styles.xml": data, "meta.xml": data, "META-INF/manifest.xml": b""}
        return read_opendocument(Package(None, flat))
    if re.search(rb"<(?:\w+:)?wordDocument[\s>]", head):
        return read_word_2003(data, depth)
    if re.search(rb"<(?:\w+:)?Workbook[\s>]", head):
        return read_excel_2003_xml(data)
    if re.search(rb"<(?:\w+:)?(?:rss|feed|RDF|channel)[\s>]", head, re.I):
        return read_feed(data)
    if _HTML_TAG_RE.search(head) and suffix not in ("txt", "csv"):
        return read_html(data)
    if head.startswith(b"<?xml") and suffix != "txt":
        return read_plain_xml(data)
    return None
