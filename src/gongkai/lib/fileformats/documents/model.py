"""The common form of all files: blocks of text, and losses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.normalisation import normalise_text
from gongkai.lib.confined import refuse_excess
from gongkai.lib.fileformats.documents.page_breaks import join_cut_row
from gongkai.lib.fileformats.workbooks.merged_ranges import SheetPage
from gongkai.lib.fileformats.workbooks.values import CellFault, get_column_letters

JsonObject = dict[str, object]
#: Private characters, those that belong to no encoding, and signs by which texts describe a character that their fonts lack (⿰).
UNKNOWN_CHARACTER = re.compile("[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff\u2ff0-\u2fff]")
_PAGE_NUMBER_RE = re.compile(r"[-—–\s第共页/0-9]*")
#: Maximum stored characters of one loss.
MAX_LOSS_CHARACTERS = 2_000
#: Maximum stored losses of one document; the last one states that there are more.
MAX_LOSSES = 1_000

#: The words of a loss at the end of a file that breaks off.
CUT_SHORT_MESSAGE = "文件不完整，后面的内容没有读出"


class UnreadFile(Exception):
    """Raised when a file cannot be read; the message is one Chinese line: the reason, a colon and the advice."""

    @property
    def reason(self) -> str:
        """Return the reason alone, such as 已损坏, 有密码, 太大, 空文件, 没有文字 or 不支持的格式."""
        return str(self).partition("：")[0].partition("（")[0]


class PicturesOnly(UnreadFile):
    """Raised when a file contains pictures and no words."""


#: Refuse a file if an amount exceeds a bound of `confined.bounds`: `check_bound(name, amount)`.
check_bound = partial(refuse_excess, lambda words: UnreadFile(f"太大：{words}"))


@dataclass(frozen=True, slots=True)
class Loss:
    """Content of the file that is not in the text of its blocks.

    Attributes:
        what: formula, field, symbol, picture, chart, hidden, deleted, control, error, digits, ruby, watermark, page,
            attachment, encoding, format, comment, text, header or footer.
        where: the place: "block 4" (from 1), a cell, a page or a file.
        text: its words, "" where there are none.
    """

    what: str
    where: str
    text: str = ""


class CoveredCell(str):
    """The text of a merged cell at a place that it covers.

    Attributes:
        side: the direction from which it reaches here, above or left.
    """

    __slots__ = ("side",)
    side: str

    def __new__(cls, text: str, side: str) -> "CoveredCell":
        """Return the text with its direction."""
        made = super().__new__(cls, text)
        made.side = side
        return made


@dataclass(frozen=True, slots=True)
class DocumentBlock:
    """A heading, a paragraph or a table.

    Attributes:
        type: heading, paragraph or table.
        text: the words; of a table its cells, one row a line.
        level: of a heading, from 1; else 0.
        rows: the cells of a table; a merged cell is repeated in each place that it covers.
        states: for each cell why its text is not its own: above or left (a merged cell covers it), blank (only blanks
            are printed), the kind of a `CellFault` with the column's letter ("formula C"), else "". Empty where the
            format does not state merged cells.
        places: of each row (of a paragraph: one) its page in a PDF or its number in a sheet; empty elsewhere.
        aside: whether it is a menu or the footer of a web page.
    """

    type: str
    text: str
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    states: tuple[tuple[str, ...], ...] = ()
    places: tuple[int, ...] = ()
    aside: bool = False


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word with its box on the page, in points or pixels from the upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        """Return the vertical centre of the word."""
        return (self.top + self.bottom) / 2


@dataclass(slots=True)
class Document:
    """A file as text.

    Attributes:
        kind: the format by content, as its usual suffix.
        properties: title, author and the like, where the file states them.
        attachments: names of files inside this one.
        words: the words of each page of a PDF without ruled tables; `read_document` omits them.
        pages: the visible worksheets of a spreadsheet read for its values, which has no blocks then.
    """

    kind: str
    blocks: list[DocumentBlock] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    attachments: list[str] = field(default_factory=list)
    words: list[list[PlacedWord]] = field(default_factory=list)
    pages: list[SheetPage] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return the words of all blocks, one block a paragraph."""
        return "\n".join(block.text for block in self.blocks)

    def to_json(self) -> JsonObject:
        """Return the documented form (`gongkai file read --json`)."""
        return {
            "kind": self.kind,
            "blocks": [_block_to_json(block) for block in self.blocks],
            "losses": [{"what": loss.what, "where": loss.where, "text": loss.text} for loss in self.losses],
            "properties": dict(self.properties),
            "attachments": list(self.attachments),
        }


def _block_to_json(block: DocumentBlock) -> JsonObject:
    """Return a block as JSON: type, text, and level or rows."""
    out: JsonObject = {"type": block.type, "text": block.text}
    if block.type == "heading":
        out["level"] = block.level
    if block.type == "table":
        out["rows"] = [list(row) for row in block.rows]
    return out


def _get_cell_state(cell: str) -> str:
    """Return the state of a cell: "above" or "left" if covered, a fault, "blank" or ""."""
    if isinstance(cell, CoveredCell):
        return cell.side
    if isinstance(cell, CellFault):
        return f"{cell.kind} {get_column_letters(cell.at)}"
    return "blank" if cell and not cell.strip() and cell.strip("\r\n\t") else ""


def merge_edges(edges: Iterable[float], tolerance: float) -> list[float]:
    """Return the sorted edges of columns or rows; those within the tolerance become one."""
    merged: list[float] = []
    for edge in sorted(set(edges)):
        if not merged or edge - merged[-1] > tolerance:
            merged.append(edge)
    return merged


def _join_rows(rows: Iterable[Sequence[str]]) -> str:
    """Return the rows of a table as lines, their cells divided by tabs."""
    return "\n".join("\t".join(" ".join(cell.split("\n")) for cell in row).rstrip("\t") for row in rows)


class DocumentBuilder:
    """Collects the blocks and losses of a document, normalised and within bounds.

    With `most_rows` a spreadsheet is read for an import: as worksheets of at most that many rows instead of blocks.
    """

    def __init__(self, kind: str, *, most_rows: int = 0) -> None:
        self.document = Document(kind)
        self.most_rows = most_rows
        self._characters = 0
        self._cells = 0

    @property
    def place(self) -> str:
        """Return the block that is added next, as the place of a loss."""
        return f"block {len(self.document.blocks) + 1}"

    def paragraph(self, text: str, level: int = 0, *, page: int = 0, aside: bool = False) -> None:
        """Add a paragraph or, with a level, a heading; `aside`: in a menu or page footer."""
        text = self._clean("\n".join(line.rstrip() for line in text.split("\n")).strip("\n\r"), self.place)
        if not text.strip():
            return
        kind, text = ("heading", text.strip()) if level else ("paragraph", text)
        self._add(DocumentBlock(kind, text, min(level, 9), places=(page,) if page else (), aside=aside))

    def table(self, rows: Iterable[Sequence[str]], where: str = "", places: Sequence[int] = ()) -> None:
        """Add a table without its blank rows; `places` are the page or row numbers of the rows."""
        printed = [tuple(row) for row in rows]
        cleaned = [tuple(self._clean_cell(text, where or self.place) for text in row) for row in printed]
        numbers = [at for at, row in enumerate(cleaned) if any(cell.strip() for cell in row)]
        if not numbers:
            return
        pairs = [(cleaned[at], printed[at]) for at in numbers]
        kept = [row for row, _ in pairs]
        width = max(max((at + 1 for at, cell in enumerate(row) if cell.strip()), default=0) for row in kept)
        filled = tuple((*row, *[""] * width)[:width] for row in kept)
        self._cells += width * len(filled)
        check_bound("sheet cells", self._cells)
        states = tuple(tuple(map(_get_cell_state, (*raw, *[""] * width)[:width])) for _, raw in pairs)
        self._add(
            DocumentBlock(
                "table",
                _join_rows(filled),
                rows=filled,
                states=states,
                places=tuple(places[at] for at in numbers if places),
            )
        )

    def join_tables(self, count: int) -> None:
        """Join a table that was added after `count` blocks to the previous one it continues."""
        blocks = self.document.blocks
        if len(blocks) == count or not count or blocks[-2].type != "table":
            return
        previous, added = blocks[-2:]
        if len(previous.rows[0]) == len(added.rows[0]):
            rows, below, marks = join_cut_row(previous.rows, previous.states, added.rows, added.states)
            places = previous.places + added.places[len(added.rows) - len(below) :]
            blocks[-2:] = [
                DocumentBlock(
                    "table", _join_rows(rows + below), rows=rows + below, states=previous.states + marks, places=places
                )
            ]

    def lose(self, what: str, text: str = "", where: str = "") -> None:
        """Record a loss of kind `what`; without a place it belongs to the next block.

        At most MAX_LOSSES are recorded, then one of kind "more".
        """
        losses = self.document.losses
        if len(losses) > MAX_LOSSES:
            return
        if len(losses) == MAX_LOSSES:
            losses.append(Loss("more", "", f"未列出的内容还有很多，只列出前{MAX_LOSSES}处"))
            return
        loss = Loss(what, where or self.place, normalise_text(text).strip()[:MAX_LOSS_CHARACTERS])
        if not losses or losses[-1] != loss:
            losses.append(loss)

    def lose_margin(self, what: str, text: str, where: str = "") -> None:
        """Record the words of a header or footer as a loss, unless they are only a page number."""
        if not _PAGE_NUMBER_RE.fullmatch(text):
            self.lose(what, text, where)

    def include(self, inner: Document, where: str) -> None:
        """Append the blocks and losses of a file inside this one, with `where` before their places.

        Raises:
            UnreadFile: the whole would be too long; nothing is appended then.
        """
        first = len(self.document.blocks)
        characters = sum(len(block.text) for block in inner.blocks)
        check_bound("characters", self._characters + characters)
        check_bound("text paragraphs", first + len(inner.blocks))
        self._characters += characters
        self.document.blocks += inner.blocks
        for loss in inner.losses:
            at = loss.where.removeprefix("block ")
            moved = f"block {int(at) + first}" if at.isdecimal() and loss.where != at else f"{where} {loss.where}"
            self.lose(loss.what, loss.text, moved.strip())

    def _clean_cell(self, text: str, where: str) -> str:
        """Return the cleaned text of a cell without blank lines."""
        lines = (line.strip(" \u3000\xa0\r") for line in self._clean(text, where).split("\n"))
        return "\n".join(line for line in lines if line)

    def _clean(self, text: str, where: str) -> str:
        """Return a text normalised; characters that are unknown are recorded as losses."""
        if text.isascii() and text.isprintable():
            return text
        cleaned = normalise_text(text)
        self.find_unknown(cleaned, where)
        return cleaned

    def find_unknown(self, text: str, where: str) -> None:
        """Record the first character of a text that belongs to no encoding as a loss."""
        if unknown := UNKNOWN_CHARACTER.search(text):
            self.lose("encoding", text[max(0, unknown.start() - 10) : unknown.end() + 10], where)

    def _add(self, block: DocumentBlock) -> None:
        """Append a block unless the document becomes too large."""
        self._characters += len(block.text)
        check_bound("characters", self._characters)
        check_bound("text paragraphs", len(self.document.blocks))
        self.document.blocks.append(block)


#: Kinds of losses in Chinese.
LOSS_NAMES = {
    "formula": "公式", "field": "没有结果的域", "symbol": "不认识的符号", "picture": "图片", "chart": "图表",
    "hidden": "隐藏的内容", "deleted": "已删去的文字", "control": "没有填写的控件", "error": "错误值",
    "digits": "不完整的号码", "ruby": "注音", "watermark": "水印", "page": "读不出的页", "recognised": "由图片识别的文字",
    "attachment": "附件", "encoding": "编码不明的文字", "comment": "批注", "header": "页眉", "footer": "页脚", "text": "文字",
    "format": "文件格式", "more": "其他",
}  # fmt: skip
#: Kinds of files in Chinese.
KIND_NAMES = {
    "docx": "Word文档", "doc": "Word文档", "xlsx": "Excel表格", "xls": "Excel表格", "pdf": "PDF文件", "csv": "文本表格",
    "txt": "文本", "rtf": "RTF文档", "html": "网页", "mht": "网页", "zip": "压缩文件", "ofd": "OFD文件", "eml": "邮件",
    "msg": "Outlook邮件", "winmail": "Outlook邮件",
}  # fmt: skip
#: Examples in a line, and characters of each.
_MAX_EXAMPLES, _MAX_EXAMPLE_CHARACTERS = 6, 30
#: Losses whose words are in the text, in another form.
_CONVERTED_LOSS_KINDS = frozenset({"formula", "error", "digits", "recognised", "encoding", "format"})


def describe_losses(losses: Iterable[Loss], without: frozenset[str] = frozenset(), outcome: str = "") -> list[str]:
    """Return one line for each kind of loss, with examples.

    Args:
        losses: of one document.
        without: kinds that are left out.
        outcome: a Chinese phrase for the outcome of all of them; by default each kind has its own.
    """
    found: dict[str, list[str]] = {}
    for loss in losses:
        if loss.what not in without:
            found.setdefault(loss.what, []).append(" ".join(loss.text.split()))
    return [_describe_loss_kind(kind, texts, outcome) for kind, texts in found.items()]


def _describe_loss_kind(kind: str, texts: list[str], outcome: str) -> str:
    """Return a Chinese sentence on losses of a kind: how many, the outcome and some examples."""
    quoted_texts = [
        f"“{text[:_MAX_EXAMPLE_CHARACTERS]}{'…' * (len(text) > _MAX_EXAMPLE_CHARACTERS)}”"
        for text in dict.fromkeys(texts)
        if text
    ]
    example_list = "、".join(quoted_texts[:_MAX_EXAMPLES]) + "等" * (len(quoted_texts) > _MAX_EXAMPLES)
    done = outcome or ("可能不完整" if kind in _CONVERTED_LOSS_KINDS else "没有读入正文")
    examples = f"：{example_list}" if example_list else ""
    return f"{LOSS_NAMES.get(kind, kind)}（{len(texts)}处）{done}{examples}。请对照原文件核对。"
