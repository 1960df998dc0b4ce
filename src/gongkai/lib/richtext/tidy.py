"""一键排版: convert any HTML to the house style of official texts.

Headings by their numbers, paragraphs without indents and broken lines, tables with heads and captions, signature and day on the
right, the list of attachments on its own. Notes for the author list the omitted content.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.fileformats.documents.conditional_comments import resolve_conditional_comments
from gongkai.lib.fileformats.documents.model import describe_losses
from gongkai.lib.richtext import official_patterns
from gongkai.lib.richtext.blocks import ForeignHtmlReader, HtmlBlock, KeepPicture
from gongkai.lib.richtext.clean import FILE_SCHEME, clean_html, normalise_html
from gongkai.lib.richtext.depth import refuse_deep, refuse_long, remove_comments, strip_crowded_tags
from gongkai.lib.richtext.passages import parse_fragment
from gongkai.lib.richtext.tables import make_house_table

#: Markup that Office adds around text; `[^<>]` stops a search for an end that is missing.
_CONDITIONAL_MARKUP_RE = re.compile(r"<!\[(?:if|endif)[^\]<>]*\]>|<\?xml[^<>]*>")
#: Number of last blocks among which signature and day are searched for.
MAX_SIGNATURE_BLOCKS = 14
MIN_FULL_LINE_CHARACTERS = 16
_DIGITS = re.compile(r"\d{1,4}")
#: Style sheets, which Word writes as comments: their classes may hide words.
_STYLE_COMMENT_RE = re.compile(r"(<style\b[^>]{0,200}>\s*)<!--(.*?)-->", re.IGNORECASE | re.DOTALL)
_STYLE_SHEET_RE = re.compile(r"<style\b[^<>]{0,200}>[^<]*</style>", re.IGNORECASE)
#: Where preformatted text begins, and the end of a line in it, or a tag, whose line ends stay.
_PREFORMATTED_START_RE, _LINE_END_OR_TAG_RE = re.compile(r"(?=<pre\b)", re.IGNORECASE), re.compile(r"<[^<>]*>|\n")
_PREFORMATTED_END_RE = re.compile(r"(?=</pre\b)", re.IGNORECASE)
#: A row of a list: 语文教师：王芳.
_LABELLED_ROW_RE = re.compile(r"[^，。；\s]{1,12}[：:]")
#: A row that ends with a telephone number, and a title, are no broken lines.
_COMPLETE_LINE_END_RE = re.compile(r"\d{7,}$|的(?:通知|通告|公告|公示|决定|意见|方案|办法|批复|复?函|报告|请示)$")
#: Level of headings from which consecutive lines are a list: 1. 2. 3.
FIRST_ITEM_LEVEL = 4


@dataclass(frozen=True)
class TidyResult:
    """A text in house style, with notes for the author."""

    html: str
    notes: tuple[str, ...] = ()


def tidy_html(html: str, *, title: str = "", keep: KeepPicture | None = None) -> TidyResult:
    """Return a text in the house style.

    Args:
        html: anything that a browser would show.
        title: the item's title; a heading that repeats it is removed.
        keep: stores a picture by its URL and returns its URL in the text, "" if it cannot; by default
            only pictures that are stored already stay.

    Raises:
        UnfitText: it is nested too deep to be read, or too long.
    """
    reader = ForeignHtmlReader(keep or _filter_stored_source)
    whole = resolve_conditional_comments(
        _STYLE_COMMENT_RE.sub(r"\1\2", normalise_html(refuse_long(html))), reader.builder
    )
    html = _CONDITIONAL_MARKUP_RE.sub("", strip_crowded_tags(remove_comments(whole)))
    sheets = "".join(_STYLE_SHEET_RE.findall(html))  # a head is no part of a fragment
    blocks = _remove_title(reader.read_blocks(refuse_deep(parse_fragment(sheets + _keep_lines(html)))), title)
    blocks = _join_lines(blocks)
    _mark_runs(blocks)
    for block in blocks:
        _set_heading_level(block)
    _mark_signature(blocks)
    _mark_attachments(blocks)
    return TidyResult(clean_html("".join(_write_blocks(blocks, reader))), tuple(_list_notes(reader)))


def _keep_lines(html: str) -> str:
    """Return a text with the line ends of preformatted parts as elements."""
    head_part, *sections = _PREFORMATTED_START_RE.split(html)
    for index, section in enumerate(sections):
        head, begun, content = section.partition(">")
        inside, *rest = _PREFORMATTED_END_RE.split(content, maxsplit=1)
        lines = _LINE_END_OR_TAG_RE.sub(lambda found: "<br>" if found[0] == "\n" else found[0], inside.strip("\n"))
        sections[index] = f"{head}{begun}{lines}{''.join(rest)}"
    return head_part + "".join(sections)


def _mark_runs(blocks: list[HtmlBlock]) -> None:
    """Mark adjacent paragraphs with successive numbers (1. 2. 3.) as items of a list."""
    for previous, following in pairwise(blocks):
        level = official_patterns.get_heading_level(previous.text) if previous.kind == following.kind == "p" else 0
        if level >= FIRST_ITEM_LEVEL and level == official_patterns.get_heading_level(following.text):
            first_number, second_number = (
                int("".join(_DIGITS.findall(block.text)[:1]) or -1) for block in (previous, following)
            )
            if first_number + 1 == second_number:
                previous.item = following.item = True


def _filter_stored_source(source: str) -> str:
    """Return the URL of a picture that is stored already, "" for any other."""
    return source if re.fullmatch(rf"{FILE_SCHEME}:[0-9a-f]{{64}}", source) else ""


def _remove_white_space(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _remove_title(blocks: list[HtmlBlock], title: str) -> list[HtmlBlock]:
    """Remove the title from the start of a text, also if it is broken over lines."""
    bare_title, joined = _remove_white_space(title), ""
    for count, block in enumerate(blocks[:4], 1):
        if not bare_title or block.kind != "p":
            break
        joined += _remove_white_space(block.text)
        if joined == bare_title:
            return blocks[count:]
    return blocks


def _join_lines(blocks: list[HtmlBlock]) -> list[HtmlBlock]:
    """Join lines broken at the page width into paragraphs."""
    for previous, following in pairwise(blocks):
        if (
            previous.kind == following.kind == "p"
            and _LABELLED_ROW_RE.match(previous.text)
            and _LABELLED_ROW_RE.match(following.text)
        ):
            previous.is_row = following.is_row = True
    widths = Counter(len(one.text) for one in blocks if one.kind == "p" and len(one.text) >= MIN_FULL_LINE_CHARACTERS)
    paragraphs: list[HtmlBlock] = []
    lines: list[list[str]] = []
    for block in blocks:
        if paragraphs and _continues_line(paragraphs[-1], block, widths):
            lines[-1].append(block.html)
            paragraphs[-1].align = ""
            paragraphs[-1].last_line = block.text  # it decides whether the next one goes on
        else:
            paragraphs.append(block)
            lines.append([block.html])
    for block, pieces in zip(paragraphs, lines, strict=True):
        block.html = "".join(pieces)
    return paragraphs


def _continues_line(before: HtmlBlock, after: HtmlBlock, widths: Counter[int]) -> bool:
    """Return whether a block continues the line before it, which was broken at the page width."""
    if not (before.kind == after.kind == "p") or after.indented or before.level or after.level:
        return False
    if before.is_row or after.is_row or before.align in ("right", "center") or after.align in ("right", "center"):
        return False
    last_line = before.text if before.last_line is None else before.last_line
    if (
        official_patterns.get_heading_level(after.text)
        or official_patterns.ATTACHMENT_PATTERN.match(after.text)
        or official_patterns.DATE_PATTERN.match(after.text)
    ):
        return False
    if (
        official_patterns.ARTICLE_PATTERN.match(after.text)
        or official_patterns.is_sentence_end(last_line)
        or _COMPLETE_LINE_END_RE.search(last_line)
    ):
        return False
    if last_line.endswith(("，", "、")):
        return True
    # A full line among lines of like length: broken by the page, not by the writer.
    alike = sum(count for width, count in widths.items() if abs(width - len(last_line)) <= 2)
    return (
        len(last_line) >= MIN_FULL_LINE_CHARACTERS
        and alike >= 2
        and not official_patterns.is_possible_signer(last_line)
    )


def _set_heading_level(block: HtmlBlock) -> None:
    """Set a paragraph's heading level from its number."""
    if block.kind != "p":
        return
    text = block.text
    level = official_patterns.get_heading_level(text)
    if block.item:
        block.level = 0
    elif level and official_patterns.is_heading(text):
        block.level = level
        block.html = re.sub(r"^(\d{1,2}[.．、]|[（(]\d{1,2}[)）])\s+", r"\1", _remove_emphasis(block.html))
    elif level:
        block.level = 0
        size = official_patterns.get_run_in_heading_length(text)
        if size and "<" not in block.html:
            block.html = f"<strong>{block.html[:size]}</strong>{block.html[size:]}"
    elif block.level:
        block.level = min(max(block.level, 2), 6)
        block.html = _remove_emphasis(block.html)
    _space_numbers(block)


def _space_numbers(block: HtmlBlock) -> None:
    """Insert a wide space after 第一章 and 第一条, and make the article number bold."""
    html = re.sub(r"^<strong>(第[^<]+条(?:之[^<]+)?)</strong>", r"\1", block.html)
    article = official_patterns.ARTICLE_PATTERN.match(html)
    chapter = official_patterns.CHAPTER_PATTERN.match(html) if block.level else None
    if article and not block.level and len(article[0]) < len(html):
        block.html = f"<strong>{article[1]}</strong>　{html[len(article[0]) :]}"
    elif chapter and len(chapter[0]) < len(html):
        block.html = f"{chapter[1]}　{html[len(chapter[0]) :]}"


def _remove_emphasis(html: str) -> str:
    return re.sub(r"</?(?:strong|em|u)>", "", html)


def _mark_signature(blocks: list[HtmlBlock]) -> None:
    """Mark dates below the name of a body, and a final date, so that they are right-aligned."""
    earliest = max(len(blocks) - MAX_SIGNATURE_BLOCKS, 0)
    for index in range(len(blocks) - 1, -1, -1):
        block = blocks[index]
        if block.kind != "p" or not official_patterns.DATE_PATTERN.match(_remove_white_space(block.text)):
            continue
        first = index
        while (
            first > max(index - MAX_SIGNATURE_BLOCKS, 0)
            and blocks[first - 1].kind == "p"
            and official_patterns.is_possible_signer(blocks[first - 1].text)
        ):
            first -= 1
        if first == index and index < earliest:
            continue
        earliest = len(blocks)
        block.html = _remove_white_space(block.html)
        for line in blocks[first : index + 1]:
            line.css_class, line.level, line.html = "signed", 0, _remove_emphasis(line.html)


def _mark_attachments(blocks: list[HtmlBlock]) -> None:
    """Mark the list of attachments: 附件：1.… and the following numbered lines."""
    for index, block in enumerate(blocks):
        if block.kind != "p" or not re.match(r"^附\s*件\s*[:：]", block.text):
            continue
        block.css_class, block.level = "attached", 0
        block.html = re.sub(r"^附\s*件\s*[:：]\s*", "附件：", _remove_emphasis(block.html))
        for line in blocks[index + 1 :]:
            if (
                line.kind != "p"
                or line.css_class
                or not official_patterns.NUMBERED_LINE_PATTERN.match(line.text)
                or len(line.text) > 80
            ):
                break
            line.css_class, line.level = "attached", 0
            line.html = _remove_emphasis(line.html)


def _write_blocks(blocks: list[HtmlBlock], reader: ForeignHtmlReader) -> list[str]:
    """Return the HTML of the blocks, without paragraphs used as the caption of a table."""
    pieces: list[str] = []
    for index, block in enumerate(blocks):
        if block.node is not None:
            pieces.append(make_house_table(reader, block.node, _find_caption(blocks, index)))
        elif block.kind == "img":
            pieces.append(f"<p>{block.html}</p>")
        elif index + 1 < len(blocks) and blocks[index + 1].kind == "table" and _find_caption(blocks, index + 1):
            continue
        elif block.level:
            pieces.append(f"<h{block.level}>{block.html}</h{block.level}>")
        else:
            class_attribute = f' class="{block.css_class}"' if block.css_class else ""
            pieces.append(f"<p{class_attribute}>{block.html}</p>")
    return pieces


def _find_caption(blocks: list[HtmlBlock], at: int) -> str:
    """Return the text above a table if it is the table's title, else ""."""
    above = blocks[at - 1] if at else None
    if above is None or above.kind != "p" or above.css_class or official_patterns.get_heading_level(above.text):
        return ""
    text = above.text
    short = len(text) <= 40 and not official_patterns.is_sentence_end(text) and "，" not in text
    return text if short and (above.align == "center" or official_patterns.CAPTION_PATTERN.search(text)) else ""


def _list_notes(reader: ForeignHtmlReader) -> list[str]:
    """Return the Chinese notes on changes, flattened tables, losses and pictures to check."""
    losses = reader.builder.document.losses
    pictures = [loss for loss in losses if loss.what == "picture"]
    counted_notes = [
        (reader.changes, "原文有修订痕迹（{}处），已按接受修订后的文字处理，请核对。"),
        (reader.nested, "有{}个表格嵌套在另一个表格里，已改成文字，请核对。"),
    ]
    return [
        *(note.format(count) for count, note in counted_notes if count),
        *describe_losses(losses, frozenset({"picture"})),
        *describe_losses(pictures, outcome="没有带过来，请改用上传文件的办法，或另存为PNG、JPEG后插入"),
    ]
