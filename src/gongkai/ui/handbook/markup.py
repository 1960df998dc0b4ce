"""Render handbook pages from Markdown (markdown-it-py): anchors, UI labels, links."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from typing import TYPE_CHECKING

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from gongkai.lib.chinese import lazy_re as re
from gongkai.ui.handbook.pictures import render_figure

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

#: Pattern of user interface labels (menus, buttons, states) in a page.
UI_LABEL_PATTERN = re.compile("「([^「」]+)」")
#: A link to another page: `requests.md`, `requests.md#收费`, `#收费`.
_LINK_PATTERN = re.compile(r"(?:([a-z-]+)\.md)?(?:#(.+))?")

#: The scrollable region around a table, with the place of its name.
_TABLE_FRAME = '<div class="gk-scroll" role="region" aria-label="{}" tabindex="0"><table class="gk-table">'

#: Function from page name and anchor (either may be empty) to the URL.
UrlMaker = Callable[[str, str], str]


@dataclass(frozen=True)
class RenderOptions:
    """Options for rendering a handbook page: links, pictures and printing.

    Attributes:
        to: returns the URL of a link.
        before: prefix of anchors.
        down: number of levels by which headings are lowered.
        prints_urls: print the URL after each link to a page of this site, for paper.
        opens: returns true for the URL of a page that the reader can open; other links leave their texts.
        picture: returns the HTML of a picture by name and text.
    """

    to: UrlMaker
    before: str = ""
    down: int = 0
    prints_urls: bool = False
    opens: Callable[[str], bool] | None = None
    picture: Callable[[str, str], str] = render_figure


@cache
def _get_parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # most processes draw no page of the handbook

    return MarkdownIt("commonmark", {"html": False}).enable("table")


def parse_page(text: str) -> "list[Token]":
    """Return the Markdown tokens of a handbook page."""
    return _get_parser().parse(text)


def make_anchor(title: str) -> str:
    """Return the anchor of a heading: its text without punctuation.

    >>> make_anchor("做完了：提交、销号")
    '做完了提交销号'
    """
    return re.sub(r"[^\w]", "", title)


def get_plain_text(tokens: "Iterable[Token]") -> str:
    """Return the plain text of Markdown tokens."""
    lines = (
        "".join(
            piece.content if piece.type in {"text", "code_inline"} else " " * (piece.type == "softbreak")
            for piece in token.children or ()
        )
        for token in tokens
        if token.type == "inline"
    )
    return "\n".join(lines)


def render_tokens(tokens: "Sequence[Token]", options: RenderOptions) -> SafeString:
    """Return the HTML of Markdown tokens; tables scroll, pictures are outside of paragraphs."""
    result = [
        _adapt_token(token, tokens[index + 1 : index + 2], options)
        for index, token in enumerate(tokens)
        if not _is_picture_paragraph(tokens, index)
    ]
    html = str(_get_parser().renderer.render(result, _get_parser().options, {}))
    titles = _iterate_table_titles(tokens)
    html = re.sub("<table>", lambda _: _TABLE_FRAME.format(escape(next(titles))), html)
    html = html.replace("<th>", '<th scope="col">').replace("</table>", "</table></div>")
    return mark_safe(html)  # html=False: the renderer escapes all that pages say


def _iterate_table_titles(tokens: "Sequence[Token]") -> Iterator[str]:
    """Yield the name of each table: the heading above it, numbered from the second table on."""
    title, count = "", 0
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            title = UI_LABEL_PATTERN.sub(r"“\1”", get_plain_text(tokens[index + 1 : index + 2])) + "，"
            count = 0
        elif token.type == "table_open":
            count += 1
            yield f"{title}表格{count if count > 1 else ''}"


def _is_picture_paragraph(tokens: "Sequence[Token]", position: int) -> bool:
    """Return true for the opening or closing token of a paragraph that consists of one picture."""
    inline_position = {"paragraph_open": position + 1, "paragraph_close": position - 1}.get(tokens[position].type)
    return inline_position is not None and [piece.type for piece in tokens[inline_position].children or ()] == ["image"]


def _adapt_token(token: "Token", following: "Sequence[Token]", options: RenderOptions) -> "Token":
    """Return a Markdown token adapted to the rendering: headings shifted and given ids."""
    token = copy(token)
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{int(token.tag[1]) + options.down}"
    if token.type == "heading_open":
        token.attrs = {"id": options.before + make_anchor(get_plain_text(following))}
    if token.children:
        inline_tokens = _remove_breaks_before_pictures(token.children)
        visible_tokens = _remove_dead_links(inline_tokens, options.opens) if options.opens else inline_tokens
        adapted_tokens = [_adapt_inline(piece, options) for piece in visible_tokens]
        token.children = _print_urls(adapted_tokens) if options.prints_urls else adapted_tokens
    return token


def _remove_breaks_before_pictures(pieces: "Sequence[Token]") -> "list[Token]":
    """Return the tokens without line breaks directly before a picture."""
    return [
        piece
        for piece, following in zip_longest(pieces, pieces[1:])
        if not (piece.type == "softbreak" and following is not None and following.type == "image")
    ]


def _remove_dead_links(pieces: "Iterable[Token]", opens: Callable[[str], bool]) -> "list[Token]":
    """Return the tokens without links to pages that the reader cannot open; their texts remain."""
    result: list[Token] = []
    hidden = False
    for piece in pieces:
        if piece.type == "link_open":
            hidden = not opens(str(piece.attrs["href"]))
        if not (hidden and piece.type in {"link_open", "link_close"}):
            result.append(piece)
    return result


def _print_urls(pieces: "Sequence[Token]") -> "list[Token]":
    """Return the tokens with the URL in parentheses after each link to a page of this site."""
    result: list[Token] = []
    address = ""
    for piece in pieces:
        result.append(piece)
        if piece.type == "link_open":
            address = str(piece.attrs["href"])
        elif piece.type == "link_close" and address.startswith("/"):
            result.append(_set_token_content(copy(piece), "text", f"（{address}）"))
    return result


def _adapt_inline(piece: "Token", options: RenderOptions) -> "Token":
    """Return an inline token with links and pictures resolved and interface labels bold."""
    piece = copy(piece)
    if piece.type == "link_open" and (link := _LINK_PATTERN.fullmatch(str(piece.attrs["href"]))):
        piece.attrs = {"href": options.to(link[1] or "", link[2] or "")}
    elif piece.type == "image":
        name = str(piece.attrs["src"]).removeprefix("pictures/").removesuffix(".png")
        _set_token_content(piece, "html_inline", options.picture(name, piece.content))
    elif piece.type == "text" and UI_LABEL_PATTERN.search(piece.content):
        _set_token_content(
            piece, "html_inline", UI_LABEL_PATTERN.sub(r'<b class="hb-said">「\1」</b>', escape(piece.content))
        )
    return piece


def _set_token_content(piece: "Token", kind: str, content: str) -> "Token":
    piece.type, piece.content = kind, content
    return piece
