"""Mask Excel files: all sheets, hidden ones as well; comments and caches are removed."""

from collections.abc import Iterable
from datetime import date, timedelta

from lxml import etree

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.files import archive, package
from gongkai.lib.privacy.files.package import local
from gongkai.lib.privacy.files.paragraphs import paragraphs
from gongkai.lib.privacy.files.slots import Gathered, Hider
from gongkai.lib.privacy.model import Finding, PrivacyError

WHAT = "Excel表格"
_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_KEEP = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(?:_rels/)?workbook\.xml(?:\.rels)?|xl/styles\.xml|xl/theme/theme[0-9]+\.xml|"
    r"xl/worksheets/(?:_rels/)?sheet[0-9]*\.xml(?:\.rels)?|xl/chartsheets/(?:_rels/)?sheet[0-9]*\.xml(?:\.rels)?|"
    r"xl/drawings/(?:_rels/)?drawing[0-9]*\.xml(?:\.rels)?|xl/charts/(?:_rels/)?(?:chart|style|colors)[0-9]*\.xml(?:\.rels)?|xl/media/[^/]+|xl/tables/table[0-9]*\.xml"
)
_SHEET = re.compile(r"xl/worksheets/sheet[0-9]*\.xml")
#: Text boxes and charts: paragraphs over several runs, as in Word.
_DRAWN = re.compile(r"xl/(?:drawings/drawing|charts/chart)[0-9]*\.xml")
_GONE = frozenset(
    [
        "legacyDrawing",
        "legacyDrawingHF",
        "oleObjects",
        "controls",
        "externalReferences",
        "pivotCaches",
        "customSheetViews",
        "customProperties",
        "fileSharing",
        "webPublishItems",
        "webPublishing",
        "externalData",
        "smartTags",
        "cellWatches",
        "fileRecoveryPr",
    ]
)
_MAX_CELLS = 3_000_000
_COLUMN = re.compile(r"[A-Z]+")
_EPOCH = date(1899, 12, 30)


def _strings(content: bytes | None) -> list[etree._Element]:
    if content is None:
        return []
    return list(archive.parse(content, WHAT).iterchildren(_NS + "si"))


def _sheets(names: Iterable[str]) -> list[str]:
    found = sorted(name for name in names if _SHEET.fullmatch(name))
    if not found:
        raise PrivacyError(f"{WHAT}打不开：文件损坏、加密或格式不符")
    return found


def _date_styles(content: bytes | None) -> frozenset[str]:
    if content is None:
        return frozenset()
    root = archive.parse(content, WHAT)
    formats = {str(number) for number in [*range(14, 18), 22, *range(27, 37), *range(50, 59)]}
    for own in root.iter(_NS + "numFmt"):
        code = re.sub(r'"[^"]*"|\[[^\]]*\]', "", own.get("formatCode", ""))
        if re.search(r"[yY年]", code):
            formats.add(own.get("numFmtId", ""))
    styles = root.find(_NS + "cellXfs")
    if styles is None:
        return frozenset()
    return frozenset(str(place) for place, style in enumerate(styles) if style.get("numFmtId") in formats)


def _column(reference: str) -> int:
    number = 0
    found = _COLUMN.match(reference)
    for letter in found[0] if found else "":
        number = number * 26 + ord(letter) - 64
    return number


def _shown(cell: etree._Element, value: str, dates: frozenset[str]) -> str:
    try:
        number = float(value)
    except ValueError:
        return value
    if cell.get("s", "") in dates and 0 < number < 80000:
        return (_EPOCH + timedelta(days=int(number))).isoformat()
    if number.is_integer() and abs(number) >= 1e6:
        return value if value.isdigit() else str(int(number))
    return value


def _inline(cell: etree._Element, words: str) -> None:
    for child in list(cell):
        cell.remove(child)
    cell.set("t", "inlineStr")
    holder = etree.SubElement(etree.SubElement(cell, _NS + "is"), _NS + "t")
    holder.text = words
    holder.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _phonetic(part: etree._Element) -> bool:
    parent = part.getparent()
    return parent is not None and local(parent) == "rPh"


def _cell_text(cell: etree._Element, strings: list[etree._Element], dates: frozenset[str]) -> str:
    kind = cell.get("t", "n")
    value = cell.find(_NS + "v")
    if kind == "s" and value is not None:
        try:
            item = strings[int(value.text or "")]
        except (ValueError, IndexError) as error:
            raise PrivacyError(f"{WHAT}中的文字索引有误，不予处理") from error
        words = "".join(part.text or "" for part in item.iter(_NS + "t") if not _phonetic(part))
        formula = cell.find(_NS + "f")
        _inline(cell, words)
        if formula is not None:
            cell.insert(0, formula)
        return words
    if kind == "inlineStr":
        words = "".join(part.text or "" for part in cell.iter(_NS + "t") if not _phonetic(part))
        _inline(cell, words)
        return words
    if value is None or not value.text:
        return ""
    return _shown(cell, value.text, dates) if kind == "n" else value.text


def _gather(
    root: etree._Element, strings: list[etree._Element], dates: frozenset[str]
) -> tuple[Gathered, list[etree._Element]]:
    if root.tag != _NS + "worksheet":
        raise PrivacyError(f"{WHAT}的格式不常用（如“严格的Open XML”），请另存为“Excel工作簿”后再处理")
    gathered = Gathered()
    read: list[etree._Element] = []
    cells = 0
    for row in root.iter(_NS + "row"):
        gathered.gap("\n")
        at = 1
        for cell in row.iterchildren(_NS + "c"):
            cells += 1
            if cells > _MAX_CELLS:
                raise PrivacyError(f"{WHAT}的单元格过多，请拆分后再处理")
            column = _column(cell.get("r", "")) or at
            gathered.gap("\t" * min(max(column - at, 0), 200))
            at = max(column, at)
            words = _cell_text(cell, strings, dates)
            read.extend(cell.iter(_NS + "t", _NS + "v"))

            def put(new: str, cell: etree._Element = cell) -> None:
                _inline(cell, new)

            gathered.add(words.replace("\n", " ").replace("\t", " "), put)
    return gathered, read


def _clear(root: etree._Element) -> None:
    for element in list(root.iter()):
        if local(element) in _GONE:
            package.drop(element)
        elif local(element) == "pageSetup":
            for attribute in [key for key in element.attrib if str(key).endswith("}id")]:
                del element.attrib[attribute]


def mask_xlsx(parts: dict[str, bytes], hider: Hider) -> dict[str, bytes]:
    """Return the masked parts of an Excel file."""
    strings = _strings(parts.get("xl/sharedStrings.xml"))
    dates = _date_styles(parts.get("xl/styles.xml"))
    kept = package.keep_parts(parts, _KEEP)
    roots = {
        name: archive.parse(content, WHAT)
        for name, content in kept.items()
        if name.endswith(".xml") and name[0] != "["
    }
    read: dict[str, list[etree._Element]] = {}
    for root in roots.values():
        _clear(root)
    sheets = _sheets(roots)
    texts: list[tuple[Gathered, list[Finding]]] = []
    # All are searched before the first is masked: a name known only from the last sheet must go from the first one too.
    for name in sheets:
        gathered, read[name] = _gather(roots[name], strings, dates)
        texts.append((gathered, hider.search(gathered)))
    drawn = {name: paragraphs(roots[name]) for name in sorted(roots) if _DRAWN.fullmatch(name)}
    for name, one in drawn.items():
        read[name] = one.read
        texts.append((one.gathered, hider.search(one.gathered)))
    base = 0
    for gathered, found in texts:
        hider.hide(gathered, found, base=base)
        base += gathered.size + 1
    for name, root in roots.items():
        _names(root, hider)
        _formulas(root, hider)
        package.sweep(root, hider, read.get(name, ()))
        kept[name] = archive.serialise(root)
    for name in kept:
        if name.endswith(".rels"):
            kept[name] = package.sweep_relations(kept[name], hider)
        elif name.startswith("xl/media/"):
            kept[name] = package.clean_picture(name, kept[name])
    return kept


def _names(root: etree._Element, hider: Hider) -> None:
    for sheet in root.iter(_NS + "sheet"):
        name = sheet.get("name", "")
        if (masked := hider.string(name)) != name:
            sheet.set("name", re.sub(r"\*+", "某", masked)[:24] + sheet.get("sheetId", ""))
    for defined in list(root.iter(_NS + "definedName")):
        words = (defined.text or "") + defined.get("name", "")
        if hider.string(words) != words:
            package.drop(defined)


def _formulas(root: etree._Element, hider: Hider) -> None:
    for formula in list(root.iter(_NS + "f")):
        if formula.text and hider.string(formula.text) != formula.text:
            package.drop(formula)


def xlsx_text(parts: dict[str, bytes]) -> str:
    """Return the text of all sheets, one row a line, then that of text boxes and charts."""
    names = _sheets(parts)
    strings = _strings(parts.get("xl/sharedStrings.xml"))
    dates = _date_styles(parts.get("xl/styles.xml"))
    texts = [_gather(archive.parse(parts[name], WHAT), strings, dates)[0] for name in names]
    drawn = sorted(name for name in parts if _DRAWN.fullmatch(name))
    texts += [paragraphs(archive.parse(parts[name], WHAT)).gathered for name in drawn]
    return "\n".join(text.text for text in texts)
