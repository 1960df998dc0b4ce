"""Template loader that strips layout whitespace from our templates.

`make format` indents templates. Browsers ignore most line breaks, but not in cells with `white-
space: pre-wrap` or for `:empty`, so the loader removes them once per template.
"""

from django.template import Origin
from django.template.loaders import app_directories

from gongkai.lib.chinese import lazy_re as re

#: HTML elements whose content starts and ends on its own line.
BLOCK_ELEMENTS = (
    "address|article|aside|blockquote|body|caption|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|head|header|"
    "hgroup|html|legend|li|main|nav|ol|optgroup|option|p|section|select|summary|table|tbody|td|tfoot|th|thead|title|tr|ul"
)
_KEPT = re.compile(r"(<(pre|textarea|script|style)\b.*?</\2>)", re.DOTALL)
#: Content of a tag; template tags may contain < and >.
_INSIDE = r"(?:\{%.*?%\}|\{\{.*?\}\}|[^<>{]|\{(?![%{]))*"
_TAG = re.compile(rf"</?[a-z][a-z0-9-]*(?=\s){_INSIDE}>", re.DOTALL)
_BREAK = re.compile(r"\s*\n\s*")
_AFTER_START = re.compile(rf"(<(?:{BLOCK_ELEMENTS})(?=[\s>]){_INSIDE}>)\s*\n\s*")
_BETWEEN = re.compile(rf"(</(?:{BLOCK_ELEMENTS})>)\s*\n\s*(?=</?(?:{BLOCK_ELEMENTS})[\s>])")
_BEFORE_END = re.compile(rf"\s*\n\s*(</(?:{BLOCK_ELEMENTS})>)")
_IN_TEXT = re.compile(r"(?<=[^>\s])\s*\n\s*(?=[^<\s])")
#: No space precedes such punctuation; the formatter breaks lines between adjacent template tags.
_BEFORE_SIGN = re.compile(r"\s*\n\s*((?:\{%[^%]*%\})*(?=[，。；：、）》”！？－]))")
_INDENT = re.compile(r"\n[ \t]+")
#: An empty comment removes the whitespace after it, to write a sentence of many tags on several
#: lines.
_EMPTY_COMMENT = re.compile(r"\{##\}\s*")


def strip_layout(source: str) -> str:
    """Return a template without line breaks in tags and at block edges, and without indentation.

    Preformatted content is unchanged.
    """
    pieces = _KEPT.split(source)
    # `split` returns text, the preserved element and its name, repeated.
    return "".join(
        _strip_part(piece) if place % 3 == 0 else piece for place, piece in enumerate(pieces) if place % 3 != 2
    )


def _strip_part(part: str) -> str:
    """Strip the layout of a part without preformatted content."""
    part = _EMPTY_COMMENT.sub("", part)
    part = _TAG.sub(_join_tag_lines, part)
    part = _BEFORE_SIGN.sub(r"\1", part)
    part = _BETWEEN.sub(r"\1", part)
    part = _BEFORE_END.sub(r"\1", _AFTER_START.sub(r"\1", part))
    return _INDENT.sub("\n", _IN_TEXT.sub(" ", part))


def _join_tag_lines(tag: re.Match[str]) -> str:
    return re.sub(r"\s+>$", ">", _BREAK.sub(" ", tag[0]))


class Loader(app_directories.Loader):
    """Django's app template loader; strips the layout of our templates."""

    def get_contents(self, origin: Origin) -> str:
        """Return the source of a template."""
        source = super().get_contents(origin)
        return strip_layout(source) if "/gongkai/" in str(origin.name).replace("\\", "/") else source
