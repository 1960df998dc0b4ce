"""Read a saved page into an old item, or state why it contains none."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from lxml.etree import _Element

from gongkai.content.migration.bundles import FileBundle
from gongkai.content.migration.sources.pages import content, facts, images, links, text_paths
from gongkai.content.migration.sources.pages.dom import (
    FORM_ATTRIBUTE,
    count_characters,
    count_link_characters,
    inner_html,
    parse_page,
    text_of,
)
from gongkai.content.migration.sources.values import OldItem
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound.markup import RUBY_ATTRIBUTE, decode, limit_page
from gongkai.lib.richtext import to_plain_text

#: Suffixes of pages.
PAGE_SUFFIXES = (".html", ".htm", ".shtml")
#: Pages with all their pictures in one file; they are listed, and not read.
ARCHIVE_SUFFIXES = (".mht", ".mhtml")
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->", re.IGNORECASE)
_DYNAMIC = re.compile(r"\.(?:asp|aspx|jsp|php|do|action|cgi)(?:[?@%].*)?$", re.IGNORECASE)


def page_names(bundle: FileBundle) -> Iterator[str]:
    """Yield the page names of a bundle, without files that a browser saved with a page (x_files/)."""
    for name in bundle.all:
        lower = name.lower()
        if "_files/" in lower:
            continue
        if lower.endswith(PAGE_SUFFIXES) or _DYNAMIC.search(lower):
            yield name


def learn_text_paths(pages: Sequence[bytes], known: str = "") -> str:
    """Return the learnt text paths of a site, one a line; "" if the pages do not agree.

    Args:
        pages: bytes of pages of one design.
        known: what was learnt earlier; it counts as long as most pages have such a place.
    """
    roots = [
        root for data in pages if not limit_page(text := decode(data)[0])[1] and (root := parse_page(text)) is not None
    ]
    having = sum(
        any(text_paths.element_at_path(root, place) is not None for place in known.splitlines()) for root in roots
    )
    if known and having >= len(roots) / 2:
        return known
    said = [content.find_sentences(root) for root in roots]
    return "\n".join(text_paths.learn_paths([(root, content.find_text_element(root)) for root in roots], said))


def read_page(
    data: bytes, place: str, bundle: FileBundle, *, base: str = "", url: str = "", text_at: str = ""
) -> OldItem:
    """Return the item of a saved page at `place` in the bundle; `text_at` are the learnt text paths.

    Args:
        data: the page's bytes.
        place: its name in the bundle.
        bundle: where its pictures and files lie.
        base: the old site's address, for pages that do not say their own.
        url: the page's own address where it is known (a crawl knows it).
        text_at: where the texts of its site stand (`learn_text_paths`), where that is known.
    """
    text, note = decode(data)
    item = OldItem(place, notes=[note] if note else [])
    item.unknown = limit_page(text)[1]
    root = parse_page(text) if not item.unknown else None
    if root is None:
        item.unknown = item.unknown or "文件是空的。"
        return item
    base_href = links.base_url_of(root)
    framed = links.describe_frames(root, links.PageContext(place, url, bundle, base_href=base_href))
    if framed:
        item.unknown = framed
        return item
    said, labels = facts.read_meta_tags(root), facts.read_labelled_facts(root)
    validity = labels.pop("validity", "")
    own = url or _own_address(text, root, said, place, base)
    item.title = facts.title_of(root, said, labels)[:255].strip()
    item.published, guessed = facts.find_publication_time(root, said, labels, own or place)
    item.notes += [guessed] if guessed else []
    item.fields = {name: value[: _LONGEST.get(name, 120)] for name, value in facts.make_fields(labels).items()}
    item.fields |= {n: said[n][: _LONGEST[n]] for n in ("keywords", "summary") if said.get(n) and n not in item.fields}
    item.unit = item.fields["source"] = facts.find_source(root, said, labels)
    item.column = facts.find_column_path(root, said)
    item.old = [own] if own else []
    item.more = links.list_further_pages(root, own)
    _take_text(item, root, links.PageContext(place, own, bundle, base_href=base_href), text_at)
    item.notes += item.lost
    if validity and not item.unknown:
        item.beside.append(f"有效性：{validity[:20]}")
    if not item.unknown and not item.column:
        item.notes.append("没有认出栏目。")
    return item


_LONGEST = {"document_number": 80, "index_number": 60, "summary": 300, "subject": 80, "genre": 40, "keywords": 120}


def _take_text(item: OldItem, root: _Element, here: links.PageContext, text_at: str) -> None:
    """Find and add the text, or state why the page is no item."""
    found = content.find_text_element(root, text_at)
    listed = (
        found is not None
        and count_link_characters(found) > 0.5 * max(count_characters(found), 1)
        and not content.has_only_attachments(found)
    )
    if found is None or (item.published is None and listed):
        item.unknown = "认不出正文，像是首页或列表页。"
        return
    item.beside = content.find_validity_lines(root, found)
    links.take_files(item, root, found, here)
    links.take_pictures(item, found, here)
    _note_films(item, found)
    _tidy(item, found)
    links.rewrite_links(item, found, here)
    if count_characters(found) < content.MIN_TEXT_CHARACTERS and not item.files and not item.pictures:
        item.unknown = "认不出正文，也没有附件和图片。"
        return
    item.html = f"<p>{inner_html(found)}</p>" if len(found) == 0 else inner_html(found)
    _name_pictures_in_words(item)


def _tidy(item: OldItem, element: _Element) -> None:
    """Clean the text, and note words that the page struck out or showed to nobody."""
    item.notes += content.remove_hidden_text(element)
    content.clean_element(element, item.title)


#: Markup of a text that names a picture, a link or a film.
_NAMES_MORE = re.compile(
    r"<(?:a|img|image|picture|source|svg|canvas|object|embed|input|iframe|video|noscript|[\w-]+:imagedata)\b"
    r"|<(?:del|s|strike)\b|<[^>]+(?:background|url\(|style\s*=|\bhidden\b)",
    re.IGNORECASE,
)


def _note_films(item: OldItem, element: _Element) -> None:
    """Note videos, embedded pages and ruby annotations, which are not migrated."""
    over = [words for ruby in element.iter("ruby") if (words := ruby.get(RUBY_ATTRIBUTE))]
    item.notes += [f"注音未带来：{'、'.join(over)[:80]}"] if over else []
    if next(element.iter("video", "audio", "iframe", "object", "embed"), None) is not None:
        item.notes.append("页面中有视频、音频或嵌入的网页，未带来。")
    if any(FORM_ATTRIBUTE in one.attrib for one in element.iter("*")):
        item.notes.append("页面中有表单，表单和填写的内容未带来。")
    posters = [poster for video in element.iter("video") if (poster := (video.get("poster") or "").strip())]
    item.notes += [f"视频的封面图未带来：{poster[:80]}" for poster in dict.fromkeys(posters)]


#: A picture that a text names in words: markup of forums and of Markdown, escaped HTML, a file name after 图.
_IN_WORDS = re.compile(
    r"\[img\s*=\s*([^\]\s]{1,200})\]|\[img[^\]]{0,60}\]\s*([^\[\s]{1,200})|<img\b[^>]{0,300}>|!\[[^\]]{0,80}\]\(([^)\s]{1,200})\)"
    rf"|(?:图|图片|照片|附图|插图)\d{{0,2}}\s*[：:]\s*([^\s，。；）)]{{1,150}}\.(?:{'|'.join(images.BACKGROUND_KINDS)})(?![\w.]))",
    re.IGNORECASE,
)


def _name_pictures_in_words(item: OldItem) -> None:
    """Note pictures that the text only names in words."""
    for found in _IN_WORDS.finditer(to_plain_text(item.html)):
        named = next(filter(None, found.groups()), found[0])
        item.lost.append(f"正文中用文字写了图片，没有换成图片，未带来：{named[:80]}")


def _own_address(text: str, root: _Element, said: dict[str, str], place: str, base: str) -> str:
    """Return a page's URL: from its tags, the browser's note, or its place below the old site."""
    saved = _SAVED_FROM.search(text[:2000])
    canonical = next((tag.get("href") for tag in root.iter("link") if tag.get("rel") == "canonical"), "")
    for given in (said.get("url", ""), canonical or "", saved[1] if saved else ""):
        if urlsplit(given).scheme in {"http", "https"}:
            return given
        if base and given.startswith("/"):
            return urljoin(base, given)
    if not base:
        return ""
    host = urlsplit(base).netloc
    below = place.split("/", 1)[1] if place.startswith(f"{host}/") else place
    return urljoin(base if base.endswith("/") else f"{base}/", re.sub(r"@(?=\w+=)", "?", below))


def set_text_from_file(item: OldItem, data: bytes, here: links.PageContext) -> None:
    """Set an item's text from an HTML file named in a spreadsheet."""
    root = parse_page(decode(data)[0])
    if root is None:
        item.problems.append("正文文件是空的。")
        return
    here = replace(here, base_href=links.base_url_of(root))
    body = root.find("body")
    found = content.find_text_element(root)
    element = found if found is not None else (body if body is not None else root)
    _note_films(item, element)
    links.take_files(item, root, element, here)
    links.take_pictures(item, element, here)
    _tidy(item, element)
    links.rewrite_links(item, element, here)
    item.html = inner_html(element) if len(element) else f"<p>{text_of(element)}</p>"
    _name_pictures_in_words(item)
    item.problems += item.lost


def set_text_from_cell(item: OldItem, html: str, here: links.PageContext) -> None:
    """Set an item's text from a spreadsheet cell, with its pictures and links."""
    root = parse_page(f"<div>{html}</div>") if _NAMES_MORE.search(html) else None
    body = root.find("body") if root is not None else None
    if body is None:
        item.html = html
        _name_pictures_in_words(item)
        item.problems += item.lost
        return
    element = body[0] if len(body) == 1 and not (body[0].tail or "").strip() else body
    _note_films(item, element)
    links.take_files(item, element, element, here)
    links.take_pictures(item, element, here)
    item.notes += content.remove_hidden_text(element)
    links.rewrite_links(item, element, here)
    item.html = inner_html(element)
    _name_pictures_in_words(item)
    item.problems += item.lost
