"""Mask Excel files: all sheets, hidden ones as well; comments and caches are removed."""

from collections.abc import Iterable
from functools import partial

from lxml import etree

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.fileformats.documents import UnreadFile
from gongkai.lib.fileformats.documents.number_formats import show_number
from gongkai.lib.fileformats.documents.packages import Package, get_local_name, parse_attribute_number, remove_element
from gongkai.lib.fileformats.documents.workbooks import WorkbookReader, read_cell_text
from gongkai.lib.fileformats.workbooks.values import parse_column_letters, unescape_cell_text
from gongkai.lib.privacy.files import archive, package
from gongkai.lib.privacy.files.paragraphs import read_part_text
from gongkai.lib.privacy.files.slots import FileMasker, SlotText
from gongkai.lib.privacy.model import Finding, PrivacyError, UnknownContent

EXCEL_FILE_LABEL = "Excel表格"
_NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_KEPT_PARTS_RE = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(?:_rels/)?workbook\.xml(?:\.rels)?|xl/styles\.xml|xl/theme/theme[0-9]+\.xml|"
    r"xl/worksheets/(?:_rels/)?sheet[0-9]*\.xml(?:\.rels)?|xl/chartsheets/(?:_rels/)?sheet[0-9]*\.xml(?:\.rels)?|"
    r"xl/drawings/(?:_rels/)?drawing[0-9]*\.xml(?:\.rels)?|xl/charts/(?:_rels/)?(?:chart|style|colors)[0-9]*\.xml(?:\.rels)?|xl/media/[^/]+|xl/tables/table[0-9]*\.xml"
)
SHEET_PART = re.compile(r"xl/worksheets/sheet[0-9]*\.xml")
#: Text boxes and charts: paragraphs over several runs, as in Word.
_DRAWING_PART_RE = re.compile(r"xl/(?:drawings/drawing|charts/chart)[0-9]*\.xml")
_REMOVED_ELEMENTS_NAMES = (
    "legacyDrawing legacyDrawingHF oleObjects controls externalReferences pivotCaches customSheetViews "
    "customProperties fileSharing webPublishItems webPublishing externalData smartTags cellWatches "
    "fileRecoveryPr"
)
_REMOVED_ELEMENTS = frozenset(_REMOVED_ELEMENTS_NAMES.split())
_MAX_CELLS = 3_000_000
_CONTROL_CHARACTERS_RE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")


def _read_shared_strings(content: bytes | None) -> list[etree._Element]:
    if content is None:
        return []
    return list(archive.parse_xml(content, EXCEL_FILE_LABEL).iterchildren(_NAMESPACE + "si"))


def _list_sheet_parts(names: Iterable[str]) -> list[str]:
    """Return the names of the sheets' parts; UnknownContent if there are none."""
    found = sorted(name for name in names if SHEET_PART.fullmatch(name))
    if not found:
        raise UnknownContent(f"{EXCEL_FILE_LABEL}打不开：文件损坏、加密或格式不符")
    return found


def _read_number_formats(parts: dict[str, bytes]) -> list[str]:
    """Return the number format of each cell style, in order (PrivacyError: damaged)."""
    try:
        reader = WorkbookReader(Package(None, parts))
        reader.load_styles()
    except UnreadFile as error:
        raise PrivacyError(str(error)) from error
    return reader.number_formats


def _show_number(cell: etree._Element, value: str, number_formats: list[str]) -> str:
    """Return a number as its cell format shows it."""
    style = parse_attribute_number(cell.get("s"), 0, len(number_formats))
    try:
        formatted = show_number(float(value), number_formats[style] if style < len(number_formats) else "General")
    except ValueError:
        return value
    return formatted or value


def read_codes(text: str) -> str:
    """Return a text with the characters that it writes as codes (_x000D_), as Excel shows them."""
    if "_x" not in text:
        return text
    return _CONTROL_CHARACTERS_RE.sub("", re.sub(r"\r\n?|[\v\f]", "\n", unescape_cell_text(text)))


def _set_inline_text(cell: etree._Element, words: str) -> None:
    """Replace the content of a cell by a text."""
    for child in list(cell):
        cell.remove(child)
    cell.set("t", "inlineStr")
    holder = etree.SubElement(etree.SubElement(cell, _NAMESPACE + "is"), _NAMESPACE + "t")
    holder.text = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", words)  # no code, but words
    holder.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _read_cell_text(cell: etree._Element, strings: list[etree._Element], number_formats: list[str]) -> str:
    """Return the text of a cell as Excel shows it, stored inline."""
    kind = cell.get("t", "n")
    value = cell.find(_NAMESPACE + "v")
    if kind == "s" and value is not None:
        try:
            item = strings[int(value.text or "")]
        except (ValueError, IndexError) as error:
            raise PrivacyError(f"{EXCEL_FILE_LABEL}中的文字索引有误，不予处理") from error
        text = read_codes(read_cell_text(item).written)
        formula = cell.find(_NAMESPACE + "f")
        _set_inline_text(cell, text)
        if formula is not None:
            cell.insert(0, formula)
        return text
    if kind == "inlineStr":
        text = read_codes("".join(read_cell_text(part).written for part in cell.iterchildren(_NAMESPACE + "is")))
        _set_inline_text(cell, text)
        return text
    if value is None or not value.text:
        return ""
    return _show_number(cell, value.text, number_formats) if kind == "n" else read_codes(value.text)


def _collect_cells(
    root: etree._Element, strings: list[etree._Element], number_formats: list[str]
) -> tuple[SlotText, list[etree._Element]]:
    """Return (text of a sheet with a setter for each cell, elements read)."""
    if root.tag != _NAMESPACE + "worksheet":
        raise PrivacyError(f"{EXCEL_FILE_LABEL}的格式不常用（如“严格的Open XML”），请另存为“Excel工作簿”后再处理")
    gathered = SlotText()
    read: list[etree._Element] = []
    cells = 0
    for row in root.iter(_NAMESPACE + "row"):
        gathered.add_separator("\n")
        at = 0
        for cell in row.iterchildren(_NAMESPACE + "c"):
            cells += 1
            if cells > _MAX_CELLS:
                raise PrivacyError(f"{EXCEL_FILE_LABEL}的单元格过多，请拆分后再处理")
            column = parse_column_letters(cell.get("r", "").rstrip("0123456789")) + 1 or at + 1
            gathered.add_separator("\t" * min(max(column - max(at, 1), 0), 200))
            at = max(column, at)
            text = _read_cell_text(cell, strings, number_formats)
            read.extend(cell.iter(_NAMESPACE + "t", _NAMESPACE + "v"))
            gathered.add(text.replace("\n", " ").replace("\t", " "), partial(_set_inline_text, cell))
    return gathered, read


def _remove_dangling_elements(root: etree._Element) -> None:
    """Remove elements and attributes that refer to parts which are removed."""
    for element in list(root.iter()):
        if get_local_name(element) in _REMOVED_ELEMENTS:
            remove_element(element)
        elif get_local_name(element) == "pageSetup":
            for attribute in [key for key in element.attrib if str(key).endswith("}id")]:
                del element.attrib[attribute]


def mask_xlsx(parts: dict[str, bytes], masker: FileMasker) -> dict[str, bytes]:
    """Return {name: content} of the masked parts of an Excel file."""
    strings = _read_shared_strings(parts.get("xl/sharedStrings.xml"))
    number_formats = _read_number_formats(parts)
    kept_parts = package.keep_parts(parts, _KEPT_PARTS_RE)
    roots = package.parse_parts(kept_parts, EXCEL_FILE_LABEL)
    read: dict[str, list[etree._Element]] = {}
    for root in roots.values():
        _remove_dangling_elements(root)
    sheets = _list_sheet_parts(roots)
    texts: list[tuple[SlotText, list[Finding]]] = []
    # All are searched before the first is masked: a name known only from the last sheet must go from the first one too.
    for name in sheets:
        gathered, read[name] = _collect_cells(roots[name], strings, number_formats)
        texts.append((gathered, masker.search(gathered)))
    drawn = {name: read_part_text(roots[name]) for name in sorted(roots) if _DRAWING_PART_RE.fullmatch(name)}
    for name, drawing in drawn.items():
        read[name] = drawing.read
        texts.append((drawing.gathered, masker.search(drawing.gathered)))
    base = 0
    for gathered, findings in texts:
        masker.hide(gathered, findings, base=base)
        base += gathered.size + 1
    for root in roots.values():
        _mask_names(root, masker)
        _remove_formulas(root, masker)
    return package.finish_parts(kept_parts, roots, masker, read)


def _mask_names(root: etree._Element, masker: FileMasker) -> None:
    """Mask the names of sheets, and remove named ranges that contain personal data."""
    for sheet in root.iter(_NAMESPACE + "sheet"):
        name = sheet.get("name", "")
        if (masked := masker.mask_string(name)) != name:
            sheet.set("name", re.sub(r"\*+", "某", masked)[:24] + sheet.get("sheetId", ""))
    for defined in list(root.iter(_NAMESPACE + "definedName")):
        definition = (defined.text or "") + defined.get("name", "")
        if masker.mask_string(definition) != definition:
            remove_element(defined)


def _remove_formulas(root: etree._Element, masker: FileMasker) -> None:
    """Remove the formulas that contain masked words."""
    for formula in list(root.iter(_NAMESPACE + "f")):
        if formula.text and masker.mask_string(formula.text) != formula.text:
            remove_element(formula)


def read_xlsx_text(parts: dict[str, bytes]) -> str:
    """Return the text of all sheets, one row a line, then of text boxes and charts."""
    names = _list_sheet_parts(parts)
    strings = _read_shared_strings(parts.get("xl/sharedStrings.xml"))
    number_formats = _read_number_formats(parts)
    texts = [
        _collect_cells(archive.parse_xml(parts[name], EXCEL_FILE_LABEL), strings, number_formats)[0] for name in names
    ]
    drawn = sorted(name for name in parts if _DRAWING_PART_RE.fullmatch(name))
    texts += [read_part_text(archive.parse_xml(parts[name], EXCEL_FILE_LABEL)).gathered for name in drawn]
    return "\n".join(text.text for text in texts)
