"""Split a text by articles (第五条) with chapter, content and link anchor."""

from collections.abc import Iterator
from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.numerals import NUMERAL_CHARACTERS, to_int
from gongkai.lib.richtext.clean import to_plain_text

_ARTICLE_START_RE = re.compile(
    rf"第([{NUMERAL_CHARACTERS}]{{1,7}}|\d{{1,4}})条(?:之([{NUMERAL_CHARACTERS}]{{1,3}}))?(?=[\s　]|$|[（(])"
)
_CHAPTER_START_RE = re.compile(rf"第[{NUMERAL_CHARACTERS}]{{1,5}}[编章节](?=[\s　]|$)")
_POINT_START_RE = re.compile(rf"([{NUMERAL_CHARACTERS}]{{1,3}})、")
_ATTACHMENT_LINE_RE = re.compile(r"附件?[\d：:　\s]|附件?$")
_BLOCK_START_RE = re.compile(r"<(p|h[2-6])((?:\s[^>]*)?)>((?:\s|　|&nbsp;|<(?:strong|b|span|em|u)>)*)([^<]{2,14})")


@dataclass(frozen=True)
class TextArticle:
    """A part of a text: label (第五条, 三、, or ""), chapter, content and anchor."""

    label: str
    chapter: str
    text: str
    anchor: str = ""


def _choose_division(text: str) -> re.Pattern[str]:
    """Return the pattern that divides a text: articles (第X条) if it has two, else points."""
    lines = text.splitlines()
    return _ARTICLE_START_RE if sum(bool(_ARTICLE_START_RE.match(line)) for line in lines) > 1 else _POINT_START_RE


def _make_anchor(found: re.Match[str]) -> str:
    """Return the anchor of an article (tiao-5), "" if its number is unreadable."""
    number = to_int(found[1])
    if not number:
        return ""
    if found.re.pattern == _POINT_START_RE.pattern:
        return f"dian-{number}"
    subnumber = to_int(found[2]) if found[2] else None
    return f"tiao-{number}-{subnumber}" if subnumber else f"tiao-{number}"


def split_articles(html: str) -> list[TextArticle]:
    """Return the parts of a text in order, including the text before the first article.

    >>> [one.label for one in split_articles("<p>总的来说。</p><p>第一条　为了。</p><p>第二条　适用。</p>")]
    ['', '第一条', '第二条']
    """
    text = to_plain_text(html)
    kind = _choose_division(text)
    return [article for article in _split_articles(text.splitlines(), kind) if article.text]


def _split_articles(lines: list[str], kind: re.Pattern[str]) -> Iterator[TextArticle]:
    """Yield the articles of a text with label, chapter and anchor."""
    label, chapter, anchor = "", "", ""
    own_lines: list[str] = []
    anchors: set[str] = set()
    for line in lines:
        match = kind.match(line)
        name = _make_anchor(match) if match else ""
        if name and name not in anchors:
            yield TextArticle(label, chapter, "\n".join(own_lines), anchor)
            anchors.add(name)
            label, anchor, own_lines = (match[0] if match else "").rstrip("、"), name, [line]
        elif label and _ATTACHMENT_LINE_RE.match(line) and kind is _ARTICLE_START_RE:
            yield TextArticle(label, chapter, "\n".join(own_lines), anchor)
            label, anchor, own_lines = "附件", "", [line]
        elif kind is _ARTICLE_START_RE and _CHAPTER_START_RE.match(line):
            yield TextArticle(label, chapter, "\n".join(own_lines), anchor)
            label, chapter, anchor, own_lines = "", line, "", []
        else:
            own_lines.append(line)
    yield TextArticle(label, chapter, "\n".join(own_lines), anchor)


def anchor_articles(html: str) -> str:
    """Return a text with anchors for its articles (`#tiao-5`).

    >>> anchor_articles("<p>第一条　为了。</p><p>第二条　适用。</p>")
    '<p id="tiao-1">第一条　为了。</p><p id="tiao-2">第二条　适用。</p>'
    """
    if "第" not in html and "、" not in html:
        return html
    kind = _choose_division(to_plain_text(html))
    anchors: set[str] = set()

    def named(block: re.Match[str]) -> str:
        """Return the block with an anchor if it begins with an article's number, each once."""
        match = kind.match(block[4].lstrip("\u3000 "))
        name = _make_anchor(match) if match else ""
        if not name or name in anchors or " id=" in block[2]:
            return block[0]
        anchors.add(name)
        return f'<{block[1]}{block[2]} id="{name}">{block[3]}{block[4]}'

    return _BLOCK_START_RE.sub(named, html)
