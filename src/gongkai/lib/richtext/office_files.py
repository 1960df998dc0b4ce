"""Convert office files to clean HTML."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.confined import reader, refuse_excess
from gongkai.lib.fileformats.documents import LAZILY_IMPORTED, Document, UnreadFile
from gongkai.lib.fileformats.documents.document_reader import read_nested_document
from gongkai.lib.fileformats.documents.markup import join_html_blocks, read_docx_as_html, write_blocks_as_html
from gongkai.lib.fileformats.documents.model import describe_losses
from gongkai.lib.fileformats.documents.packages import Package, open_package, parse_xml, unpack_flat
from gongkai.lib.richtext.clean import FILE_SCHEME, clean_html, normalise_html
from gongkai.lib.richtext.composing import join_wrapped_lines
from gongkai.lib.richtext.depth import UnfitText
from gongkai.lib.richtext.pictures import add_picture_addresses

MAX_OFFICE_FILE_BYTES = 20_000_000
MAX_PICTURE_BYTES = 8_000_000
#: Suffixes of files from which a text is made.
TEXT_KINDS = frozenset({"docx", "doc", "wps", "ofd"})
OFD_NOTE = "正文由 OFD 文件中的文字生成：没有表格和图片，段落由机器划分，请对照原件逐段核对。"
BLOCKS_NOTE = "正文由文件中的文字和表格生成：没有图片和字体格式，请对照原件核对。"
#: Kinds of losses that are no part of a text.
_MARGIN_LOSS_KINDS = frozenset({"header", "footer"})
#: First bytes of pictures that pages show, and their suffixes.
_PICTURE_SUFFIX_BY_SIGNATURE = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"GIF8": ".gif"}


@dataclass(frozen=True)
class WordText:
    """The text of a Word file as clean HTML, with notes on omitted content."""

    html: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class WordPicture:
    """A picture of a Word file: bytes, name and alternative text."""

    data: bytes
    name: str
    alt: str


@dataclass(frozen=True)
class ConvertedWord:
    """A child's result: HTML with numbered pictures, the pictures, and notes on omitted content."""

    html: str
    pictures: tuple[WordPicture, ...]
    notes: tuple[str, ...]


def convert_office_text(
    data: bytes, name: str, keep: Callable[[bytes, str], str], kinds: frozenset[str] = TEXT_KINDS
) -> WordText:
    """Return the text of a file as clean HTML.

    Args:
        data: the file.
        name: its name, whose suffix is one of `kinds`.
        keep: stores a picture (bytes, name) and returns its digest.
        kinds: suffixes that the caller accepts.

    Raises:
        UnfitText: another kind, or damaged.
    """
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if suffix not in kinds:
        kinds_named = "、".join(f".{kind}" for kind in sorted(kinds))
        what = "表格" if suffix in ("xls", "xlsx", "et") else "这种文件"
        raise UnfitText(f"{what}不能生成正文（可以用的有 {kinds_named}），请用办公软件另存为 .docx 后再上传。")
    return _store_pictures(convert_in_child(data, suffix), keep)


@reader(UnfitText, loads=("nh3", *LAZILY_IMPORTED))
def convert_in_child(data: bytes, suffix: str) -> ConvertedWord:
    """Convert a file to HTML, in a child.

    Raises:
        UnfitText: it cannot be read, or makes a text that no page takes.
    """
    if len(data) > MAX_OFFICE_FILE_BYTES:
        raise UnfitText("文件超过20兆字节，请压缩其中的图片，或把它作为附件上传。")
    try:
        document = read_nested_document(data, f"text.{suffix}", 1)  # a text may have pictures only
    except UnreadFile as error:
        raise UnfitText(_describe_unfit_text(error)) from error
    if document.kind in ("xlsx", "xls", "csv"):
        raise UnfitText(f"这个 .{suffix} 文件是表格，不是文字文档，请用办公软件另存为 .docx 后再上传。")
    if document.kind == "docx":
        return _convert_word_file(data)
    html = _convert_blocks(document)
    refuse_excess(UnfitText, "html", len(html.encode("utf-8", "replace")))
    notes = {"ofd": (OFD_NOTE,), "txt": ()}.get(document.kind, (BLOCKS_NOTE,))
    return ConvertedWord(clean_html(html), (), (*notes, *describe_losses(document.losses)))


def _describe_unfit_text(error: UnreadFile) -> str:
    """Return the error's words, with the advice to save as .docx."""
    words = str(error)
    return words if ".docx" in words else f"{words.rstrip('。')}，或另存为 .docx 后再上传。"


def _convert_word_file(data: bytes) -> ConvertedWord:
    """Return the HTML of a Word file."""
    package = open_package(data) if data.startswith(b"PK") else unpack_flat(parse_xml(data))
    notes = _describe_changes(package)
    pictures: list[WordPicture] = []
    document = read_docx_as_html(package, lambda picture, alt: _write_picture(picture, alt, pictures, notes))
    html = join_html_blocks(document)
    refuse_excess(UnfitText, "html", len(html.encode("utf-8", "replace")))
    losses = describe_losses(document.losses, _MARGIN_LOSS_KINDS)
    return ConvertedWord(clean_html(normalise_html(html)), tuple(pictures), (*notes, *losses))


def _describe_changes(package: Package) -> list[str]:
    """Return a note on tracked changes, which are accepted."""
    body = package.read(package.main_part("word/document.xml"))
    count = len(re.findall(rb"<w:(?:ins|del|moveTo|moveFrom)[ >]", body))
    return [f"原文有修订痕迹（{count}处），已按接受修订后的文字处理，请核对。"] if count else []


def _convert_blocks(document: Document) -> str:
    """Return the blocks of a document as HTML."""
    if document.kind == "txt":  # its lines are as long as the page was wide
        return "".join(f"<p>{escape(line)}</p>" for line in join_wrapped_lines(document.text))
    return "".join(
        write_blocks_as_html(document.blocks, join_wrapped_lines if document.kind == "ofd" else str.splitlines)
    )


def _store_pictures(raw: ConvertedWord, keep: Callable[[bytes, str], str]) -> WordText:
    """Store the pictures by digest, and clean the child's HTML again."""
    notes, digests = list(raw.notes), dict[str, str]()
    for place, picture in enumerate(raw.pictures):
        try:
            digests[str(place)] = keep(picture.data, picture.name)
        except UnfitText as refused:
            notes.append(f"第{place + 1}幅图片没有采用：{refused}。请对照原文件，改用PNG或JPEG后补上。")
    return WordText(clean_html(add_picture_addresses(raw.html, _make_url_lookup(digests))), tuple(notes))


def _make_url_lookup(digests: Mapping[str, str]) -> Callable[[str], str]:
    """Return a function that maps a picture's number to its URL, or to "" if it was not stored."""

    def address(number: str) -> str:
        """Return the URL of a stored picture by its number, or ""."""
        mark = digests.get(number.lstrip("0") or "0")
        return f"{FILE_SCHEME}:{mark}" if mark else ""

    return address


def _write_picture(data: bytes, alt: str, pictures: list[WordPicture], notes: list[str]) -> str:
    """Return the HTML of a picture, numbered; "" with a note where pages do not show it."""
    suffix = next((suffix for start, suffix in _PICTURE_SUFFIX_BY_SIGNATURE.items() if data.startswith(start)), "")
    if not suffix:
        notes.append("有一幅图片的格式不能在网页上显示，已略去；请另存为 PNG 或 JPEG。")
        return ""
    if len(data) > MAX_PICTURE_BYTES:
        notes.append("有一幅图片超过8兆字节，已略去；请压缩后再上传。")
        return ""
    refuse_excess(UnfitText, "pictures", len(pictures) + 1)
    if not alt.strip():
        notes.append("有一幅图片没有替代文字，请在 Word 中补写，供读屏软件朗读。")
    pictures.append(WordPicture(data, f"图片{suffix}", alt.strip()))
    return f'<img src="{FILE_SCHEME}:{len(pictures) - 1:064d}" alt="{escape(alt.strip() or "图片")}">'
