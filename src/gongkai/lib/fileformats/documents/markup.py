"""Write documents as HTML: Word files with their formatting, others block by block."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from itertools import groupby, takewhile

from lxml.etree import _Element

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.normalisation import normalise_text
from gongkai.lib.fileformats.documents.model import CoveredCell, Document, DocumentBlock, DocumentBuilder
from gongkai.lib.fileformats.documents.packages import Package, find_child, get_attribute, get_local_name
from gongkai.lib.fileformats.documents.word import WordReader, find_children
from gongkai.lib.fileformats.documents.word_runs import ParagraphReader, Texts
from gongkai.lib.fileformats.documents.word_styles import RunProperties, is_on

#: Properties of runs that HTML has tags for.
_RUN_TAGS = {"b": "strong", "i": "em", "u": "u"}
_TAGS_BY_SCRIPT_HEIGHT = {"superscript": "sup", "subscript": "sub"}
_LINK_FIELD_RE = re.compile(r'\s*HYPERLINK\s+"([^"]*)"')
_BETWEEN_LISTS = "</ul><ul>"
#: Returns a picture as HTML by its content and alternative text.
WritePicture = Callable[[bytes, str], str]


class _HtmlText(str):
    """Words of a paragraph with the tags around them, or a picture as HTML."""

    __slots__ = ("html", "tags")
    tags: tuple[str, ...]
    html: str

    def __new__(cls, text: str, tags: tuple[str, ...] = (), html: str = "") -> "_HtmlText":
        """Return the words with their tags."""
        made = super().__new__(cls, text)
        made.tags, made.html = tags, html
        return made


class _HtmlParagraphReader(ParagraphReader):
    """Read paragraphs as HTML."""

    reader: "_HtmlWordReader"
    pictures: list[str]
    _tags: tuple[str, ...] = ()
    _link = ""

    def text(self, paragraph: _Element) -> str:
        """Return a paragraph as HTML without the tags of its block."""
        out = ""
        for (tags, html), pieces in groupby(
            self._pieces(paragraph), key=lambda one: (one.tags, one.html) if isinstance(one, _HtmlText) else ((), "")
        ):
            inner = html or escape("".join(pieces), quote=False).replace("\n", "<br>")
            opened = "".join(f"<{tag}>" for tag in tags)
            out += opened + inner + "".join(f"</{tag.partition(' ')[0]}>" for tag in reversed(tags))
        return out

    def _read_r(self, run: _Element, look: RunProperties, depth: int) -> Texts:
        """Read a run; its text gets the tags for bold, italic and raised text."""
        properties = find_child(run, "rPr")
        height = _TAGS_BY_SCRIPT_HEIGHT.get(get_attribute(find_child(properties, "vertAlign")), "")
        run_tags = [tag for name, tag in _RUN_TAGS.items() if is_on(properties, name)]
        outer_tags, self._tags = self._tags, (*run_tags, height) if height else tuple(run_tags)
        yield from super()._read_r(run, look, depth)
        self._tags = outer_tags

    def _read_hyperlink(self, element: _Element, look: RunProperties, depth: int) -> Texts:
        """Yield the text within a link."""
        before, self._link = self._link, self.reader.relations.get(get_attribute(element, "id"), ("", ""))[1]
        yield from self._inside(element, look, depth + 1)
        self._link = before

    def _read_footnoteReference(self, element: _Element, look: RunProperties, _: int) -> Texts:
        """Yield the number of a note in brackets, raised."""
        name = get_local_name(element)
        self.reader.references[name] += 1
        label = "尾注" * name.startswith("end") + str(self.reader.references[name])
        for words in super()._show(f"[{label}]", look):
            yield _HtmlText(words, ("sup",))

    _read_endnoteReference = _read_footnoteReference

    def _show(self, text: str, look: RunProperties) -> Texts:
        """Yield text with its link and the tags of its run."""
        for shown_text in super()._show(text, look):
            links = [
                self._link,
                *(match[1] for field in self.fields if (match := _LINK_FIELD_RE.match(field.instruction))),
            ]
            link = next(filter(None, links), "")
            yield _HtmlText(shown_text, ((f'a href="{escape(link)}"',) if link else ()) + self._tags)

    def _show_drawing(self, element: _Element, look: RunProperties) -> Texts:
        """Yield a drawing's text, and a placeholder with the HTML of each picture."""
        yield from super()._show_drawing(element, look)
        new_pictures, self.pictures = self.pictures, []
        for html in new_pictures:
            for sign in super()._show("\ufffc", look):
                yield _HtmlText(sign, (), html)


class _HtmlBuilder(DocumentBuilder):
    """Collect blocks whose texts are HTML.

    Attributes:
        heads: rows of the next table that repeat on each page.
    """

    heads = 0

    def paragraph(self, text: str, level: int = 0, *, page: int = 0, aside: bool = False) -> None:
        """Add HTML as a paragraph, a heading or an item of a list; blank text is skipped."""
        if text.strip() and (text := text.strip("\n").rstrip().replace("\n", "<br>")):
            self.find_unknown(normalise_text(text), self.place)
            tag = f"h{min(level + 1, 4)}" if level else "p"
            self._add(DocumentBlock("paragraph", text if text.startswith("<ul>") else f"<{tag}>{text}</{tag}>"))

    def table(self, rows: Iterable[Sequence[str]], where: str = "", places: Sequence[int] = ()) -> None:
        """Add a table whose cells are HTML, unless all are empty."""
        lines = [[_write_cell(cell) for cell in row] for row in rows]
        if any(cell for row in lines for cell in row):
            html = write_html_table(lines, self.heads)
            self.find_unknown(normalise_text(html), self.place)
            self._add(DocumentBlock("table", html))

    def include(self, inner: Document, where: str) -> None:
        """Append another document (`inner`) with its blocks as HTML; `where` is its place in this file."""
        inner.blocks = [DocumentBlock("paragraph", html) for html in write_blocks_as_html(inner.blocks)]
        super().include(inner, where)


def _write_cell(cell: str) -> str:
    """Return the HTML of a cell; its lists and tables are HTML already."""
    if isinstance(cell, CoveredCell):
        return cell
    lines = [line for line in cell.split("\n") if line]
    return "".join(line if line.startswith(("<ul>", "<table>")) else f"<p>{line}</p>" for line in lines)


class _HtmlWordReader(WordReader):
    """Read the paragraphs, tables and pictures of a Word file as HTML."""

    def __init__(self, package: Package, write_picture: WritePicture) -> None:
        super().__init__(package, 1)
        self._write_picture = write_picture
        self.references: Counter[str] = Counter()
        self.builder = _HtmlBuilder("docx")
        self.inline = inline = _HtmlParagraphReader(self.builder, self.styles, self._draw, raises=False)
        inline.reader, inline.pictures = self, []

    def _read_line(self, paragraph: _Element) -> str:
        """Return a paragraph as inline HTML; an item with a bullet is nested in lists to its level."""
        if not isinstance(self.inline, _HtmlParagraphReader):  # a header or footer
            return super()._read_line(paragraph)
        text, properties = self.inline.text(paragraph), find_child(paragraph, "pPr")
        if not text.strip():
            return ""
        if label := self.lists.label(properties):
            return escape(label, quote=False) + text
        place = self.lists.find_list_level(properties) if not self.styles.level(properties) else None
        level = place[1] + 1 if place else 0
        return f"{'<ul>' * level}<li>{text}</li>{'</ul>' * level}" if level else text

    def _flatten(self, rows: list[list[str]]) -> list[str]:
        return [write_html_table([[_write_cell(cell) for cell in row] for row in rows])]

    def _read_rows(self, table: _Element, depth: int) -> list[list[str]]:
        """Return the rows of a table, and store how many of them are header rows."""
        rows = super()._read_rows(table, depth)
        if isinstance(self.builder, _HtmlBuilder):
            heads = takewhile(_is_head, find_children(table, "tr"))
            self.builder.heads = sum(1 for _ in heads)
        return rows

    def _take_pictures(self, element: _Element, alternative: str) -> None:
        """Add the pictures of an element that the package contains; record others as losses."""
        if not isinstance(self.inline, _HtmlParagraphReader):
            return
        for image in element.iter("{*}blip", "{*}imagedata"):
            part = self.relations.get(get_attribute(image, "embed") or get_attribute(image, "id"), ("", ""))[1]
            if not self.package.find(part):
                super()._take_pictures(element, alternative)
            elif html := self._write_picture(self.package.read(part), alternative):
                self.inline.pictures.append(html)


def _is_head(row: _Element) -> bool:
    return is_on(find_child(row, "trPr"), "tblHeader") is True


def read_docx_as_html(package: Package, write_picture: WritePicture) -> Document:
    """Return a Word file as a document whose blocks have HTML as their text.

    Raises:
        UnreadFile: it is damaged or exceeds a bound.
    """
    return _HtmlWordReader(package, write_picture).read()


def join_html_blocks(document: Document) -> str:
    """Return the HTML of a document of `read_docx_as_html`, with consecutive items in one list."""
    html = "".join(block.text for block in document.blocks)
    while _BETWEEN_LISTS in html:
        html = html.replace(_BETWEEN_LISTS, "")
    return html


def write_blocks_as_html(
    blocks: Iterable[DocumentBlock], split: Callable[[str], Sequence[str]] = str.splitlines
) -> list[str]:
    """Return blocks as HTML.

    Args:
        split: returns the paragraphs of a text.
    """
    parts: list[str] = []
    for block in blocks:
        if block.type == "table":
            parts.append(write_html_table(list(_iterate_html_rows(block))))
        else:
            tag = f"h{min(block.level + 1, 4)}" if block.level else "p"
            parts += [f"<{tag}>{escape(line, quote=False)}</{tag}>" for line in split(block.text) if line.strip()]
    return parts


def _iterate_html_rows(block: DocumentBlock) -> Iterator[list[str]]:
    """Yield the rows of a table as HTML; a text that fills a whole row is one merged cell."""
    for row, states in zip(block.rows, block.states, strict=True):
        is_whole = len(row) > 1 and len(set(row)) == 1
        sides = ["", *["left"] * (len(row) - 1)] if is_whole else states
        cells = ("<br>".join(escape(cell, quote=False).split("\n")) for cell in row)
        yield [
            CoveredCell(cell, side) if side in ("left", "above") else cell
            for cell, side in zip(cells, sides, strict=True)
        ]


def write_html_table(rows: Sequence[Sequence[str]], heads: int = 0) -> str:
    """Return a table of HTML cells as HTML, with covered cells merged.

    Args:
        heads: rows that are its head.
    """
    sections = ["", ""]
    while 0 < heads < len(rows) and any(
        isinstance(head_cell, CoveredCell) and head_cell.side == "above" for head_cell in rows[heads]
    ):
        heads += 1  # no cell reaches from the head into the body
    for down, row in enumerate(rows):
        tag = "th" if down < heads else "td"
        cells = ""
        for across, cell in enumerate(row):
            if isinstance(cell, CoveredCell) and (across if cell.side == "left" else down):
                continue
            wide = _count_covered(row[across + 1 :], "left")
            high = _count_covered(
                [lower_row[across] if across < len(lower_row) else "" for lower_row in rows[down + 1 :]], "above"
            )
            spans = f' colspan="{wide}"' * (wide > 1) + f' rowspan="{high}"' * (high > 1)
            cells += f"<{tag}{spans}>{cell}</{tag}>"
        sections[down >= heads] += f"<tr>{cells}</tr>"
    head, body = sections
    return f"<table>{f'<thead>{head}</thead>' if head else ''}{f'<tbody>{body}</tbody>' if body else ''}</table>"


def _count_covered(cells: Iterable[str], side: str) -> int:
    """Return how many places a cell covers to the right or below, including its own."""
    count = 1
    for cell in cells:
        if not isinstance(cell, CoveredCell) or cell.side != side:
            break
        count += 1
    return count
