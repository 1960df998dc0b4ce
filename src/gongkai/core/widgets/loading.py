"""Templates are written for people, an element a line; what is served carries none of that white space.

`make format` indents the templates. A browser ignores line breaks beside the edges of a block, but not everywhere: in a cell whose white
space is kept (`white-space: pre-wrap`) they would be seen, and a cell that holds nothing but a line break is not `:empty`. So the loader
takes them out once, when a template is compiled.
"""

from django.template import Origin
from django.template.loaders import app_directories

from gongkai.lib.chinese import lazy_re as re

#: Elements whose content begins and ends a line of its own.
BLOCKS = (
    "address|article|aside|blockquote|body|caption|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|head|header|"
    "hgroup|html|legend|li|main|nav|ol|optgroup|option|p|section|select|summary|table|tbody|td|tfoot|th|thead|title|tr|ul"
)
_KEPT = re.compile(r"(<(pre|textarea|script|style)\b.*?</\2>)", re.DOTALL)
#: What stands inside a tag: template tags there may hold the signs < and >.
_INSIDE = r"(?:\{%.*?%\}|\{\{.*?\}\}|[^<>{]|\{(?![%{]))*"
_TAG = re.compile(rf"</?[a-z][a-z0-9-]*(?=\s){_INSIDE}>", re.DOTALL)
_BREAK = re.compile(r"\s*\n\s*")
_AFTER_START = re.compile(rf"(<(?:{BLOCKS})(?=[\s>]){_INSIDE}>)\s*\n\s*")
_BETWEEN = re.compile(rf"(</(?:{BLOCKS})>)\s*\n\s*(?=</?(?:{BLOCKS})[\s>])")
_BEFORE_END = re.compile(rf"\s*\n\s*(</(?:{BLOCKS})>)")
_IN_TEXT = re.compile(r"(?<=[^>\s])\s*\n\s*(?=[^<\s])")
#: No space stands before such signs; the formatter breaks lines between template tags that touched.
_BEFORE_SIGN = re.compile(r"\s*\n\s*((?:\{%[^%]*%\})*(?=[，。；：、）》”！？－]))")
_INDENT = re.compile(r"\n[ \t]+")
#: An empty comment takes the white space behind it along: a sentence of many template tags is written over several lines by it.
_NOTHING = re.compile(r"\{##\}\s*")


def without_layout(source: str) -> str:
    """Return a template's source without line breaks in tags and at the edges of blocks, and without indentation.

    What is preformatted stays as it is.
    """
    parts = _KEPT.split(source)
    # `split` gives text, then the whole kept element and its name, and so on.
    return "".join(
        _strip(part) if place % 3 == 0 else part for place, part in enumerate(parts) if place % 3 != 2
    )


def _strip(part: str) -> str:
    part = _NOTHING.sub("", part)
    part = _TAG.sub(_in_one_line, part)
    part = _BEFORE_SIGN.sub(r"\1", part)
    part = _BETWEEN.sub(r"\1", part)
    part = _BEFORE_END.sub(r"\1", _AFTER_START.sub(r"\1", part))
    return _INDENT.sub("\n", _IN_TEXT.sub(" ", part))


def _in_one_line(tag: re.Match[str]) -> str:
    return re.sub(r"\s+>$", ">", _BREAK.sub(" ", tag[0]))


class Loader(app_directories.Loader):
    """Django's loader of the applications' templates; ours (`gongkai/*/templates/`) lose their layout."""

    def get_contents(self, origin: Origin) -> str:
        """Return the source of a template."""
        source = super().get_contents(origin)
        return without_layout(source) if "/gongkai/" in str(origin.name).replace("\\", "/") else source
