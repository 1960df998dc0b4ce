"""Masking one file: choose the way by its kind, mask, check, and only then write."""

from collections.abc import Callable
from pathlib import Path

from gongkai.privacy import lazy_re as re
from gongkai.privacy.files import archive, check
from gongkai.privacy.files.docx import mask_docx
from gongkai.privacy.files.page import mask_html
from gongkai.privacy.files.pdf import mask_pdf
from gongkai.privacy.files.plain import mask_text
from gongkai.privacy.files.slots import Hider, plain
from gongkai.privacy.files.table import mask_csv
from gongkai.privacy.files.xlsx import mask_xlsx
from gongkai.privacy.masks import Pattern, patterns
from gongkai.privacy.model import Finding, Masked, PrivacyError, reason

_ARCHIVES: dict[str, tuple[str, Callable[[dict[str, bytes], Hider], dict[str, bytes]]]] = {
    ".docx": ("Word文档", mask_docx),
    ".xlsx": ("Excel表格", mask_xlsx),
}
_SINGLE: dict[str, Callable[[bytes, Hider], bytes]] = {
    ".txt": mask_text,
    ".csv": mask_csv,
    ".html": mask_html,
    ".htm": mask_html,
    ".pdf": mask_pdf,
}


def mask_file(
    source: Path,
    out: Path,
    *,
    table: dict[str, Pattern] | None = None,
    spare: Callable[[Finding], bool] | None = None,
) -> Masked:
    """Write a copy of a file in which nothing that must not be public is left in any form.

    Args:
        source: .txt, .csv, .html, .docx, .xlsx or .pdf.
        out: the file to write, of the same kind as the source; one that is there already is replaced. A folder takes the source's
            name, masked.
        table: other mask patterns than the room's own.
        spare: says of a finding whether it stays (a person decided so); its words stay wherever they stand in the file.

    Raises:
        PrivacyError: a kind that is not read, a damaged or hostile file, or one that cannot be made clean.
    """
    suffix = source.suffix.lower()
    if suffix not in _ARCHIVES and suffix not in _SINGLE:
        raise PrivacyError(f"不支持{suffix or '没有扩展名的'}文件，请用 .txt .csv .html .docx .xlsx 或 .pdf")
    hider = Hider(patterns() if table is None else table, spare)
    content = _masked(source, suffix, hider)
    suffix = _kind(source)
    words = [word for word, masked in hider.hidden.items() if word != masked]
    check.nothing_left(content, suffix, words)
    target = out / _clean_name(source, hider) if out.is_dir() else out
    _may_write(source, target, hider)
    try:
        target.write_bytes(content)
    except OSError as error:
        raise PrivacyError(f"无法写入输出文件：{reason(error)}") from error
    return Masked(target, hider.findings, _warnings(content, suffix), hider.elsewhere)


def _may_write(source: Path, target: Path, hider: Hider) -> None:
    """Refuse a target whose name says what was masked or promises another kind of file, and the source itself by any name."""
    if hider.string(target.stem, note=False) != target.stem:
        raise PrivacyError("输出文件名中有个人信息，请换一个文件名")
    if _kind(target) != _kind(source):
        raise PrivacyError(f"输出文件的扩展名应与原文件相同（{source.suffix}）")
    if target.exists() and target.samefile(source):
        raise PrivacyError("输出文件不能与原文件相同，请换一个文件名")


def _kind(path: Path) -> str:
    suffix = path.suffix.lower()
    return ".html" if suffix == ".htm" else suffix


def _masked(source: Path, suffix: str, hider: Hider) -> bytes:
    if suffix in _ARCHIVES:
        what, way = _ARCHIVES[suffix]
        parts = archive.read(source, what)
        if "[Content_Types].xml" not in parts:
            raise PrivacyError(f"{what}打不开：文件损坏、加密或格式不符")
        return archive.write(way(parts, hider))
    try:
        if source.stat().st_size > archive.MAX_FILE:
            raise PrivacyError("文件超过100MB，请拆分后再处理")
        return _SINGLE[suffix](source.read_bytes(), hider)
    except OSError as error:
        raise PrivacyError(f"文件读不了：{reason(error)}") from error


def _clean_name(source: Path, hider: Hider) -> str:
    """Return a file name without personal data; masks use signs that no file name may hold."""
    name = hider.string(source.stem, note=False)
    return re.sub(r"[*/\\:?\"<>|]+", "某", plain(name)) + source.suffix


def _warnings(content: bytes, suffix: str) -> list[str]:
    if suffix in _ARCHIVES:
        import io
        import zipfile

        with zipfile.ZipFile(io.BytesIO(content)) as whole:
            pictures = sum("/media/" in name for name in whole.namelist())
        if pictures:
            return [f"文件中有{pictures}幅图片，机器看不出其中的文字，请人工查看"]
    if suffix == ".html" and b"<img" in content:
        return ["网页中有图片，机器看不出其中的文字，请人工查看"]
    if suffix == ".pdf":
        return ["已转为图片并涂黑；图片、印章、签名中的信息请人工查看"]
    return []
