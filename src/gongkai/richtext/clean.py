"""HTML that may be shown: a short list of tags, no styles, no scripts, no addresses but web ones."""

import html as entities

import nh3

from gongkai.chinese import lazy_re as re
from gongkai.richtext.depth import flattened, seen
from gongkai.richtext.levels import levelled

#: Pictures of a text name their file by digest; the page that shows them says from which edition.
FILE_SCHEME = "gongkai-file"
_BLOCKS = (
    "p h2 h3 h4 h5 h6 ul ol li blockquote hr br table thead tbody tfoot tr th td caption figure figcaption"
)
_INLINE = "a strong b em i u s sub sup span img"
#: What a link or a picture of a text may begin with.
SCHEMES = {"http", "https", "mailto", "tel", FILE_SCHEME}
TAGS = set(_BLOCKS.split()) | set(_INLINE.split())
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
}
#: The only classes of the house: signature and day, list of attachments.
_CLASSES = {"p": {"signed", "attached"}}
_IMAGE = re.compile(r"<img\b[^>]*>")
_PICTURE_SOURCE = re.compile(rf'\bsrc="{FILE_SCHEME}:[0-9a-f]{{64}}"')
_BREAK = re.compile(r"</(?:p|h[1-6]|li|tr|table|blockquote|caption)>|<br ?/?>|<hr ?/?>")
_CELL = re.compile(r"</t[dh]>")
_CELL_END = re.compile(r"(?:</p>|<br ?/?>)\s*(</t[dh]>)")
_TAG = re.compile(r"<[^>]*>")
_LINK = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL)
#: What changes the sense of words without changing them.
_MARKS = {"s": "划去", "sup": "上标", "sub": "下标"}
_MARKED = re.compile(r"<(s|sup|sub)>")
_MARKED_END = re.compile(r"</(?:s|sup|sub)>")
_LIST = re.compile(r"<(ol|ul)\b([^>]*)>")
_REACHING = re.compile(r'<t[dh]\b[^>]*?\b(row|col)span="(\d+)"[^>]*>')
_EMPTY = re.compile(r"<(p|h[2-6]|li)>\s*</\1>")


def clean(html: str) -> str:
    """Return HTML that is safe to show: unknown tags dropped, first-level headings lowered, foreign pictures dropped, nothing nested too deep."""
    lowered = re.sub(r"<(/?)h1\b", r"<\1h2", levelled(seen(html)))
    safe = nh3.clean(
        lowered,
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=_CLASSES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
        clean_content_tags={"script", "style", "iframe", "object", "template"},
    )
    safe = _IMAGE.sub(lambda found: found[0] if _PICTURE_SOURCE.search(found[0]) else "", safe)
    safe = re.sub(rf'<a href="{FILE_SCHEME}:[^"]*"', "<a", safe)
    return _EMPTY.sub("", flattened(safe)).strip()


def with_targets(html: str) -> str:
    """Return the words of cleaned HTML as `plain` does, with what a reader follows or sees beside them.

    For comparisons: a link that leads elsewhere, another picture, a word struck out, a raised figure, another number or kind of a list, a cell
    that reaches over others and a table in place of lines are changes, too.
    """
    marked = _MARKED.sub(lambda found: f"［{_MARKS[found[1]]}：", html)
    marked = _MARKED_END.sub("］", marked)
    marked = _LIST.sub(_listed, marked)
    marked = _REACHING.sub(
        lambda found: f"{found[0]}［占{found[2]}{'行' if found[1] == 'row' else '列'}］", marked
    )
    marked = marked.replace("<table>", "<p>［表格］</p><table>").replace(
        "</table>", "</table><p>［表格完］</p>"
    )
    return plain(_IMAGE.sub(_pictured, _LINK.sub(_linked, marked)))


def _listed(found: re.Match[str]) -> str:
    start = _value("start", found[2])
    words = f"编号列表{'，从' + start + '起' if start else ''}" if found[1] == "ol" else "列表"
    return f"<p>［{words}］</p>{found[0]}"


def _linked(found: re.Match[str]) -> str:
    target, title = _value("href", found[1]), _value("title", found[1])
    said = "，".join(one for one in (target, title) if one and one != _TAG.sub("", found[2]).strip())
    return f"{found[2]}（链接：{said}）" if said else found[2]


def _pictured(found: re.Match[str]) -> str:
    mark = _value("src", found[0]).removeprefix(f"{FILE_SCHEME}:")[:12]
    return f"［图片{_value('alt', found[0])}，编号{mark}］"


def _value(name: str, tag: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found[1] if found else ""


def plain(html: str) -> str:
    """Return the words of cleaned HTML, a line for each block, for search and snippets."""
    text = _BREAK.sub("\n", _CELL.sub("　", _CELL_END.sub(r"\1", html)))
    end = text.rfind(">") + 1  # behind it no tag ends, and each < would be looked behind to the end
    lines = (
        re.sub(r"[^\S　]+", " ", line).strip()
        for line in entities.unescape(_TAG.sub("", text[:end]) + text[end:]).splitlines()
    )
    return "\n".join(line for line in lines if line)
