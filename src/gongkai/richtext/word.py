"""A Word file (.docx, older ones through LibreOffice) → clean HTML with its tables and pictures. Bounded: a hostile file costs one clear line."""

import io
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import mammoth

from gongkai.reading.containers.broken import BROKEN_ZIP
from gongkai.richtext.clean import FILE_SCHEME, clean
from gongkai.richtext.errors import UnfitText

if TYPE_CHECKING:
    from mammoth.documents import Image

MAX_BYTES = 20_000_000
MAX_UNPACKED = 120_000_000
MAX_DOCUMENT = 24_000_000
MAX_PICTURE = 8_000_000
OFFICE_SECONDS = 90
PICTURES = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif"}
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


def from_docx(data: bytes, keep: Callable[[bytes, str], str]) -> WordText:
    """Return the text of a .docx.

    Args:
        data: the file.
        keep: stores a picture (bytes, name) and returns its digest.

    Raises:
        UnfitText: the file is not a .docx, is damaged, or unpacks to too much; the reason is one Chinese line.
    """
    _check(data)
    notes: list[str] = _traces(data)
    try:
        result = mammoth.convert_to_html(
            io.BytesIO(data),
            style_map=_STYLES,
            convert_image=mammoth.images.img_element(_picture(keep, notes)),
            include_default_style_map=True,
        )
    except UnfitText:
        raise
    except Exception as error:  # mammoth passes on whatever a damaged part makes its parsers raise
        raise UnfitText("这个 .docx 的内容已损坏，请用办公软件打开后另存为新文件再上传。") from error
    return WordText(clean(result.value), tuple(notes))


def from_office(data: bytes, name: str, keep: Callable[[bytes, str], str]) -> WordText:
    """Return the text of a .docx, .doc or .wps file; the older ones through LibreOffice where it is installed.

    Raises:
        UnfitText: another kind, damaged, or an older one on a machine without LibreOffice.
    """
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if suffix == "docx":
        return from_docx(data, keep)
    if suffix in ("doc", "wps"):
        return from_docx(_through_office(data, suffix), keep)
    raise UnfitText("只能由 .docx、.doc 或 .wps 文件生成正文。")


def _through_office(data: bytes, suffix: str) -> bytes:
    """Convert an older file in a folder and with a profile of its own."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if len(data) > MAX_BYTES:
        raise UnfitText("文件超过20兆字节，请压缩其中的图片，或把它作为附件上传。")
    if office is None:
        raise UnfitText(
            f"本机没有安装 LibreOffice，不能读取 .{suffix} 文件，请用办公软件另存为 .docx 后再上传。"
        )
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, f"text.{suffix}")
        source.write_bytes(data)
        command = [
            office,
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            "docx",
        ]
        try:
            subprocess.run(  # noqa: S603
                [*command, "--outdir", folder, str(source)],
                check=True,
                timeout=OFFICE_SECONDS,
                capture_output=True,
            )
            return Path(folder, "text.docx").read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            raise UnfitText(f"这个 .{suffix} 文件打不开，请用办公软件另存为 .docx 后再上传。") from error


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
    if len(data) > MAX_BYTES:
        raise UnfitText("文件超过20兆字节，请压缩其中的图片，或把它作为附件上传。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if len(infos) > 5000 or sum(info.file_size for info in infos) > MAX_UNPACKED:
                raise UnfitText("文件解压后过大，请只保留正文后再上传。")
            # Read one byte past the bound: the sizes that a zip's directory claims need not be true.
            for info in infos:
                if info.filename.endswith(".xml"):
                    _bounded(archive, info)
            if "word/document.xml" not in archive.namelist():
                raise UnfitText("这不是 .docx 文件，请用办公软件另存为 .docx 后再上传。")
    except BROKEN_ZIP as error:
        raise UnfitText("这不是 .docx 文件或文件已损坏，请用办公软件另存为 .docx 后再上传。") from error


def _bounded(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    with archive.open(info) as stream:
        start = stream.read(MAX_DOCUMENT + 1)
    if len(start) > MAX_DOCUMENT:
        raise UnfitText("文件解压后过大，请只保留正文后再上传。")
    if b"<!DOCTYPE" in start[:4000] or b"<!ENTITY" in start[:100_000]:
        raise UnfitText("文件含有不允许的XML声明，请用办公软件另存为新文件再上传。")


def _picture(keep: Callable[[bytes, str], str], notes: list[str]) -> Callable[["Image"], dict[str, str]]:
    def attributes(image: "Image") -> dict[str, str]:
        if image.content_type not in PICTURES:
            notes.append("有一幅图片的格式不能在网页上显示，已略去；请另存为 PNG 或 JPEG。")
            return {"src": ""}
        with image.open() as stream:
            data = stream.read(MAX_PICTURE + 1)
        if len(data) > MAX_PICTURE:
            notes.append("有一幅图片超过8兆字节，已略去；请压缩后再上传。")
            return {"src": ""}
        try:
            digest = keep(data, "图片" + PICTURES[image.content_type])
        except UnfitText as refused:
            notes.append(f"有一幅图片没有采用：{refused}。")
            return {"src": ""}
        alt = (image.alt_text or "").strip()
        if not alt:
            notes.append("有一幅图片没有替代文字，请在 Word 中补写，供读屏软件朗读。")
        return {"src": f"{FILE_SCHEME}:{digest}", "alt": alt or "图片"}

    return attributes
