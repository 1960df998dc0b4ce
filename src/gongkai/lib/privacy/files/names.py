"""Rename the parts of office files to the standard names of Word and Excel."""

from itertools import count

from lxml import etree

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.fileformats.documents import UnreadFile
from gongkai.lib.fileformats.documents.packages import Package, find_all, parse_xml, relations_part
from gongkai.lib.privacy.model import PrivacyError, UnknownContent

#: Kinds of relation and the names of their parts; {n} is a number.
_WORD_PART_NAMES = {
    "officeDocument": "word/document.xml",
    "header": "word/header{n}.xml",
    "footer": "word/footer{n}.xml",
    "footnotes": "word/footnotes.xml",
    "endnotes": "word/endnotes.xml",
    "numbering": "word/numbering.xml",
    "styles": "word/styles.xml",
    "settings": "word/settings.xml",
    "fontTable": "word/fontTable.xml",
    "theme": "word/theme/theme{n}.xml",
    "chart": "word/charts/chart{n}.xml",
    "image": "word/media/image{n}",
}
_EXCEL_PART_NAMES = {
    "officeDocument": "xl/workbook.xml",
    "worksheet": "xl/worksheets/sheet{n}.xml",
    "chartsheet": "xl/chartsheets/sheet{n}.xml",
    "sharedStrings": "xl/sharedStrings.xml",
    "styles": "xl/styles.xml",
    "theme": "xl/theme/theme{n}.xml",
    "drawing": "xl/drawings/drawing{n}.xml",
    "chart": "xl/charts/chart{n}.xml",
    "table": "xl/tables/table{n}.xml",
    "image": "xl/media/image{n}",
}


def rename_to_standard(parts: dict[str, bytes], file_label: str, *, word: bool) -> dict[str, bytes]:
    """Return the parts of a file under their standard names, with matching relations and types.

    Args:
        parts: the parts by name.
        file_label: how to call the file in a refusal.
        word: a Word file, else an Excel file.

    Raises:
        PrivacyError: the main part is not where the relations say, or two parts claim one place.
    """
    package = Package(None, parts)
    owners = {table: owner for owner in ("", *parts) if (table := package.find(relations_part(owner)))}
    try:
        relations = {owner: package.relations(owner) for owner in owners.values()}
    except UnreadFile as error:
        raise PrivacyError(str(error)) from error
    renamed = _list_new_names(package, relations, file_label, _WORD_PART_NAMES if word else _EXCEL_PART_NAMES)
    if not renamed:
        return parts
    new_parts = dict(parts)
    for table, owner in owners.items():
        new_parts[table] = _rename_targets(parts[table], relations[owner], package, renamed)
        if owner in renamed:
            renamed[table] = relations_part(renamed[owner])
    if "[Content_Types].xml" in new_parts:
        new_parts["[Content_Types].xml"] = _rename_types(new_parts["[Content_Types].xml"], package, renamed)
    unchanged = {name: content for name, content in new_parts.items() if name not in renamed}
    return unchanged | {new_name: new_parts[old_name] for old_name, new_name in renamed.items()}


def _list_new_names(
    package: Package, relations: dict[str, dict[str, tuple[str, str]]], file_label: str, names: dict[str, str]
) -> dict[str, str]:
    """Return {present name: standard name} of the parts to be renamed.

    Raises:
        PrivacyError: no main part, or two parts would get the same name.
    """
    meant: dict[str, str] = {}
    for kind, target in (relation for table in relations.values() for relation in table.values()):
        actual = package.find(target)
        if not actual and kind == "officeDocument":
            raise UnknownContent(f"{file_label}打不开：找不到正文部分，文件不完整")
        if actual and kind in names and actual not in meant:
            meant[actual] = _choose_name(names[kind], actual, {*package.names, *meant.values()})
    if len(set(meant.values())) < len(meant):
        raise PrivacyError(f"{file_label}中有两个部分互相冲突，无法保证遮盖干净，不予处理")
    return {old_name: new_name for old_name, new_name in meant.items() if old_name != new_name}


def _choose_name(usual_name: str, actual: str, used_names: set[str]) -> str:
    """Return the name of a part if it fits the standard, else the first free standard name."""
    picture = "/media/" in usual_name
    pattern = usual_name.replace(".", r"\.").replace("image{n}" if picture else "{n}", "[^/]+" if picture else "[0-9]*")
    if re.fullmatch(pattern, actual):
        return actual
    if "{n}" not in usual_name:
        return usual_name  # whatever else lay there is not what the relations mean
    extension = f".{actual.rpartition('.')[2]}" if picture else ""
    return next(name for n in count(1) if (name := usual_name.format(n=n) + extension) not in used_names)


def _rename_targets(
    content: bytes, relations: dict[str, tuple[str, str]], package: Package, renamed: dict[str, str]
) -> bytes:
    """Return a relations part whose internal targets are absolute and use the new names."""
    root = parse_xml(content)
    for relation in root:
        actual = package.find(relations[relation.get("Id") or ""][1])
        if actual and relation.get("TargetMode") != "External":
            relation.set("Target", "/" + renamed.get(actual, actual))
    return etree.tostring(root)


def _rename_types(content: bytes, package: Package, renamed: dict[str, str]) -> bytes:
    """Return the part of content types with the new names (`renamed`: by old name)."""
    root = parse_xml(content)
    for override in find_all(root, "Override"):
        if (actual := package.find(override.get("PartName") or "")) in renamed:
            override.set("PartName", f"/{renamed[actual]}")
    return etree.tostring(root)
