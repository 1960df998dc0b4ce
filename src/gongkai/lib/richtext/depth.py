"""Limit the nesting depth and the length of texts before they are parsed."""

from lxml import etree
from lxml.etree import _Element

from gongkai.lib.chinese import lazy_re as re


class UnfitText(Exception):
    """Raised for a file or text that cannot be accepted; `reasons` are sentences in Chinese."""

    def __init__(self, reason: str) -> None:
        self.reasons = [reason]
        super().__init__(reason.rstrip("。"))


#: Maximum nesting of elements; a typed text has a dozen levels, one from Word or a web page some thirty.
MAX_NESTING_DEPTH = 100
TOO_DEEP_ERROR = "内容的格式嵌套过深，不能读取：请改为粘贴纯文本，或用办公软件另存后重新上传。"
#: Maximum characters of one text with its tags and embedded pictures.
MAX_HTML_CHARACTERS = 8_000_000
TOO_LONG_ERROR = f"内容过长（超过{MAX_HTML_CHARACTERS // 10_000}万字符）：请分成几条，或者作为附件上传。"
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)[^>]*>")
#: Maximum attributes of one tag; Word writes a dozen.
MAX_TAG_ATTRIBUTES = 200
_FULL_TAG_RE = re.compile(r"(<[a-zA-Z][a-zA-Z0-9]*)[^<>]*(?:>|$)")
#: The value of an attribute; that of a pasted picture is very long.
_ATTRIBUTE_VALUE_RE = re.compile(r"=\s*(?:\"[^\"]*\"|'[^']*')")
#: Where an attribute may begin.
_ATTRIBUTE_START_RE = re.compile(r"[\s/\"'][^\s/\"'=]")
#: Characters that no reader sees and no tree takes, plain or as a reference.
_CONTROL_CHARACTERS_RE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
    "|&#0*(?:[0-8]|1[124-9]|2[0-9]|3[01])(?![0-9]);?|&#[xX]0*(?:[0-8bcefBCEF]|1[0-9a-fA-F])(?![0-9a-fA-F]);?"
)
VOID_TAGS = frozenset(["br", "hr", "img"])
_INLINE_TAGS = frozenset(["a", "strong", "b", "em", "i", "u", "s", "sub", "sup", "span"])


def remove_controls(html: str) -> str:
    """Return HTML without control characters."""
    return _CONTROL_CHARACTERS_RE.sub("", html)


def refuse_long(html: str) -> str:
    """Return HTML unchanged, or refuse it if it is too long.

    Raises:
        UnfitText: it is longer than `MAX_HTML_CHARACTERS`.
    """
    if len(html) > MAX_HTML_CHARACTERS:
        raise UnfitText(TOO_LONG_ERROR)
    return html


def strip_crowded_tags(html: str) -> str:
    """Return HTML in which tags with too many attributes have lost them all."""
    return _FULL_TAG_RE.sub(lambda found: found[1] + ">" if _has_too_many_attributes(found[0]) else found[0], html)


def _has_too_many_attributes(tag: str) -> bool:
    return (
        len(tag) > MAX_TAG_ATTRIBUTES
        and len(_ATTRIBUTE_START_RE.findall(_ATTRIBUTE_VALUE_RE.sub(" ", tag))) > MAX_TAG_ATTRIBUTES
    )


def remove_comments(html: str) -> str:
    """Return HTML without its comments."""
    parts, at = [], 0
    while (begin := html.find("<!--", at)) >= 0 and (end := html.find("-->", begin + 4)) >= 0:
        parts.append(html[at:begin])
        at = end + 3
    return "".join([*parts, html[at:]])


def flatten_deep_tags(html: str) -> str:
    """Return cleaned HTML without the tags below the depth limit."""
    pieces: list[str] = []
    kept_levels: list[bool] = []
    position = 0
    for tag in _TAG.finditer(html):
        closing, name = tag[1], tag[2]
        if name in VOID_TAGS:
            continue
        if closing:
            is_kept = kept_levels.pop() if kept_levels else True
        else:
            is_kept = len(kept_levels) < MAX_NESTING_DEPTH
            kept_levels.append(is_kept)
        if not is_kept:
            # Words of separate blocks must not run together.
            pieces += [html[position : tag.start()], "" if name in _INLINE_TAGS else " "]
            position = tag.end()
    return "".join([*pieces, html[position:]]) if pieces else html


def get_depth(root: _Element) -> int:
    """Return the nesting depth of a tree."""
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def refuse_deep(root: _Element) -> _Element:
    """Return a tree unchanged, or refuse it if it is nested too deeply.

    Raises:
        UnfitText: it is nested deeper than `MAX_NESTING_DEPTH`.
    """
    if get_depth(root) > MAX_NESTING_DEPTH + 1:  # the element that holds it all
        raise UnfitText(TOO_DEEP_ERROR)
    return root
