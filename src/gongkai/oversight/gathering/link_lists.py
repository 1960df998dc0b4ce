"""Lists of links within a text (related texts, what is read most) are none of its words: they change at every visit. Pure."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import html as markup
from lxml.etree import _Element

from gongkai.core.files.kinds import PUBLIC, suffix_of
from gongkai.lib.chinese import lazy_re as re

#: So many links one after the other are a list; characters of a link that names a text, and of words that stand beside it, at most.
LEAST = 3
_TITLE, _BESIDE, _HEAD = 6, 24, 14
_CUT = re.compile(r"(?:…|\.{3})[\s\])】〕]*$")
_ITEMS = ("li", "p", "div", "dd", "tr", "h3", "h4", "h5", "article", "section")


def without_link_lists(html: str) -> str:
    """Return the HTML of a text without its lists of links to other pages, each with the words that head it. Attachments stay.

    >>> item = '<li><a href="http://a.cn/{0}.html">全市秋粮收购进度过半</a> 1{0}次</li>'
    >>> without_link_lists("<p>共31户。</p><p>本周热点</p><ul>" + "".join(map(item.format, "123")) + "</ul>")
    '<p>共31户。</p>'
    """
    if html.count("<a ") < LEAST:
        return html
    root = markup.fragment_fromstring(html, create_parent="div")
    for element in list(root.iter("ul", "ol", "dl", "div", "table", "tbody", "section")):
        for run in list(_runs(element)):
            _take_out(run)
    return (root.text or "") + "".join(markup.tostring(child, encoding="unicode") for child in root)


def _runs(above: _Element) -> Iterator[list[_Element]]:
    """Yield the elements that name other texts, one after the other, where they are enough to be a list."""
    run: list[_Element] = []
    for child in [*above, None]:
        if child is not None and _names_a_text(child):
            run.append(child)
            continue
        if len(run) >= LEAST:
            yield run
        run = []


def _names_a_text(element: _Element) -> bool:
    """Whether an element is a link to another page and hardly anything else: its number, its day, how often it was read, its cut-off beginning."""
    if element.tag not in _ITEMS:
        return False
    links = [one for one in element.iter("a") if _leads_to_a_page(one.get("href") or "")]
    if len({one.get("href") for one in links}) != 1 or any(True for _ in element.iter("img")):
        return False
    title, said = (_words(links[0]), _words(element))
    beside = len(said) - len(title)
    return len(title) >= _TITLE and (beside <= _BESIDE or bool(_CUT.search(said) and said.startswith(title)))


def _leads_to_a_page(link: str) -> bool:
    parts = urlsplit(link)
    return parts.scheme in {"http", "https", ""} and bool(parts.path) and suffix_of(parts.path) not in PUBLIC


def _words(element: _Element) -> str:
    return "".join("".join(str(part) for part in element.itertext()).split())


def _take_out(run: list[_Element]) -> None:
    """Take a list out, with the words that head it and the element that holds nothing else."""
    above = run[0].getparent()
    assert above is not None
    head = run[0].getprevious()
    for element in run:
        element.drop_tree()  # type: ignore[attr-defined]
    while not _words(above) and above.getparent() is not None:
        head, emptied, above = above.getprevious(), above, above.getparent()
        assert above is not None
        emptied.drop_tree()  # type: ignore[attr-defined]
    if head is not None and 0 < len(_words(head)) <= _HEAD and not re.search(r"[。，；]", _words(head)):
        head.drop_tree()  # type: ignore[attr-defined]
