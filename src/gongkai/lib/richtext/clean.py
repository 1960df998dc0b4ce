"""Clean HTML to a short list of tags, without styles, scripts and other links."""

import html as entities
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

import nh3
from lxml import etree
from lxml.etree import _Element

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.normalisation import normalise_characters
from gongkai.lib.richtext.depth import (
    MAX_NESTING_DEPTH,
    VOID_TAGS,
    flatten_deep_tags,
    get_depth,
    remove_controls,
    strip_crowded_tags,
)
from gongkai.lib.richtext.passages import parse_fragment
from gongkai.lib.richtext.tags import StartTag, iterate_start_tags, rewrite_tags

#: URL scheme by which pictures of a text name their file by digest; the page adds the edition.
FILE_SCHEME = "gongkai-file"
_BLOCK_TAGS = "p h2 h3 h4 h5 h6 ul ol li blockquote hr br table thead tbody tfoot tr th td caption figure figcaption"
_INLINE_TAGS = "a strong b em i u s sub sup span img"
#: Permitted schemes of links and pictures of a text.
ALLOWED_URL_SCHEMES = {"http", "https", "mailto", "tel", FILE_SCHEME}
ALLOWED_TAGS = set(_BLOCK_TAGS.split()) | set(_INLINE_TAGS.split())
ALLOWED_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
}
#: The only classes kept: signature and day, list of attachments.
_ALLOWED_CLASSES = {"p": {"signed", "attached"}}
_PICTURE_SOURCE_RE = re.compile(rf"{FILE_SCHEME}:[0-9a-f]{{64}}")
_BLOCK_END_RE = re.compile(r"</(?:p|h[1-6]|li|tr|table|blockquote|caption)>|<br ?/?>|<hr ?/?>")
_CELL_END_TAG_RE = re.compile(r"</t[dh]>")
_CELL_END_RE = re.compile(r"(?:</p>|<br ?/?>)\s*(</t[dh]>)")
_TAG = re.compile(r"<[^<>]*>")
_LINK = re.compile(r"<a\b[^>]*>(.*?)</a>", re.DOTALL)
#: Labels of marks that change the meaning of the marked words.
_MARK_NAMES = {"s": "划去", "sup": "上标", "sub": "下标"}
_MARKED_START_TAG_RE = re.compile(r"<(s|sup|sub)>")
_MARKED_END_RE = re.compile(r"</(?:s|sup|sub)>")
_CHARACTER_REFERENCE_RE = re.compile(r"&(?:#(?:\d{2,7}|[xX][0-9a-fA-F]{2,6})|shy|zwn?j);")
_EMPTY_BLOCK_RE = re.compile(r"<(p|h[2-6]|li)>\s*</\1>")


def normalise_html(html: str) -> str:
    """Return HTML from elsewhere with the characters that are stored (`normalise_characters`)."""
    return normalise_characters(_CHARACTER_REFERENCE_RE.sub(_resolve_entity, html) if "&" in html else html)


def _resolve_entity(reference: re.Match[str]) -> str:
    """Return the character of an entity, or the reference itself if it is ASCII or no character."""
    char = entities.unescape(reference[0])
    return char if len(char) == 1 and ord(char) >= 0xA1 else reference[0]


def clean_html(html: str) -> str:
    """Return HTML that is safe to show.

    Tags, attributes and URLs that are not allowed are removed, and so are empty elements and
    pictures from elsewhere. An h1 becomes an h2.
    """
    lowered = re.sub(r"<(/?)h1\b", r"<\1h2", limit_nesting(remove_controls(html)))
    safe = nh3.clean(
        lowered,
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        allowed_classes=_ALLOWED_CLASSES,
        url_schemes=ALLOWED_URL_SCHEMES,
        attribute_filter=_filter_attribute,
        link_rel="noopener noreferrer",
        clean_content_tags={"script", "style", "iframe", "object", "template"},
    )
    if "<img" in safe:
        safe = rewrite_tags(safe, {"img"}, lambda tag: tag.source if tag.get("src") else "")
    return _EMPTY_BLOCK_RE.sub("", flatten_deep_tags(safe)).strip()


def _filter_attribute(_: str, name: str, value: str) -> str | None:
    """Return the attribute's value, or None to drop it."""
    if name == "src":
        return value if _PICTURE_SOURCE_RE.fullmatch(value) else None
    return None if name == "href" and value.startswith(f"{FILE_SCHEME}:") else value


def to_comparable_text(html: str) -> str:
    """Return the text of cleaned HTML with link targets and picture descriptions.

    For comparisons: a link that leads elsewhere, another picture, a word struck out, a raised figure, another number or kind of a list, a cell
    that reaches over others and a table in place of lines are changes, too.
    """
    marked = _MARKED_START_TAG_RE.sub(lambda found: f"［{_MARK_NAMES[found[1]]}：", html)
    marked = _MARKED_END_RE.sub("］", marked)
    marked = _LINK.sub(_describe_link, marked)
    marked = rewrite_tags(marked, {"ol", "ul", "td", "th", "table", "img"}, _describe_tag)
    return to_plain_text(marked.replace("</table>", "</table><p>［表格完］</p>"))


def _describe_tag(tag: StartTag) -> str:
    """Return a tag with a Chinese note on content that plain text would lose."""
    if tag.name == "img":
        digest = tag.get("src").removeprefix(f"{FILE_SCHEME}:")[:12]
        return f"［图片{entities.escape(tag.get('alt'))}，编号{digest}］"
    if tag.name == "table":
        return f"<p>［表格］</p>{tag.source}"
    if tag.name == "ul":
        return f"<p>［列表］</p>{tag.source}"
    if tag.name == "ol":
        start = tag.get("start")
        return f"<p>［编号列表{'，从' + start + '起' if start else ''}］</p>{tag.source}"
    spans = ((tag.get("rowspan"), "行"), (tag.get("colspan"), "列"))
    return tag.source + "".join(f"［占{count}{counter}］" for count, counter in spans if count)


def _describe_link(found: re.Match[str]) -> str:
    """Return the text of a link, with its address and title in brackets if they differ from it."""
    tag = next(iterate_start_tags(found[0], {"a"}))
    link_text = entities.unescape(_TAG.sub("", found[1])).strip()
    addresses = [address for address in (tag.get("href"), tag.get("title")) if address and address != link_text]
    return f"{found[1]}（链接：{entities.escape('，'.join(addresses))}）" if addresses else found[1]


def to_plain_text(html: str) -> str:
    """Return the text of cleaned HTML, one line for each block."""
    text = _BLOCK_END_RE.sub("\n", _CELL_END_TAG_RE.sub("　", _CELL_END_RE.sub(r"\1", html)))
    end = text.rfind(">") + 1  # behind it no tag ends, and each < would be looked behind to the end
    lines = (
        re.sub(r"[^\S　]+", " ", line).strip()
        for line in entities.unescape(_TAG.sub("", text[:end]) + text[end:]).splitlines()
    )
    return "\n".join(line for line in lines if line)


_OLDER_TAGS = "div section h1 dl dt dd pre code small abbr time colgroup col mark"
_OLDER_ATTRIBUTE_NAMES = "class id rel lang width height span datetime target"
_TOLERATED_TAGS = set(_OLDER_TAGS.split())
_TOLERATED_ATTRIBUTES = set(_OLDER_ATTRIBUTE_NAMES.split()).union(*ALLOWED_ATTRIBUTES.values())
_URL_ATTRIBUTES = {"href", "src"}


class _HostileContentParser(HTMLParser):
    """Parser that notes whether HTML has anything that cleaning would remove."""

    hostile = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note tags, attributes and URL schemes that cleaning would remove."""
        self.hostile |= tag not in ALLOWED_TAGS and tag not in _TOLERATED_TAGS
        for name, value in attrs:
            self.hostile |= name not in _TOLERATED_ATTRIBUTES and not name.startswith("data-")
            if name in _URL_ATTRIBUTES and value:
                self.hostile |= _get_url_scheme(value) not in {"", *ALLOWED_URL_SCHEMES}

    def handle_comment(self, data: str) -> None:
        """Note a comment, a declaration or a processing instruction."""
        self.hostile = True

    unknown_decl = handle_decl = handle_pi = handle_comment  # type: ignore[assignment]


def _get_url_scheme(address: str) -> str:
    """Return the scheme of a URL, "?" if it is malformed."""
    try:
        return urlsplit("".join(sign for sign in address if sign > " ")).scheme
    except ValueError:
        return "?"


def is_hostile(html: str) -> bool:
    """Return true if a text has tags, attributes, comments or URLs that are not allowed, or ends within a tag."""
    reader = _HostileContentParser(convert_charrefs=True)
    reader.feed(html)
    reader.close()
    return reader.hostile or html.rfind("<") > html.rfind(">")  # a tag left open takes what the page says behind it


#: Number of tags up to which any depth costs less than a tenth of a second.
MAX_TAGS_WITHOUT_CHECK = 5_000
#: Maximum parsed nesting; the parser stops at 2,048 levels and omits the rest.
MAX_PARSED_DEPTH = 2_000
_RAW_TEXT_TAG_RE = re.compile(r"<(script|style|template)\b", re.IGNORECASE)


def limit_nesting(html: str) -> str:
    """Return HTML with limited nesting; up to `MAX_TAGS_WITHOUT_CHECK` tags it is not checked.

    All words stay. HTML that no parser reads completely is reduced to its words.
    """
    html = strip_crowded_tags(html)
    if html.count("<") <= MAX_TAGS_WITHOUT_CHECK:
        return html
    root = parse_fragment(html)
    return (
        "".join(_write_tree(root)) if get_depth(root) < MAX_PARSED_DEPTH else escape(_strip_raw_text(html), quote=False)
    )


def _strip_raw_text(html: str) -> str:
    """Return the text of HTML without tags, scripts and styles."""
    pieces, index = [], 0
    while match := _RAW_TEXT_TAG_RE.search(html, index):
        pieces.append(html[index : match.start()])
        end = html.find(f"</{match[1]}", match.end())
        index = len(html) if end < 0 else end
    return _TAG.sub(" ", "".join([*pieces, html[index:]]))


def _write_tree(root: _Element) -> list[str]:
    """Return the HTML of a tree in pieces, without the tags below the depth limit."""
    pieces: list[str] = []
    depth = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            is_kept = 0 < depth <= MAX_NESTING_DEPTH
            depth += 1
            pieces += [
                _write_start_tag(node) if is_kept else " " if depth > 1 else "",
                escape(node.text or "", quote=False),
            ]
        else:
            depth -= 1
            is_kept = 0 < depth <= MAX_NESTING_DEPTH
            pieces.append(
                " " if depth and not is_kept else "" if not depth or node.tag in VOID_TAGS else f"</{node.tag}>"
            )
            pieces.append(escape(node.tail or "", quote=False) if depth else "")
    return pieces


def _write_start_tag(node: _Element) -> str:
    attributes = "".join(
        f' {name}="{escape(value)}"' for name, value in (map(str, pair) for pair in node.attrib.items())
    )
    return f"<{node.tag}{attributes}>"
