"""Rename the parts of office files to the standard names of Word and Excel."""

from collections.abc import Iterator
from itertools import count
from urllib.parse import unquote

from lxml import etree

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.model import PrivacyError, UnknownContent

_RELATION_TAG = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_OVERRIDE_TAG = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"
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


def resolve_target(rels: str, path: str) -> str:
    """Return the part that a relation names, relative to its relations table."""
    steps = [] if path.startswith("/") else rels.rpartition("_rels/")[0].split("/")[:-1]
    for step in path.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in (".", ""):
            steps.append(step)
    return "/".join(steps)


def relations_part_name(part: str) -> str:
    """Return the name of the relations table of a part."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels".lstrip("/")


def rename_to_standard(parts: dict[str, bytes], what: str, *, word: bool) -> dict[str, bytes]:
    """Return the parts of a file under their standard names, with matching relations and types.

    Args:
        parts: the parts by name.
        what: how to call the file in a refusal.
        word: a Word file, else an Excel file.

    Raises:
        PrivacyError: the main part is not where the relations say, or two parts claim one place.
    """
    tables = {
        name: root for name in parts if name.endswith(".rels") and (root := _parse_table(parts[name])) is not None
    }
    folded = {name.casefold(): name for name in reversed(list(parts))}
    renamed = _list_new_names(tables, folded, what, _WORD_PART_NAMES if word else _EXCEL_PART_NAMES)
    if not renamed:
        return parts
    renamed |= {
        folded[rels.casefold()]: relations_part_name(new)
        for old, new in renamed.items()
        if (rels := relations_part_name(old)).casefold() in folded
    }
    for rels, root in tables.items():
        _update_relations(rels, root, renamed, folded)
    found = {name: etree.tostring(tables[name]) if name in tables else content for name, content in parts.items()}
    if "[Content_Types].xml" in found:
        found["[Content_Types].xml"] = _update_types(found["[Content_Types].xml"], renamed)
    others = {name: content for name, content in found.items() if name not in renamed}
    return others | {new: found[old] for old, new in renamed.items()}


def _list_new_names(
    tables: dict[str, etree._Element], folded: dict[str, str], what: str, names: dict[str, str]
) -> dict[str, str]:
    meant: dict[str, str] = {}
    for rels, root in tables.items():
        for relation, kind in _list_internal_relations(root):
            actual = _find_part(resolve_target(rels, relation.get("Target", "")), folded)
            if actual is None and kind == "officeDocument":
                raise UnknownContent(f"{what}打不开：找不到正文部分，文件不完整")
            if actual is not None and kind in names and actual not in meant:
                meant[actual] = _choose_name(names[kind], actual, {*folded.values(), *meant.values()})
    if len(set(meant.values())) < len(meant):
        raise PrivacyError(f"{what}中有两个部分互相冲突，无法保证遮盖干净，不予处理")
    return {old: new for old, new in meant.items() if old != new}


def _parse_table(content: bytes) -> etree._Element | None:
    try:
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return None


def _list_internal_relations(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    for relation in root.iter(_RELATION_TAG):
        if relation.get("TargetMode") != "External":
            yield relation, relation.get("Type", "").rpartition("/")[2]


def _find_part(path: str, folded: dict[str, str]) -> str | None:
    return folded.get(path.casefold()) or folded.get(unquote(path).casefold())


def _choose_name(usual_name: str, actual: str, taken: set[str]) -> str:
    picture = "/media/" in usual_name
    pattern = usual_name.replace(".", r"\.").replace("image{n}" if picture else "{n}", "[^/]+" if picture else "[0-9]*")
    if re.fullmatch(pattern, actual):
        return actual
    if "{n}" not in usual_name:
        return usual_name  # whatever else lay there is not what the relations mean
    extension = f".{actual.rpartition('.')[2]}" if picture else ""
    return next(name for n in count(1) if (name := usual_name.format(n=n) + extension) not in taken)


def _update_relations(rels: str, root: etree._Element, renamed: dict[str, str], folded: dict[str, str]) -> None:
    for relation, _ in _list_internal_relations(root):
        path = resolve_target(rels, relation.get("Target", ""))
        actual = _find_part(path, folded)
        if actual in renamed or rels in renamed:
            relation.set("Target", "/" + renamed.get(actual or path, actual or path))


def _update_types(content: bytes, renamed: dict[str, str]) -> bytes:
    root = _parse_table(content)
    if root is None:
        return content
    folded = {old.casefold(): new for old, new in renamed.items()}
    for override in root.iter(_OVERRIDE_TAG):
        name = override.get("PartName", "").lstrip("/")
        if name.casefold() in folded:
            override.set("PartName", "/" + folded[name.casefold()])
    return etree.tostring(root)
