"""Convert foreign HTML (Word, WPS, web pages) to blocks: paragraphs, tables, pictures."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape, unescape

from lxml import etree
from lxml.etree import _Element

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.normalisation import close_letter_spacing
from gongkai.lib.fileformats.documents.model import UNKNOWN_CHARACTER, DocumentBuilder
from gongkai.lib.fileformats.documents.packages import get_words, remove_element
from gongkai.lib.fileformats.documents.page_styles import PageStyles, find_font, find_raised_tag
from gongkai.lib.fileformats.documents.symbols import linearise_formula, show_in_font

#: Taken away with all they hold.
_REMOVED_TAG_NAMES = "script style head meta link title xml template noscript"
_REMOVED_TAGS = frozenset(_REMOVED_TAG_NAMES.split())
#: Parts of pages that no text can take over → kind of loss; elements whose words are not text → the same.
_PAGE_PART_LOSS_KINDS = dict.fromkeys(("button", "select", "textarea", "input"), "control") | {"svg": "picture"}
_PAGE_PART_LOSS_KINDS |= dict.fromkeys(("iframe", "object", "embed", "video", "audio", "canvas"), "attachment")
_COMMENT_MARK_RE = re.compile(rf"\[[A-Za-z{HAN}]{{1,6}}\d{{1,3}}\]")
_MARKED_TAGS = {"rt": "ruby", "math": "formula"}
_INLINE_TAGS = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "u": "u"}
_HEADING_LEVELS = {f"h{number}": number for number in range(1, 7)}
_PARAGRAPH_TAGS = frozenset(["p", "li", "dt", "dd", "pre", "address", "blockquote", "figcaption", "caption"]) | set(
    _HEADING_LEVELS
)
_RIGHT_ALIGNED_RE = re.compile(r"text-align\s*:\s*(?:right|end)", re.IGNORECASE)
_CENTRED_STYLE_RE = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
_INDENTED_STYLE_RE = re.compile(r"text-indent\s*:\s*[1-9]|mso-char-indent-count\s*:\s*[1-9]", re.IGNORECASE)
_SPACE_RUN_RE = re.compile(r"[ \t\r\n\u00a0\u2000-\u200d\ufeff\u2060]+")
_TEXT_CHARACTERS = f"{HAN}，。；：、！？（）《》“”〔〕"
_WIDE_SPACES_RE = re.compile(rf"(?<=[{_TEXT_CHARACTERS}])[\u3000]+(?=[{_TEXT_CHARACTERS}])")
#: Such a blank within a name or a word, or beside a mark: 张　三任局长, 备　注.
_BLANK_WITHIN_WORD_RE = re.compile(
    rf"(?<![{HAN}])[{HAN}]\u3000+[{HAN}](?![{HAN}])|[{HAN}]\u3000+(?:[^{HAN}]|任|为|同志|等)|[^{HAN}]\u3000+"
)
#: A name or a word whose letters one blank sets apart, among columns set apart by more: 001  刘 敏  小学.
_NARROW_SPACING_RE = re.compile(
    rf"(?:^|(?<=[ \u3000]{{2}})|(?<=[：:、\t\u3000]))(?:[{HAN}] ){{1,2}}(?![男女])[{HAN}](?=[ \u3000]{{2}}|\u3000|$)"
)
#: Blanks that set words apart in columns: 第一中学　联系人, 王　芳　　赵铁柱.
_COLUMN_GAP = re.compile(
    rf"(?<=[{HAN}]{{2}})\u3000+(?=[{HAN}]{{2}})|(?<=[{HAN}]{{2}})\u3000{{2,}}(?=[{HAN}])|(?<=[{HAN}])\u3000{{2,}}(?=[{HAN}]{{2}})"
    rf"|(?<=[{HAN}] [{HAN}])\u3000+(?=[{HAN}]{{2}}| ?[{HAN}] [{HAN}])|(?<=[{HAN}]{{2}})\u3000+(?=[{HAN}] [{HAN}])"
)


#: Tags that may contain the first words of an item.
_ITEM_START_TAGS = frozenset(["p", "span", "b", "strong", "em", "i", "u", "a", "font"])
#: An item that begins with a number of its own.
_NUMBERED_ITEM_RE = re.compile(
    r"[•·●○■□▪◆◇➢✓√－—-]|\d{1,4}[.、．)）](?!\d)|[(（][一二三四五六七八九十\d]{1,4}[)）]|[①-⑳]|第[一二三四五六七八九十百\d]{1,5}[条项章节款]|[一二三四五六七八九十]{1,3}、"
)


@dataclass
class HtmlBlock:
    """One paragraph, table or picture of a page; `kind` is "p", "table" or "img", `css_class` a CSS class or ""."""

    kind: str
    html: str = ""
    level: int = 0
    align: str = ""
    indented: bool = False
    #: The table; of a paragraph joined of lines, the last of them.
    node: _Element | None = None
    last_line: str | None = None
    css_class: str = ""
    #: True if it is an item of a list, which is no heading however short.
    item: bool = False
    #: True for a row of a list or of columns; false for a line that a page's width broke.
    is_row: bool = False

    @property
    def text(self) -> str:
        """Return the text without tags."""

        return unescape(re.sub(r"<[^>]*>", "", self.html)).strip()


KeepPicture = Callable[[str], str]


class ForeignHtmlReader:
    """Convert the elements of foreign HTML to blocks; `keep` stores a picture by its URL and returns its new URL."""

    def __init__(self, keep: KeepPicture | None = None) -> None:
        self.keep = keep
        self.builder = DocumentBuilder("html")

        self.changes = self.nested = 0

    def lose(self, what: str, words: str = "") -> None:
        """Record a loss of kind `what` with the lost words; equal losses are not merged."""
        self.builder.lose(what, words, str(len(self.builder.document.losses)))

    def read_blocks(self, root: _Element) -> list[HtmlBlock]:
        """Return the blocks below an element."""
        self._remove_other_content(root)
        for found in UNKNOWN_CHARACTER.finditer(text := "".join(map(str, root.itertext()))):
            self.lose("encoding", text[max(0, found.start() - 10) : found.end() + 10])
        for ordered in root.iter("ol"):
            _write_numbers(ordered)
        for unordered in root.iter("ul"):
            _write_bullets(unordered)
        return [block for block in self._read_children(root) if block.kind != "p" or block.html]

    def _remove_other_content(self, root: _Element) -> None:
        """Remove parts that are not text, and record their words."""
        styles, handled = PageStyles(root), set[_Element]()
        for text in styles.list_generated_words(root):
            self.lose("text", text)
        fonts: dict[_Element | None, str] = {}
        for node in list(root.iter()):
            parent = node.getparent()
            if parent in handled:
                handled.add(node)
                continue
            fonts[node] = find_font(node) or fonts.get(parent, "") if isinstance(node.tag, str) else ""
            node.tail = self._translate(node.tail, fonts.get(parent, ""))
            loss_kind = self._find_loss(node, styles)
            if loss_kind is None:
                node.text = self._translate(node.text, fonts[node])
                continue
            handled.add(node)
            text = get_words(node) if loss_kind else ""
            if node.tag == "math":
                text = linearise_formula(node)
                node[:], node.text = [], text
            else:
                remove_element(node)
            text = text or next(filter(None, map(node.get, ("value", "src", "data"))), "") if loss_kind else ""
            if (text or loss_kind in ("picture", "attachment", "control")) and not _COMMENT_MARK_RE.fullmatch(text):
                self.lose(loss_kind, text)

    def _find_loss(self, node: _Element, styles: PageStyles) -> str | None:
        """Return an element's kind of loss, "" to remove it silently, None to leave it in the text."""
        name = node.tag.lower() if isinstance(node.tag, str) else ""
        classes = (node.get("class") or "").lower()
        if not name or name in _REMOVED_TAGS or name.startswith("v:") or name in ("o:wrapblock", "rp"):
            return ""
        if name in _PAGE_PART_LOSS_KINDS:
            return _PAGE_PART_LOSS_KINDS[name] if (node.get("type") or "").lower() != "hidden" else ""
        is_deleted = name == "del" or "msodel" in classes
        self.changes += is_deleted or name == "ins" or "msoins" in classes
        if "msocomanchor" in classes:
            return ""
        return "deleted" if is_deleted else _MARKED_TAGS.get(name) or styles.find_loss(node) or None

    def _translate(self, text: str | None, font: str) -> str | None:
        """Return text, if there is any, in the characters that its font draws (symbol fonts)."""
        return show_in_font(font, text, self.lose) if text else text

    def _read_children(self, parent: _Element) -> Iterator[HtmlBlock]:
        """Yield the blocks inside an element; text outside blocks becomes paragraphs."""
        loose = _LooseText()
        loose.add_text(parent.text)
        for child in parent:
            name = child.tag.lower() if isinstance(child.tag, str) else ""
            if name == "br":
                yield from loose.flush()
            elif name == "table":
                yield from loose.flush()
                yield from self._read_table(child)
            elif name == "img":
                yield from loose.flush()
                yield from self._read_picture(child)
            elif name == "hr":
                yield from loose.flush()
            elif name in _PARAGRAPH_TAGS and not _contains_blocks(child):
                yield from loose.flush()
                yield from _mark_items(self._read_paragraph(child), name)
            elif _contains_blocks(child) or name in ("div", "ul", "ol", "section", "figure"):
                yield from loose.flush()
                yield from _mark_items(self._read_children(child), name)
            elif name:
                loose.html += self._write_inline(child)
            loose.add_text(child.tail)
        yield from loose.flush()

    def _read_paragraph(self, node: _Element) -> Iterator[HtmlBlock]:
        """Yield a paragraph for each line of an element, and its pictures after each line."""
        style = node.get("style") or ""
        align = (node.get("align") or "").lower()
        if _RIGHT_ALIGNED_RE.search(style) or align == "right":
            align = "right"
        elif _CENTRED_STYLE_RE.search(style) or align == "center":
            align = "center"
        else:
            align = ""
        level = _HEADING_LEVELS.get(node.tag.lower(), 0)
        html = escape(node.text or "", quote=False) + "".join(
            self._write_inline(child) + escape(child.tail or "", quote=False) for child in node
        )
        for line in html.split("\n\x00"):
            pictures = re.findall(r"<img\b[^>]*>", line)
            text = re.sub(r"<img\b[^>]*>", "", line)
            raw = re.sub(r"<[^>]*>", "", text)
            indented = bool(_INDENTED_STYLE_RE.search(style)) or bool(
                re.match(r"[\s\u00a0]*\u3000{1,}|\u00a0{2,}|&nbsp;{2,}", raw)
            )
            block = HtmlBlock(
                "p", tidy_spaces(text), level, align, indented, is_row=_has_columns(raw) or node.tag == "pre"
            )
            if block.text:
                yield block
            for picture in pictures:
                yield HtmlBlock("img", picture)

    def _write_inline(self, node: _Element) -> str:
        """Return the clean inline HTML of an element: links, emphasis, pictures, line breaks."""
        if not isinstance(node.tag, str):
            return ""
        name = node.tag.lower()
        if name == "br":
            return "\n\x00"
        if name == "img":
            return next((block.html for block in self._read_picture(node)), "")
        inside = escape(node.text or "", quote=False) + "".join(
            self._write_inline(child) + escape(child.tail or "", quote=False) for child in node
        )
        href = (node.get("href") or "").strip()
        if name == "a" and href and not href.startswith(("#", "file:", "javascript:")) and inside.strip():
            return f'<a href="{escape(href)}">{inside}</a>'
        tag = _INLINE_TAGS.get(name) or find_raised_tag(node, name)
        return f"<{tag}>{inside}</{tag}>" if tag and inside.strip() and "\x00" not in inside else inside

    def _read_picture(self, node: _Element) -> Iterator[HtmlBlock]:
        """Yield a stored picture; one that is not stored is recorded as a loss."""
        source = (node.get("src") or "").strip()
        address, alt = self.keep(source) if self.keep and source else "", " ".join((node.get("alt") or "").split())
        if not address:
            self.lose("picture", alt)
            return
        yield HtmlBlock("img", f'<img src="{escape(address)}" alt="{escape(alt or "图片")}">')

    def _read_table(self, node: _Element) -> Iterator[HtmlBlock]:
        """Yield a table as a block, with inner tables as text; one of a single cell as its content."""
        rows = [row for row in node.iter("tr") if next(row.iterancestors("table"), None) is node]
        cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
        if len(rows) == 1 and len(cells[0]) == 1 and not node.findall(".//table"):
            for caption in node.iter("caption"):
                yield from self._read_paragraph(caption)
            yield from self._read_children(cells[0][0])  # a frame round a text, not a table
            return
        for inner in node.findall(".//table"):
            self._flatten(inner)
        yield HtmlBlock("table", node=node)

    def _flatten(self, inner: _Element) -> None:
        """Replace a table inside a cell by a paragraph of its words, and count it."""
        self.nested += 1
        lines = [get_words(caption) for caption in inner.iter("caption")]
        for row in inner.iter("tr"):
            cell_texts = (get_words(cell) for cell in row if cell.tag in ("td", "th"))
            lines.append("，".join(word for word in cell_texts if word))
        paragraph = etree.Element("p")
        paragraph.text = "；".join(line for line in lines if line)
        paragraph.tail = inner.tail
        parent = inner.getparent()
        assert parent is not None, "a table in a cell has something above it"
        parent.replace(inner, paragraph)

    def write_cell(self, node: _Element) -> str:
        """Return the inline HTML of a cell, its paragraphs separated by line breaks."""
        parts = [block.html for block in self._read_children(node) if block.kind in ("p", "img") and block.html]
        return "<br>".join(parts)


def _write_numbers(ordered: _Element) -> None:
    """Write list numbers into the items, since paragraphs have none and texts refer to them."""
    number = _read_number(ordered.get("start"), 1)
    for item in ordered.iterchildren("li"):
        number = _read_number(item.get("value"), number)
        _write_mark(item, f"{number}.")
        number += 1


def _write_bullets(unordered: _Element) -> None:
    for item in unordered.iterchildren("li"):
        _write_mark(item, "• ")


def _write_mark(item: _Element, mark: str) -> None:
    """Write a number or a bullet before an item that has none."""
    innermost = item
    while not (innermost.text or "").strip() and len(innermost) and innermost[0].tag in _ITEM_START_TAGS:
        innermost = innermost[0]
    text = (innermost.text or "").lstrip()
    if text and not _NUMBERED_ITEM_RE.match(text):
        innermost.text = f"{mark}{text}"


def _mark_items(blocks: Iterator[HtmlBlock], name: str) -> Iterator[HtmlBlock]:
    """Yield the blocks, marked as items of a list within `li`."""
    for block in blocks:
        block.item = block.item or name == "li"
        yield block


def _read_number(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text, re.ASCII) else default


class _LooseText:
    """Text outside any paragraph."""

    def __init__(self) -> None:
        self.html = ""

    def add_text(self, text: str | None) -> None:
        """Add text, escaped."""
        self.html += escape(text or "", quote=False)

    def flush(self) -> Iterator[HtmlBlock]:
        """Yield a paragraph for each line of the collected text, and empty it."""
        for line in self.html.split("\n\x00"):
            indented = line.lstrip(" \n\t").startswith("\u3000")
            block = HtmlBlock("p", tidy_spaces(line), indented=indented, is_row=_has_columns(line))
            if block.text or "<img" in line:
                yield block
        self.html = ""


def _has_columns(line: str) -> bool:
    return bool(_COLUMN_GAP.search(line) or re.search(r"\S(?:[ \u00a0\u3000]{3,}|\t)\S", line))


#: The gap before a label of a form, which divides it from the value before it: 姓名：刘敏　性　别：女.
_BLANK_PATTERN = "[ \u00a0\u3000]"
_FIELD_GAP_RE = re.compile(
    rf"(?<=[{HAN}0-9]){_BLANK_PATTERN}+(?=(?:姓{_BLANK_PATTERN}*名|性{_BLANK_PATTERN}*别|民{_BLANK_PATTERN}*族|年{_BLANK_PATTERN}*龄|籍{_BLANK_PATTERN}*贯|学{_BLANK_PATTERN}*历|职{_BLANK_PATTERN}*[务业称]|单{_BLANK_PATTERN}*位"
    rf"|电{_BLANK_PATTERN}*话|手{_BLANK_PATTERN}*机|[住地]{_BLANK_PATTERN}*址|日{_BLANK_PATTERN}*期|时{_BLANK_PATTERN}*间|备{_BLANK_PATTERN}*注|编{_BLANK_PATTERN}*号|户{_BLANK_PATTERN}*主|配{_BLANK_PATTERN}*偶|邮{_BLANK_PATTERN}*编|传{_BLANK_PATTERN}*真|金{_BLANK_PATTERN}*额){_BLANK_PATTERN}*[:：])"
)


def tidy_spaces(html: str) -> str:
    """Return a line without indents, runs of spaces, and spacing between characters."""
    return " ".join(map(_tidy_field, _FIELD_GAP_RE.split(html)))


def _tidy_field(html: str) -> str:
    """Return a field without spaces inside words; gaps between words become one space."""
    html = _NARROW_SPACING_RE.sub(lambda word: word[0].replace(" ", ""), re.sub(r"(?:&nbsp;|&#160;|\u00a0)", " ", html))
    html = _SPACE_RUN_RE.sub(" ", close_letter_spacing(html))
    html = _COLUMN_GAP.sub(" ", html)
    # Of the gaps in a line the narrowest space letters, wider ones part words: 王　芳　　李　强.
    narrowest = min(map(len, _WIDE_SPACES_RE.findall(html)), default=0)

    def close(gap: re.Match[str]) -> str:
        """Return the replacement of a gap: nothing within a word, else a space."""
        within = _BLANK_WITHIN_WORD_RE.match(html, gap.start() - 1) if len(gap[0]) == narrowest else None
        return "" if within else " "

    html = _WIDE_SPACES_RE.sub(close, html)
    return html.strip(" \u3000").replace("\u3000", " ")


def _contains_blocks(node: _Element) -> bool:
    return any(
        isinstance(child.tag, str) and (child.tag in _PARAGRAPH_TAGS or child.tag in ("table", "div", "ul", "ol"))
        for child in node.iterdescendants()
    )
