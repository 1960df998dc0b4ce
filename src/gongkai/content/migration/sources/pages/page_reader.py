"""Read a saved page into an old item: text, and metadata from meta tags, fact tables, the line under the title, breadcrumb."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from lxml.etree import _Element

from gongkai.content.migration.bundles import FileBundle
from gongkai.content.migration.sources.pages import content, images, links, text_paths, vocabulary
from gongkai.content.migration.sources.pages.dom import (
    FORM_ATTRIBUTE,
    count_characters,
    count_link_characters,
    get_element_text,
    get_id_and_classes,
    iter_elements,
    parse_page,
)
from gongkai.content.migration.sources.values import OldItem, find_date_in_url, parse_day, parse_moment
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound.markup import FORMULA_ATTRIBUTE, LOSSES_ATTRIBUTE, RUBY_ATTRIBUTE, decode_html, limit_page
from gongkai.lib.richtext import to_plain_text
from gongkai.lib.richtext.passages import write_inner_html

_BLANK_PATTERN = re.compile(r"[\s　\xa0]+")
_SITE_NAME_PATTERN = re.compile(r"\s*[-_|—–－]+\s*[^-_|—–－]{2,30}$")
#: Longest window title that is searched for the name of the site, which takes quadratic time.
MAX_TITLE_CHARACTERS = 500
#: A heading of more characters names a text.
_SHORT_HEADING_CHARACTERS = 3
_BREADCRUMB_SEPARATOR_PATTERN = re.compile(r"\s*(?:>>|>|＞|»|›|→|/|\|)\s*")
#: Where the next label begins in a line that holds several (来源：市水务局 日期：2020-03-30); titles and summaries may hold colons themselves.
_NEXT_LABEL_PATTERN = re.compile(r"[\s　|｜]+(?=[^\s：:]{2,6}[：:])")
_FIELDS_WITH_BLANKS = {"title", "summary"}
#: Item fields that are dates.
DATE_FACTS = {"written_on", "formed_on", "effective_on", "ends_on"}


def read_meta_tags(root: _Element) -> dict[str, str]:
    """Return the values of meta tags by our field names."""
    values: dict[str, str] = {}
    for tag in iter_elements(root, "meta"):
        name = (tag.get("name") or tag.get("property") or "").strip().lower()
        content = " ".join((tag.get("content") or "").split())
        if name and content:
            values.setdefault(name, content)
    found = {
        fact: next((values[name] for name in names if values.get(name)), "")
        for fact, names in vocabulary.META_TAG_NAMES.items()
    }
    return {fact: value for fact, value in found.items() if value}


def read_labelled_facts(root: _Element) -> dict[str, str]:
    """Return {fact of `FIELDS_BY_LABEL`: value} of the labelled facts on a page, the first of each."""
    labelled_facts: dict[str, str] = {}
    for tag in iter_elements(root, "td", "th", "dt", "li", "span", "strong", "b", "label", "p", "div"):
        if len(tag) > 3:
            continue
        text = get_element_text(tag)
        if not 2 <= len(text) <= 200:
            continue
        label, _, value = re.sub(r"\s*[:：]\s*", "：", text, count=1).partition("：")
        field = vocabulary.FIELDS_BY_LABEL.get(_BLANK_PATTERN.sub("", label).strip("[]【】"))
        if field is None:
            continue
        if not value and tag.tag in {"td", "th", "dt", "span", "strong", "b", "label"}:
            value = _read_value_after(tag)
        if field and value and field not in labelled_facts:
            labelled_facts[field] = value if field in _FIELDS_WITH_BLANKS else _NEXT_LABEL_PATTERN.split(value)[0]
    return labelled_facts


def _read_value_after(tag: _Element) -> str:
    """Return the value after a label: its tail text, or the next element."""
    tail = " ".join((tag.tail or "").split()).lstrip(":： ")
    if tail:
        return tail
    next_element = tag.getnext()
    if next_element is None or len(get_element_text(next_element)) > 200:
        return ""
    value = get_element_text(next_element)
    bare = _BLANK_PATTERN.sub("", value).rstrip(":：")
    return "" if bare in vocabulary.FIELDS_BY_LABEL else value


def make_fields(labels: dict[str, str]) -> dict[str, str]:
    """Return {item field: value} of labelled facts, with dates normalised; not title, time and invalid dates."""
    fields = {}
    for name, value in labels.items():
        if name in {"title", "published"}:
            continue
        if name in DATE_FACTS:
            day = parse_day(value)
            if day:
                fields[name] = day.isoformat()
        else:
            fields[name] = value
    return fields


def find_page_title(root: _Element, meta: dict[str, str], labels: dict[str, str]) -> str:
    """Return a page's title: from meta tags or table (`labels`), a heading in the window title, the only h1, or the window title."""
    stated_title = meta.get("title") or labels.get("title")
    if stated_title:
        return _cut_site_name(stated_title, root) if not _has_own_title(root) else stated_title
    window_title = next((get_element_text(tag)[:MAX_TITLE_CHARACTERS] for tag in iter_elements(root, "title")), "")
    headings = [get_element_text(tag) for tag in iter_elements(root, "h1") if get_element_text(tag)]
    minor_headings = (get_element_text(tag) for tag in iter_elements(root, "h2", "h3"))
    # A window is named after its text; where its heading is another, that is the site's name.
    headings_in_window_title = [
        text for text in (*headings, *minor_headings) if len(text) > _SHORT_HEADING_CHARACTERS and text in window_title
    ]
    if headings_in_window_title:
        return max(headings_in_window_title, key=len)
    if len(headings) == 1:
        return headings[0]
    return _SITE_NAME_PATTERN.sub("", window_title) if _SITE_NAME_PATTERN.search(window_title) else window_title


def _has_own_title(root: _Element) -> bool:
    return any((tag.get("name") or "").lower() == "articletitle" for tag in iter_elements(root, "meta"))


def _cut_site_name(title: str, root: _Element) -> str:
    """Remove a site's name from a title if the page's heading does not have it."""
    for tag in iter_elements(root, "h1", "h2"):
        heading = get_element_text(tag)
        if len(heading) > 3 and title.startswith(heading):
            return heading
    return title


def find_publication_time(
    root: _Element, meta: dict[str, str], labels: dict[str, str], place: str
) -> tuple[datetime | None, str]:
    """Return (a page's publication time or None, Chinese note if only the URL has it, else "")."""
    for given in (meta.get("published", ""), labels.get("published", "")):
        moment = parse_moment(given) if given else None
        if moment:
            return moment, ""
    text = get_element_text(root)
    for match in vocabulary.PUBLICATION_DATE_PATTERN.finditer(text):
        moment = parse_moment(text[match.end() : match.end() + 24])
        if moment:
            return moment, ""
    moment = find_date_in_url(place)
    return moment, "发布时间只在网址中，按网址认定，请核对。" if moment else ""


def find_source(root: _Element, meta: dict[str, str], labels: dict[str, str]) -> str:
    """Return the source of a text from its meta tags (`meta`), labels or text, else the publisher."""
    given = meta.get("source") or labels.get("source") or ""
    if not given:
        match = vocabulary.SOURCE_PATTERN.search(get_element_text(root))
        given = match[1] if match else labels.get("issuer", "")
    return given.strip(" ：:　")[:120]


def find_column_path(root: _Element, meta: dict[str, str]) -> tuple[str, ...]:
    """Return the column path of the breadcrumb, else the column of the meta tags (`meta`)."""
    best: tuple[str, ...] = ()
    for tag in iter_elements(root, "div", "p", "td", "ul", "ol", "span", "nav", "li", "h3"):
        text = get_element_text(tag, until="table")
        said_so = vocabulary.CRUMB_LABEL_PATTERN.search(text)
        if len(text) > 200 or not (said_so or vocabulary.BREADCRUMB_PATTERN.search(get_id_and_classes(tag))):
            continue
        path = _read_breadcrumb(tag, text[said_so.end() :] if said_so else text)
        if len(path) > len(best):
            best = path
    if best:
        return best
    name = meta.get("column", "")
    return tuple(part for part in _BREADCRUMB_SEPARATOR_PATTERN.split(name) if part) if name else ()


def _read_breadcrumb(tag: _Element, text: str) -> tuple[str, ...]:
    """Return the columns of a breadcrumb between the site's name and the word for the text."""
    parts = _BREADCRUMB_SEPARATOR_PATTERN.split(text)
    if len(parts) < 2:
        parts = [get_element_text(element) for element in tag.iter("a")]
    found = (part.strip(" ：:[]【】　") for part in parts)
    names = [n for n in found if n and n not in vocabulary.CRUMB_STOP_WORDS and len(n) <= 40]
    if len(names) > 1 and vocabulary.CRUMB_SITE_PATTERN.search(names[0]):
        names = names[1:]
    return tuple(names[:8])


#: Suffixes of pages.
PAGE_SUFFIXES = (".html", ".htm", ".shtml")
#: Pages with all their pictures in one file; they are listed, and not read.
ARCHIVE_SUFFIXES = (".mht", ".mhtml")
_SAVED_FROM_PATTERN = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->", re.IGNORECASE)
_DYNAMIC_PAGE_PATTERN = re.compile(r"\.(?:asp|aspx|jsp|php|do|action|cgi)(?:[?@%].*)?$", re.IGNORECASE)


def iterate_page_names(bundle: FileBundle) -> Iterator[str]:
    """Yield the page names of a bundle, without files that a browser saved with a page (x_files/)."""
    for name in bundle.all:
        lower = name.lower()
        if "_files/" in lower:
            continue
        if lower.endswith(PAGE_SUFFIXES) or _DYNAMIC_PAGE_PATTERN.search(lower):
            yield name


def learn_text_paths(pages: Sequence[bytes], known_paths: str = "") -> str:
    """Return the learnt text paths of a site, one a line; "" if the pages do not agree.

    Args:
        pages: bytes of pages of one design.
        known_paths: paths learnt earlier; they are returned unchanged while most pages have one.
    """
    texts = [decode_html(page)[0] for page in pages]
    roots = [root for text in texts if not limit_page(text)[1] and (root := parse_page(text)) is not None]
    having = sum(
        any(text_paths.find_element_at_path(root, place) is not None for place in known_paths.splitlines())
        for root in roots
    )
    if known_paths and having >= len(roots) / 2:
        return known_paths
    said = [content.find_sentences(root) for root in roots]
    return "\n".join(text_paths.learn_paths([(root, content.find_text_element(root)) for root in roots], said))


def read_page(
    data: bytes, place: str, bundle: FileBundle, *, base: str = "", url: str = "", text_at: str = ""
) -> OldItem:
    """Return the item of a saved page.

    Args:
        data: the page's bytes.
        place: its name in the bundle.
        bundle: the source of its pictures and files.
        base: the old site's URL, for pages without one of their own.
        url: the page's own URL if known (after a crawl).
        text_at: the learnt paths of texts on its site (`learn_text_paths`), or "".
    """
    text, note = decode_html(data)
    item = OldItem(place, notes=[note] if note else [])
    item.unknown = limit_page(text)[1]
    root = parse_page(text) if not item.unknown else None
    if root is None:
        item.unknown = item.unknown or "文件是空的。"
        return item
    item.notes += (root.get(LOSSES_ATTRIBUTE) or "").splitlines()
    base_href = links.get_base_url(root)
    framed = links.describe_frames(root, links.PageContext(place, url, bundle, base_href=base_href))
    if framed:
        item.unknown = framed
        return item
    said, labels = read_meta_tags(root), read_labelled_facts(root)
    validity = labels.pop("validity", "")
    own = (url if links.split_url(url).scheme else "") or _find_page_url(text, root, said, place, base)
    item.title = find_page_title(root, said, labels)[:255].strip()
    item.published, guessed = find_publication_time(root, said, labels, own or place)
    item.notes += [guessed] if guessed else []
    item.fields = {name: value[: _MAX_LENGTHS.get(name, 120)] for name, value in make_fields(labels).items()}
    item.fields |= {
        n: said[n][: _MAX_LENGTHS[n]] for n in ("keywords", "summary") if said.get(n) and n not in item.fields
    }
    item.unit = item.fields["source"] = find_source(root, said, labels)
    item.column = find_column_path(root, said)
    item.old = [own] if own else []
    item.more = links.list_further_pages(root, own)
    _find_and_set_text(item, root, links.PageContext(place, own, bundle, base_href=base_href), text_at)
    item.notes += item.lost
    if validity and not item.unknown:
        item.beside.append(f"有效性：{validity[:20]}")
    if not item.unknown and not item.column:
        item.notes.append("没有认出栏目。")
    return item


_MAX_LENGTHS = {"document_number": 80, "index_number": 60, "summary": 300, "subject": 80, "genre": 40, "keywords": 120}


def _find_and_set_text(item: OldItem, root: _Element, context: links.PageContext, text_at: str) -> None:
    """Find and add the text, or state why the page is no item."""
    node = content.find_text_element(root, text_at)
    listed = (
        node is not None
        and count_link_characters(node) > 0.5 * max(count_characters(node), 1)
        and not content.has_only_attachments(node)
    )
    if node is None or (item.published is None and listed):
        item.unknown = "认不出正文，像是首页或列表页。"
        return
    item.beside = content.find_validity_lines(root, node)
    links.add_linked_files(item, root, node, context)
    links.add_text_pictures(item, node, context)
    _note_unmigrated_content(item, node)
    _clean_text(item, node)
    links.rewrite_links(item, node, context)
    if count_characters(node) < content.MIN_TEXT_CHARACTERS and not item.files and not item.pictures:
        item.unknown = "认不出正文，也没有附件和图片。"
        return
    item.html = f"<p>{write_inner_html(node)}</p>" if len(node) == 0 else write_inner_html(node)
    _note_pictures_named_in_words(item)


def _clean_text(item: OldItem, element: _Element) -> None:
    """Clean the text, and note words that the page struck out or hid."""
    item.notes += content.remove_hidden_text(element)
    content.remove_boilerplate(element, item.title)


#: Markup of a text that names a picture, a link or a film.
_EMBEDDED_MARKUP_PATTERN = re.compile(
    r"<(?:a|img|image|picture|source|svg|canvas|object|embed|input|iframe|video|noscript|[\w-]+:imagedata)\b"
    r"|<(?:del|s|strike)\b|<[^>]+(?:background|url\(|style\s*=|\bhidden\b)",
    re.IGNORECASE,
)


def _note_unmigrated_content(item: OldItem, element: _Element) -> None:
    """Note videos, embedded pages and ruby annotations, which are not migrated, and formulas."""
    over = [text for ruby in element.iter("ruby") if (text := ruby.get(RUBY_ATTRIBUTE))]
    item.notes += [f"注音未带来：{'、'.join(over)[:80]}"] if over else []
    formulas = [text for span in element.iter("span") if (text := span.get(FORMULA_ATTRIBUTE))]
    item.notes += [f"公式写成了一行文字，可能不完整，请核对：{'、'.join(formulas)[:80]}"] if formulas else []
    if next(element.iter("video", "audio", "iframe", "object", "embed"), None) is not None:
        item.notes.append("页面中有视频、音频或嵌入的网页，未带来。")
    if any(FORM_ATTRIBUTE in node.attrib for node in element.iter("*")):
        item.notes.append("页面中有表单，表单和填写的内容未带来。")
    posters = [poster for video in element.iter("video") if (poster := (video.get("poster") or "").strip())]
    item.notes += [f"视频的封面图未带来：{poster[:80]}" for poster in dict.fromkeys(posters)]


#: A picture that a text names in words: markup of forums and of Markdown, escaped HTML, a file name after 图.
_PICTURE_IN_WORDS_PATTERN = re.compile(
    r"\[img\s*=\s*([^\]\s]{1,200})\]|\[img[^\]]{0,60}\]\s*([^\[\s]{1,200})|<img\b[^>]{0,300}>|!\[[^\]]{0,80}\]\(([^)\s]{1,200})\)"
    rf"|(?:图|图片|照片|附图|插图)\d{{0,2}}\s*[：:]\s*([^\s，。；）)]{{1,150}}\.(?:{'|'.join(images.PICTURE_FILE_KINDS)})(?![\w.]))",
    re.IGNORECASE,
)


def _note_pictures_named_in_words(item: OldItem) -> None:
    """Note pictures that the text only names in words."""
    for match in _PICTURE_IN_WORDS_PATTERN.finditer(to_plain_text(item.html)):
        named = next(filter(None, match.groups()), match[0])
        item.lost.append(f"正文中用文字写了图片，没有换成图片，未带来：{named[:80]}")


def _find_page_url(text: str, root: _Element, meta: dict[str, str], place: str, base: str) -> str:
    """Return a page's URL: from its tags, the saving browser's comment, or its path in the bundle; "" if unknown."""
    saved = _SAVED_FROM_PATTERN.search(text[:2000])
    canonical = next((tag.get("href") for tag in root.iter("link") if tag.get("rel") == "canonical"), "")
    for given in (meta.get("url", ""), canonical or "", saved[1] if saved else ""):
        if links.split_url(given).scheme in {"http", "https"}:
            return given
        if base and given.startswith("/"):
            return urljoin(base, given)
    if not base:
        return ""
    host = urlsplit(base).netloc
    below = place.split("/", 1)[1] if place.startswith(f"{host}/") else place
    return urljoin(base if base.endswith("/") else f"{base}/", re.sub(r"@(?=\w+=)", "?", below))


def set_text_from_file(item: OldItem, data: bytes, context: links.PageContext) -> None:
    """Set an item's text from an HTML file named in a spreadsheet: the text found in it, else the whole page."""
    root = parse_page(decode_html(data)[0])
    if root is None:
        item.problems.append("正文文件是空的。")
        return
    context = replace(context, base_href=links.get_base_url(root))
    body = root.find("body")
    node = content.find_text_element(root)
    element = node if node is not None else (body if body is not None else root)
    _note_unmigrated_content(item, element)
    links.add_linked_files(item, root, element, context)
    links.add_text_pictures(item, element, context)
    _clean_text(item, element)
    links.rewrite_links(item, element, context)
    item.html = write_inner_html(element) if len(element) else f"<p>{get_element_text(element)}</p>"
    _note_pictures_named_in_words(item)
    item.problems += item.lost


def set_text_from_cell(item: OldItem, html: str, context: links.PageContext) -> None:
    """Set an item's text from a spreadsheet cell, with its pictures and links."""
    root = parse_page(f"<div>{html}</div>") if _EMBEDDED_MARKUP_PATTERN.search(html) else None
    body = root.find("body") if root is not None else None
    if body is None:
        item.html = html
        _note_pictures_named_in_words(item)
        item.problems += item.lost
        return
    element = body[0] if len(body) == 1 and not (body[0].tail or "").strip() else body
    _note_unmigrated_content(item, element)
    links.add_linked_files(item, element, element, context)
    links.add_text_pictures(item, element, context)
    item.notes += content.remove_hidden_text(element)
    links.rewrite_links(item, element, context)
    item.html = write_inner_html(element)
    _note_pictures_named_in_words(item)
    item.problems += item.lost
