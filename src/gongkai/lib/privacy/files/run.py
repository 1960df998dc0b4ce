"""Mask one file in a child process: choose the method by kind, mask, check, then write."""

import io
import zipfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.confined import reader
from gongkai.lib.privacy.files import archive, check
from gongkai.lib.privacy.files.docx import mask_docx
from gongkai.lib.privacy.files.encoding import decode_text
from gongkai.lib.privacy.files.page import mask_html
from gongkai.lib.privacy.files.pdf import mask_pdf
from gongkai.lib.privacy.files.slots import MAX_TEXT_CHARACTERS, Hider, SlotText, normalise_words
from gongkai.lib.privacy.files.table import mask_csv
from gongkai.lib.privacy.files.xlsx import mask_xlsx
from gongkai.lib.privacy.masks import load_mask_patterns
from gongkai.lib.privacy.model import Finding, MaskedFile, PrivacyError, describe_os_error


def mask_plain_text(content: bytes, hider: Hider) -> bytes:
    """Return a masked text file in UTF-8."""
    text = decode_text(content, "文本文件").replace("\r\n", "\n")
    if len(text) > MAX_TEXT_CHARACTERS:
        raise PrivacyError("文本文件过长，请拆分后再处理")
    gathered, box = SlotText(), [text]
    gathered.add(text, lambda words: box.__setitem__(0, words))
    hider.hide(gathered)
    return box[0].encode()


_ARCHIVE_FORMATS: dict[str, tuple[str, Callable[[dict[str, bytes], Hider], dict[str, bytes]]]] = {
    ".docx": ("Word文档", mask_docx),
    ".xlsx": ("Excel表格", mask_xlsx),
}
_SINGLE_FILE_FORMATS: dict[str, Callable[[bytes, Hider], bytes]] = {
    ".txt": mask_plain_text,
    ".csv": mask_csv,
    ".html": mask_html,
    ".htm": mask_html,
    ".pdf": mask_pdf,
}


@dataclass(frozen=True)
class MaskedContent:
    """A masked file: bytes, neutral name without suffix, and the facts for `MaskedFile`."""

    content: bytes
    name: str
    findings: list[Finding]
    elsewhere: list[Finding]
    warnings: list[str]


def mask_file(source: Path, out: Path, *, kinds: Collection[str] = (), words: Collection[str] = ()) -> MaskedFile:
    """Write a copy of a file without the personal data in it.

    Args:
        source: .txt, .csv, .html, .docx, .xlsx or .pdf.
        out: the file to write, of the same kind as the source; one that is there already is replaced. A folder takes the source's
            name, masked.
        kinds: kinds of findings that stay (a person decided so); their words stay wherever they stand in the file.
        words: single findings that stay.

    Raises:
        PrivacyError: a kind that is not read, a damaged or hostile file, or one that cannot be made clean.
    """
    suffix = source.suffix.lower()
    into = out.is_dir()
    require_known_format(suffix)
    if not into:
        _check_target(source, out)
    done = mask_bytes(
        archive.read_file_bytes(source),
        suffix,
        source.stem if into else out.stem,
        not into,
        [*kinds],
        [*words],
    )
    target = out / f"{done.name}{source.suffix}" if into else out
    if into:
        _check_target(source, target)
    try:
        target.write_bytes(done.content)
    except OSError as error:
        raise PrivacyError(f"无法写入输出文件：{describe_os_error(error)}") from error
    return MaskedFile(target, done.findings, done.warnings, done.elsewhere)


def require_known_format(suffix: str) -> None:
    """Refuse file formats that cannot be masked.

    Raises:
        PrivacyError: it is.
    """
    if suffix not in _ARCHIVE_FORMATS and suffix not in _SINGLE_FILE_FORMATS:
        raise PrivacyError(f"不支持{suffix or '没有扩展名的'}文件，请用 .txt .csv .html .docx .xlsx 或 .pdf")


@reader(PrivacyError, loads=("gongkai.lib.privacy.ready",))
def mask_bytes(data: bytes, suffix: str, name: str, given: bool, kinds: list[str], words: list[str]) -> MaskedContent:
    """Mask file content in a child process.

    Args:
        data: the file.
        suffix: its kind, with the dot.
        name: its name without suffix.
        given: whether it must keep this name; else the name is masked as well.
        kinds: kinds of findings that stay.
        words: single findings that stay.

    Raises:
        PrivacyError: as for `mask_file`.
    """
    require_known_format(suffix)
    hider = Hider(load_mask_patterns(), lambda one: one.kind in kinds or one.text in words)
    content = _mask_content(data, suffix, hider)
    plain_kind = _normalise_suffix(suffix)
    check.refuse_remaining_words(content, plain_kind, [word for word, masked in hider.hidden.items() if word != masked])
    if given and hider.mask_string(name, note=False) != name:
        raise PrivacyError("输出文件名中有个人信息，请换一个文件名")
    return MaskedContent(
        content,
        _clean_name(name, hider),
        hider.findings,
        hider.elsewhere,
        _list_warnings(content, plain_kind),
    )


def _check_target(source: Path, target: Path) -> None:
    if _normalise_suffix(target.suffix.lower()) != _normalise_suffix(source.suffix.lower()):
        raise PrivacyError(f"输出文件的扩展名应与原文件相同（{source.suffix}）")
    if target.exists() and target.samefile(source):
        raise PrivacyError("输出文件不能与原文件相同，请换一个文件名")


def _normalise_suffix(suffix: str) -> str:
    return ".html" if suffix == ".htm" else suffix


def _mask_content(data: bytes, suffix: str, hider: Hider) -> bytes:
    if suffix not in _ARCHIVE_FORMATS:
        return _SINGLE_FILE_FORMATS[suffix](data, hider)
    what, way = _ARCHIVE_FORMATS[suffix]
    parts = archive.read_parts(data, what, word=suffix == ".docx")
    if "[Content_Types].xml" not in parts:
        raise PrivacyError(f"{what}打不开：文件损坏、加密或格式不符")
    return archive.write_archive(way(parts, hider))


def _clean_name(stem: str, hider: Hider) -> str:
    return re.sub(r"[*/\\:?\"<>|]+", "某", normalise_words(hider.mask_string(stem, note=False)))


def _list_warnings(content: bytes, suffix: str) -> list[str]:
    if suffix in _ARCHIVE_FORMATS:
        with zipfile.ZipFile(io.BytesIO(content)) as whole:
            pictures = sum("/media/" in name for name in whole.namelist())
        if pictures:
            return [f"文件中有{pictures}幅图片，机器看不出其中的文字，请人工查看"]
    if suffix == ".html" and b"<img" in content:
        return ["网页中有图片，机器看不出其中的文字，请人工查看"]
    if suffix == ".pdf":
        return ["已转为图片并涂黑；图片、印章、签名中的信息请人工查看"]
    return []
