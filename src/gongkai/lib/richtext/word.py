"""A text of an office (.docx; .doc and .wps through LibreOffice; .ofd by its words) → clean HTML. Bounded: a hostile file costs one clear line."""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.confined import BOUNDS, over, reader
from gongkai.lib.confined.office import Unconverted, converted
from gongkai.lib.fileformats.compound import LOCKED, OLE, holds, is_locked
from gongkai.lib.fileformats.zips import BROKEN_ZIP, Overfull, open_zip
from gongkai.lib.reading.model import ReadingError
from gongkai.lib.richtext.clean import FILE_SCHEME, clean
from gongkai.lib.richtext.composing import joined
from gongkai.lib.richtext.errors import UnfitText
from gongkai.lib.richtext.pictures import with_addresses

if TYPE_CHECKING:
    from mammoth.documents import Image

MAX_BYTES = 20_000_000
MAX_PICTURE = 8_000_000
PICTURES = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif"}
#: Suffixes of what a text is made from.
TEXT_KINDS = frozenset({"docx", "doc", "wps", "ofd"})
OFD_NOTE = "正文由 OFD 文件中的文字生成：没有表格和图片，段落由机器划分，请对照原件逐段核对。"
_STYLES = """
p[style-name='Title'] => h2:fresh
p[style-name='标题'] => h2:fresh
p[style-name='Heading 1'] => h2:fresh
p[style-name='Heading 2'] => h3:fresh
p[style-name='Heading 3'] => h4:fresh
p[style-name='heading 1'] => h2:fresh
p[style-name='heading 2'] => h3:fresh
p[style-name='heading 3'] => h4:fresh
u => u
"""


@dataclass(frozen=True)
class WordText:
    """The text of a Word file as clean HTML, and what was left out."""

    html: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """A picture of a Word file: its bytes, and the words that stand for it."""

    data: bytes
    name: str
    alt: str


@dataclass(frozen=True)
class Raw:
    """What a child made of a Word file: HTML in which pictures are numbered, the pictures, what was left out."""

    html: str
    pictures: tuple[Drawn, ...]
    notes: tuple[str, ...]


def from_docx(data: bytes, keep: Callable[[bytes, str], str]) -> WordText:
    """Return the text of a .docx.

    Args:
        data: the file.
        keep: stores a picture (bytes, name) and returns its digest.

    Raises:
        UnfitText: the file is not a .docx, is damaged, or unpacks to too much; the reason is one Chinese line.
    """
    return _kept(convert(data, "docx"), keep)


def from_office(data: bytes, name: str, keep: Callable[[bytes, str], str]) -> WordText:
    """Return the text of a file of `TEXT_KINDS`; the older ones through LibreOffice where it is installed.

    Raises:
        UnfitText: another kind, damaged, or an older one on a machine without LibreOffice.
    """
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if suffix not in TEXT_KINDS:
        kinds = "、".join(f".{kind}" for kind in sorted(TEXT_KINDS))
        what = "表格" if suffix in ("xls", "xlsx", "et") else "这种文件"
        raise UnfitText(f"{what}不能生成正文（可以用的有 {kinds}），请用办公软件另存为 .docx 后再上传。")
    return _kept(convert(data, suffix), keep)


@reader(UnfitText, loads=("mammoth", "lxml.html", "nh3"))
def convert(data: bytes, suffix: str) -> Raw:
    """Make HTML of a Word file, in a child.

    Raises:
        UnfitText: it cannot be read, or makes a text that no page takes.
    """
    import mammoth  # costly to load, and read in a child

    if len(data) > MAX_BYTES:
        raise UnfitText("文件超过20兆字节，请压缩其中的图片，或把它作为附件上传。")
    if suffix == "ofd":
        return _from_ofd(data)
    if suffix != "docx" and not data.startswith(b"PK"):  # newer programs write .wps as .docx
        data = _through_office(data, suffix)
    _check(data)
    notes: list[str] = _traces(data)
    pictures: list[Drawn] = []
    try:
        result = mammoth.convert_to_html(
            io.BytesIO(data),
            style_map=_STYLES,
            convert_image=mammoth.images.img_element(_picture(pictures, notes)),
            include_default_style_map=True,
        )
    except UnfitText:
        raise
    except Exception as error:  # mammoth passes on whatever a damaged part makes its parsers raise
        raise UnfitText("这个 .docx 的内容已损坏，请用办公软件打开后另存为新文件再上传。") from error
    refuse_over("html", len(result.value.encode("utf-8", "replace")))
    return Raw(clean(result.value), tuple(pictures), tuple(notes))


def _kept(raw: Raw, keep: Callable[[bytes, str], str]) -> WordText:
    """Store the pictures, name each by its digest, and clean the HTML once more: a child wrote it."""
    notes, marks = list(raw.notes), dict[str, str]()
    for place, picture in enumerate(raw.pictures):
        try:
            marks[str(place)] = keep(picture.data, picture.name)
        except UnfitText as refused:
            notes.append(f"有一幅图片没有采用：{refused}。")
    return WordText(clean(with_addresses(raw.html, _address_in(marks))), tuple(notes))


def _address_in(marks: Mapping[str, str]) -> Callable[[str], str]:
    """Return how a numbered picture is named once it is stored; "" for one that was not."""

    def address(number: str) -> str:
        mark = marks.get(number.lstrip("0") or "0")
        return f"{FILE_SCHEME}:{mark}" if mark else ""

    return address


def refuse_over(name: str, amount: int) -> None:
    """Refuse a file that holds more than the bound `name` (`confined.bounds`) allows.

    Raises:
        UnfitText: it does.
    """
    if words := over(name, amount):
        raise UnfitText(words)


def _from_ofd(data: bytes) -> Raw:
    """Make paragraphs of the lines of an .ofd, which knows neither tables nor paragraphs."""
    from gongkai.lib.reading.containers.ofd import ofd_lines  # as costly, and as rare

    try:
        lines = ofd_lines(data)
    except ReadingError as error:
        raise UnfitText(str(error)) from error
    html = "".join(f"<p>{escape(line)}</p>" for line in joined("\n".join(lines)))
    refuse_over("html", len(html.encode("utf-8", "replace")))
    return Raw(clean(html), (), (OFD_NOTE,))


def _through_office(data: bytes, suffix: str) -> bytes:
    """Convert an older file."""
    if data.startswith(OLE) and not holds(data, "WordDocument"):
        locked = is_locked(io.BytesIO(data))
        raise UnfitText(
            LOCKED if locked else f"这个 .{suffix} 文件不是文字文档或已损坏，请用办公软件另存为 .docx 后再上传。"
        )
    try:
        made = converted(data, suffix)
    except Unconverted as error:
        raise UnfitText(f"这个 .{suffix} 文件打不开，请用办公软件另存为 .docx 后再上传。") from error
    if made is None:
        raise UnfitText(f"本机没有安装 LibreOffice，不能读取 .{suffix} 文件，请用办公软件另存为 .docx 后再上传。")
    return made


def _traces(data: bytes) -> list[str]:
    """Return what a Word file holds besides its words and the writer must know of: revisions, comments, hidden words."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        body = archive.read("word/document.xml")
        comments = archive.read("word/comments.xml") if "word/comments.xml" in archive.namelist() else b""
    changes = len(re.findall(rb"<w:(?:ins|del|moveTo|moveFrom)[ >]", body))
    remarks = len(re.findall(rb"<w:comment[ >]", comments))
    hidden = len(re.findall(rb"<w:vanish(?: w:val=\"(?:1|true|on)\")?\s*/>", body))
    said = [
        (changes, "原文有修订痕迹（{}处），已按接受修订后的文字处理，请核对。"),
        (remarks, "原文有批注（{}处），已去掉。"),
        (hidden, "原文有隐藏文字（{}处），已显示在正文中，请核对是否应当公开。"),
    ]
    return [words.format(count) for count, words in said if count]


def _check(data: bytes) -> None:
    try:
        with open_zip(data, "parts") as archive:
            infos = archive.infolist()
            refuse_over("unpacked", sum(info.file_size for info in infos))
            # Read one byte past the bound: the sizes that a zip's directory claims need not be true.
            for info in infos:
                if info.filename.endswith(".xml"):
                    _bounded(archive, info)
            if "word/document.xml" not in archive.namelist():
                raise UnfitText("这不是 .docx 文件，请用办公软件另存为 .docx 后再上传。")
    except Overfull as error:
        raise UnfitText(str(error)) from error
    except BROKEN_ZIP as error:
        raise UnfitText("这不是 .docx 文件或文件已损坏，请用办公软件另存为 .docx 后再上传。") from error


def _bounded(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    with archive.open(info) as stream:
        start = stream.read(BOUNDS["part"].most + 1)
    refuse_over("part", len(start))
    refuse_over("text paragraphs", start.count(b"<w:p>") + start.count(b"<w:p "))
    refuse_over("cells", start.count(b"<w:tc>") + start.count(b"<w:tc "))
    refuse_over("elements", start.count(b"<"))
    if b"<!DOCTYPE" in start[:4000] or b"<!ENTITY" in start[:100_000]:
        raise UnfitText("文件含有不允许的XML声明，请用办公软件另存为新文件再上传。")


def _picture(pictures: list[Drawn], notes: list[str]) -> Callable[["Image"], dict[str, str]]:
    def attributes(image: "Image") -> dict[str, str]:
        if image.content_type not in PICTURES:
            notes.append("有一幅图片的格式不能在网页上显示，已略去；请另存为 PNG 或 JPEG。")
            return {"src": ""}
        with image.open() as stream:
            data = stream.read(MAX_PICTURE + 1)
        if len(data) > MAX_PICTURE:
            notes.append("有一幅图片超过8兆字节，已略去；请压缩后再上传。")
            return {"src": ""}
        refuse_over("pictures", len(pictures) + 1)
        alt = (image.alt_text or "").strip()
        if not alt:
            notes.append("有一幅图片没有替代文字，请在 Word 中补写，供读屏软件朗读。")
        pictures.append(Drawn(data, "图片" + PICTURES[image.content_type], alt))
        return {"src": f"{FILE_SCHEME}:{len(pictures) - 1:064d}", "alt": alt or "图片"}

    return attributes
