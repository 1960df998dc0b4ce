"""Tables in the house style: caption, header cells with scope, valid spans, no layout."""

from html import escape, unescape
from itertools import count

from lxml.etree import _Element

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.fileformats.documents.packages import get_words, read_span
from gongkai.lib.richtext.blocks import ForeignHtmlReader

#: Maximum characters of a header cell; a first row with longer cells is no header.
MAX_HEAD_CHARACTERS = 24
_TAG = re.compile(r"<[^>]*>")
_TABLE_START_RE = re.compile(r"<table\b")


#: Number of columns from which a simple table becomes cards on a phone.
MIN_CARD_COLUMNS = 4
_WHOLE_TABLE_RE = re.compile(r"<table>.*?</table>", re.DOTALL)
_ROW_HEAD = '<th scope="row">'
_CELL_RE = re.compile(r"<td>(.*?)</td>", re.DOTALL)


def _mark_as_cards(table: str) -> str:
    """Return a simple table as cards for phones, with the column headers in its cells; other tables unchanged."""
    thead, _, body = table.partition("<tbody>")
    heads = [
        _TAG.sub("", head).replace('"', "&quot;")
        for head in re.findall(r'<th scope="col">(.*?)</th>', thead, re.DOTALL)
    ]
    rows = body.split("<tr>")[1:]
    if len(heads) < MIN_CARD_COLUMNS or "span=" in table or thead.count("<tr>") != 1:
        return table
    if any(len(_CELL_RE.findall(row)) + row.startswith(_ROW_HEAD) != len(heads) for row in rows):
        return table

    def write_row(row: str) -> str:
        names = iter(heads[row.startswith(_ROW_HEAD) :])
        return _CELL_RE.sub(lambda cell: f'<td data-head="{next(names)}">{cell[1]}</td>', row)

    cards = "".join(f"<tr>{write_row(row)}" for row in rows)
    return thead.replace("<table>", '<table class="gk-cards">') + "<tbody>" + cards


def make_tables_scrollable(html: str) -> str:
    """Make tables scrollable named regions; simple wide ones become cards on phones."""
    html = _WHOLE_TABLE_RE.sub(lambda table: _mark_as_cards(table[0]), html)
    numbers = count(1)

    def begun(found: re.Match[str]) -> str:
        """Return the labelled region before a table."""
        number = next(numbers)
        label = "表格" if number == 1 else f"表格{number}"
        return f'<div class="gk-scroll" role="region" aria-label="{label}" tabindex="0">{found[0]}'

    return _TABLE_START_RE.sub(begun, html).replace("</table>", "</table></div>")


def make_house_table(reader: ForeignHtmlReader, node: _Element, caption: str = "") -> str:
    """Return one table as clean HTML.

    Args:
        reader: makes the cells' inline HTML.
        node: the table, without tables inside.
        caption: words found above it, empty where there are none.

    Without any content it is only its caption, as a paragraph.
    """
    caption = " ".join(dict.fromkeys(filter(None, (caption, *map(get_words, node.iter("caption"))))))
    rows = [[(cell, reader.write_cell(cell)) for cell in row if cell.tag in ("td", "th")] for row in node.iter("tr")]
    rows = _remove_empty_rows(rows)
    width = max((sum(read_span(cell, "colspan") for cell, _ in row) for row in rows), default=0)
    if len(rows) > 2 and len(rows[0]) == 1 and width > 1 and not caption:
        caption = unescape(_TAG.sub("", rows.pop(0)[0][1]))  # the first row is a title
        while rows and not rows[0]:  # the title's cell reached over it
            rows.pop(0)
    if not rows:
        return f"<p>{escape(caption, quote=False)}</p>" if caption else ""
    head = _count_header_rows(rows)
    pieces = ["<table>"]
    if caption:
        pieces.append(f"<caption>{escape(caption, quote=False)}</caption>")
    if head:
        pieces.append("<thead>" + "".join(_write_row(row, "th") for row in rows[:head]) + "</thead>")
    pieces.append("<tbody>" + "".join(_write_row(row, "td") for row in rows[head:]) + "</tbody></table>")
    return "".join(pieces)


def _remove_empty_rows(rows: list[list[tuple[_Element, str]]]) -> list[list[tuple[_Element, str]]]:
    """Return the rows without empty ones, except those into or from which a cell spans."""
    kept_rows, first_free = [], 0
    for at, row in enumerate(rows):
        end = at + max((read_span(cell, "rowspan") for cell, _ in row), default=1)
        if at < first_free or end > at + 1 or any(cell_html for _, cell_html in row):
            kept_rows.append(row)
        first_free = max(first_free, end)
    return kept_rows if any(cell_html for row in rows for _, cell_html in row) else []


def _count_header_rows(rows: list[list[tuple[_Element, str]]]) -> int:
    """Return the number of header rows, which contain short words only."""
    if len(rows) < 2:
        return 0
    cell_texts = [_TAG.sub("", cell_texts).strip() for _, cell_texts in rows[0]]
    if not all(cell_texts) or any(
        len(word) > MAX_HEAD_CHARACTERS or re.fullmatch(r"[\d.,%\s]+", word) for word in cell_texts
    ):
        return 0
    deep = max(read_span(cell, "rowspan") for cell, _ in rows[0])
    return deep if deep < len(rows) else 0  # no cell reaches from the head into the body


def _write_row(row: list[tuple[_Element, str]], tag: str) -> str:
    """Return a table row as HTML; header cells get a scope and lose their emphasis."""
    cells = []
    for cell, cell_html in row:
        across, down = read_span(cell, "colspan"), read_span(cell, "rowspan")
        spans = (f' colspan="{across}"' if across > 1 else "") + (f' rowspan="{down}"' if down > 1 else "")
        scope = f' scope="{"colgroup" if across > 1 else "col"}"' if tag == "th" else ""
        content = re.sub(r"</?(?:strong|em|u)>", "", cell_html) if tag == "th" else cell_html
        cells.append(f"<{tag}{spans}{scope}>{content}</{tag}>")
    return f"<tr>{''.join(cells)}</tr>"
