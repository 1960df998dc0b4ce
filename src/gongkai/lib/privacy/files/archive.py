"""Read and write office files (zip archives of XML) within size limits."""

import io
import zipfile
from pathlib import Path

from lxml import etree

from gongkai.lib.fileformats.documents import UnreadFile
from gongkai.lib.fileformats.documents.packages import open_archive, read_zip_entry, to_transitional
from gongkai.lib.privacy.files.names import rename_to_standard
from gongkai.lib.privacy.model import PrivacyError, UnknownContent, describe_os_error

MAX_FILE_BYTES = 100 * 1024 * 1024
MAX_PART_BYTES = 80 * 1024 * 1024
MAX_TOTAL_BYTES = 200 * 1024 * 1024
MAX_PARTS = 5000
_FIXED_TIMESTAMP = (1980, 1, 1, 0, 0, 0)


def read_file_bytes(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        PrivacyError: too large, or it cannot be read.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise PrivacyError("文件超过100MB，请拆分后再处理")
        return path.read_bytes()
    except OSError as error:
        raise PrivacyError(f"文件读不了：{describe_os_error(error)}（{path.name}）") from error


def read_parts(data: bytes, file_label: str, *, word: bool) -> dict[str, bytes]:
    """Return the parts of an archive by their standard names.

    Args:
        data: the file.
        word: whether it is a Word file.
        file_label: how to call it in a refusal (Word 文档).

    Raises:
        UnknownContent: no archive.
        PrivacyError: a part is damaged or locked, the main part is missing, or too large when unpacked.
    """
    parts: dict[str, bytes] = {}
    try:
        archive = open_archive(data)
    except UnreadFile as error:
        raise UnknownContent(f"{file_label}打不开：{error}") from error
    try:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_TOTAL_BYTES:
            raise PrivacyError(f"{file_label}解压后过大，疑为压缩炸弹，不予处理")
        for info in infos:
            content = read_zip_entry(archive, info, MAX_PART_BYTES)
            if len(content) > MAX_PART_BYTES:
                raise PrivacyError(f"{file_label}中有一部分解压后过大，疑为压缩炸弹，不予处理")
            name = info.filename
            while name in parts:  # two of one name: programs differ in which they show, so both are read
                name += "#"
            parts[name] = to_transitional(content) if info.filename.endswith((".xml", ".rels")) else content
    except UnreadFile as error:
        raise PrivacyError(f"{file_label}打不开：{error}") from error
    return rename_to_standard(parts, file_label, word=word)


def write_archive(parts: dict[str, bytes]) -> bytes:
    """Return an archive of the parts without dates, comments or other traces."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, _FIXED_TIMESTAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()


def parse_xml(content: bytes, file_label: str, *, comments: bool = False) -> etree._Element:
    """Parse one XML part without entities, network access or unbounded depth.

    Raises:
        PrivacyError: not well-formed, or with a document type declaration.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=not comments,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if "depth" in str(error):
            raise PrivacyError(f"{file_label}的内容嵌套过深（如表格中层层套表格），请简化后再处理") from error
        raise PrivacyError(f"{file_label}的内容不是合法的XML，无法保证遮盖干净，不予处理") from error
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise PrivacyError(f"{file_label}含有外部声明，不予处理")
    return root


def serialise_xml(root: etree._Element) -> bytes:
    """Return a part as bytes."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
