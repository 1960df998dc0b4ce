"""Flatten HTML with very many tags before cleaning, whose cost is quadratic in depth."""

from html import escape

from lxml import etree
from lxml.etree import _Element

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.richtext.depth import MAX_DEPTH, VOID_TAGS, get_depth, strip_crowded_tags
from gongkai.lib.richtext.passages import parse_fragment

#: Number of tags up to which any depth costs less than a tenth of a second.
MAX_TAGS_WITHOUT_CHECK = 5_000
#: Maximum parsed nesting; the parser stops at 2,048 levels and omits the rest.
MAX_PARSED_DEPTH = 2_000
_TAG = re.compile(r"<[^<>]*>")
_RAW_TEXT_TAG = re.compile(r"<(script|style|template)\b", re.IGNORECASE)


def limit_nesting(html: str) -> str:
    """Return HTML with limited nesting and all tags closed.

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
    """Return the text of HTML without its tags, and without the content of elements with raw text."""
    pieces, at = [], 0
    while match := _RAW_TEXT_TAG.search(html, at):
        pieces.append(html[at : match.start()])
        end = html.find(f"</{match[1]}", match.end())
        at = len(html) if end < 0 else end
    return _TAG.sub(" ", "".join([*pieces, html[at:]]))


def _write_tree(root: _Element) -> list[str]:
    """Return the HTML of a tree in pieces, without the tags below the depth limit."""
    pieces: list[str] = []
    depth = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            is_kept = 0 < depth <= MAX_DEPTH
            depth += 1
            pieces += [
                _write_start_tag(node) if is_kept else " " if depth > 1 else "",
                escape(node.text or "", quote=False),
            ]
        else:
            depth -= 1
            is_kept = 0 < depth <= MAX_DEPTH
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
