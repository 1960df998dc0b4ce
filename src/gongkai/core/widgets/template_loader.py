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
_PREFORMATTED_ELEMENT_PATTERN = re.compile(r"(<(pre|textarea|script|style)\b.*?</\2>)", re.DOTALL)
#: Content of a tag; template tags may contain < and >.
_TAG_CONTENT = r"(?:\{%.*?%\}|\{\{.*?\}\}|[^<>{]|\{(?![%{]))*"
_TAG_PATTERN = re.compile(rf"</?[a-z][a-z0-9-]*(?=\s){_TAG_CONTENT}>", re.DOTALL)
_LINE_BREAK_PATTERN = re.compile(r"\s*\n\s*")
_BREAK_AFTER_START_TAG_PATTERN = re.compile(rf"(<(?:{BLOCK_ELEMENTS})(?=[\s>]){_TAG_CONTENT}>)\s*\n\s*")
_BREAK_BETWEEN_BLOCKS_PATTERN = re.compile(rf"(</(?:{BLOCK_ELEMENTS})>)\s*\n\s*(?=</?(?:{BLOCK_ELEMENTS})[\s>])")
_BREAK_BEFORE_END_TAG_PATTERN = re.compile(rf"\s*\n\s*(</(?:{BLOCK_ELEMENTS})>)")
_BREAK_IN_TEXT_PATTERN = re.compile(r"(?<=[^>\s])\s*\n\s*(?=[^<\s])")
#: Chinese punctuation has no space on either side; the formatter breaks lines between adjacent template tags.
_BREAK_BEFORE_PUNCTUATION_PATTERN = re.compile(r"\s*\n\s*((?:\{%[^%]*%\})*(?=[，。；：、）》”！？－]))")
_BREAK_AFTER_PUNCTUATION_PATTERN = re.compile(r"([，。；：、（《“！？－](?:\{%[^%]*%\})*)\s*\n\s*")
_INDENTATION_PATTERN = re.compile(r"\n[ \t]+")


def strip_layout(source: str) -> str:
    """Return a template without line breaks in tags and at block edges, and without indentation.

    Preformatted content is unchanged.
    """
    pieces = _PREFORMATTED_ELEMENT_PATTERN.split(source)
    # `split` returns text, the preserved element and its name, repeated.
    return "".join(
        _strip_part(piece) if place % 3 == 0 else piece for place, piece in enumerate(pieces) if place % 3 != 2
    )


def _strip_part(part: str) -> str:
    """Strip the layout of a part without preformatted content."""
    part = _TAG_PATTERN.sub(_join_tag_lines, part)
    part = _BREAK_AFTER_PUNCTUATION_PATTERN.sub(r"\1", _BREAK_BEFORE_PUNCTUATION_PATTERN.sub(r"\1", part))
    part = _BREAK_BETWEEN_BLOCKS_PATTERN.sub(r"\1", part)
    part = _BREAK_BEFORE_END_TAG_PATTERN.sub(r"\1", _BREAK_AFTER_START_TAG_PATTERN.sub(r"\1", part))
    return _INDENTATION_PATTERN.sub("\n", _BREAK_IN_TEXT_PATTERN.sub(" ", part))


def _join_tag_lines(tag: re.Match[str]) -> str:
    return re.sub(r"\s+>$", ">", _LINE_BREAK_PATTERN.sub(" ", tag[0]))


class Loader(app_directories.Loader):
    """Django's app template loader; strips the layout of our templates."""

    def get_contents(self, origin: Origin) -> str:
        """Return the source of a template."""
        source = super().get_contents(origin)
        return strip_layout(source) if "/gongkai/" in str(origin.name).replace("\\", "/") else source
