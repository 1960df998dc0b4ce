"""Compare a spreadsheet row with its saved page."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from django.utils import timezone
from lxml.etree import _Element

from gongkai.content.migration.bundles import FileBundle
from gongkai.content.migration.sources.crawl import JournalEntry
from gongkai.content.migration.sources.pages import read_page
from gongkai.content.migration.sources.pages.dom import list_element_lines, parse_page
from gongkai.content.migration.sources.pages.images import list_picture_urls, unify_backgrounds
from gongkai.content.migration.sources.pages.links import PageContext, get_base_url, list_linked_files
from gongkai.content.migration.sources.proof.fields import (
    SavedPage,
    make_page_words,
    normalize_words,
    remove_unproven_fields,
)
from gongkai.content.migration.sources.values import OldItem
from gongkai.core.spreadsheets.errors import UnreadableFile
from gongkai.lib.outbound.markup import decode_html
from gongkai.lib.richtext import clean_html, to_plain_text

#: Kinds of proof of a row, the most reliable first, each with its label.
PROOF_KIND_LABELS = {
    "fetched": "程序从旧网站采集的网页",
    "sheet": "表格，各行各项与保存的网页一致",
    "page": "由人保存的网页",
    "weak": "佐证较弱",
}
#: Note on a publication date that only the URL gives; a file name is weak evidence.
_DATE_FROM_URL_NOTE = "发布时间只在网址中"


def _make_source_facts(place: str, data: bytes, proof_kind: str, address: str, weak: list[str]) -> dict[str, object]:
    """Return a row's data of its page: place, digest, crawled URL, kind of proof, and weaknesses."""
    kept: dict[str, object] = {"place": place[-300:], "digest": sha256(data).hexdigest()}
    kept |= {"address": address[:500]} if address else {}
    return kept | {"how": "weak" if weak else proof_kind} | ({"weak": weak} if weak else {})


def prove_page_itself(
    item: OldItem, data: bytes, bundle: FileBundle, fetched: dict[str, JournalEntry], *, uploaded: bool
) -> dict[str, object]:
    """Return the proof data of a page that is itself the row; `fetched`: journal of the crawl by path."""
    line = fetched.get(item.place)
    crawled = line is not None and not uploaded and line.has_digest_of(data)
    weak = ["发布时间只在网址中"] if any(note.startswith(_DATE_FROM_URL_NOTE) for note in item.notes) else []
    weak += item.lost[:3]
    if crawled:
        others = [
            file_ref.name
            for file_ref in [*item.files, *item.pictures]
            if not _is_as_fetched(file_ref.ref, bundle, fetched)
        ]
        weak += [f"附件“{name[:40]}”不是采集时取得的" for name in others[:3]]
    return _make_source_facts(item.place, data, "fetched" if crawled else "page", line.url if line else "", weak)


def _is_as_fetched(ref: str, bundle: FileBundle, fetched: dict[str, JournalEntry]) -> bool:
    """Return true if a file's bytes are those that the journal of the fetch states."""
    line = fetched.get(ref)
    try:
        return line is not None and line.has_digest_of(bundle.read(ref))
    except UnreadableFile:
        return False


def prove_by_saved_page(
    item: OldItem,
    bundle: FileBundle,
    fetched: dict[str, JournalEntry],
    *,
    base: str = "",
    addresses: Mapping[str, str] | None = None,
) -> dict[str, object]:
    """Return the proof that an item was on a saved page; `why` explains a failed proof.

    Differences are resolved here: the time of day is that of the page, and fields that the page does not have are
    removed.
    """
    places = {line.url: place for place, line in fetched.items()}
    saved = next((places[text] for text in item.old if text in places), "")
    place = bundle.at(item.fields.pop("page", "")) or saved
    if not place:
        return {"why": "没有保存的原网页佐证"}
    try:
        data = bundle.read(place)
    except UnreadableFile:
        return {"why": "原网页读不出来"}
    url = fetched[place].url if place in fetched else ""
    page_item = read_page(data, place, bundle, base="", url=url)
    if not _has_same_day(item, page_item):
        return {"why": "原网页的发布日期与表中不同"}
    item.published = page_item.published
    root = parse_page(decode_html(data)[0])
    body = root.find("body") if root is not None else None
    if root is None or body is None:
        return {"why": "原网页读不出来"}
    page = SavedPage(page_item, make_page_words(list_element_lines(body)))
    page_url = url or (item.old[0] if item.old else "")
    context_of_page = PageContext(place, page_url, bundle, base, addresses or {}, base_href=get_base_url(root))
    wrong, removed_fields = remove_unproven_fields(item, page)
    missing = [
        *_compare_heads(item, page),
        *wrong,
        *_compare_text(item, page),
        *_find_link_differences(item, root, context_of_page),
        *_compare_files(item, root, context_of_page),
    ]
    if missing:
        return {"why": f"原网页上没有：{'、'.join(missing)}"[:280]}
    if removed_fields:
        item.notes.append(f"原网页上没有，未带来：{'、'.join(removed_fields)}。")
    return _make_source_facts(place, data, "sheet", url, _find_weaknesses(item, page_item))


def _has_same_day(item: OldItem, saved_item: OldItem) -> bool:
    """Return true if the page itself states the item's day of publication (a guessed day does not count)."""
    if saved_item.published is None or item.published is None:
        return False
    if any(note.startswith(_DATE_FROM_URL_NOTE) for note in saved_item.notes):
        return False
    return timezone.localdate(saved_item.published) == timezone.localdate(item.published)


def _compare_heads(item: OldItem, page: SavedPage) -> list[str]:
    """Return differences in the title (as stated or as whole lines) and in the unit (anywhere)."""
    title = normalize_words(item.title)
    titled = bool(title) and (title == normalize_words(page.found.title) or page.words.contains_whole(title))
    named = not item.unit or normalize_words(item.unit) in normalize_words(page.found.unit) + page.words.text
    return ([] if titled else ["标题"]) + ([] if named else [f"发布单位“{item.unit[:40]}”"])


def _list_lines(html: str) -> list[str]:
    return [text for text in map(normalize_words, to_plain_text(clean_html(html)).splitlines()) if text]


def _compare_text(item: OldItem, page: SavedPage) -> list[str]:
    """Return differences in the text, which must be contiguous in the page's text."""
    given = [line for line in to_plain_text(clean_html(item.html)).splitlines() if normalize_words(line)]
    if given and normalize_words(given[0]) == normalize_words(item.title):
        given = given[1:]
    if not given:
        return []
    page_words = make_page_words(to_plain_text(clean_html(page.found.html)).splitlines())
    seen = (page.words, make_page_words(page.words.lines, controls=False), page_words)
    if any(words.contains_whole(normalize_words("".join(given))) for words in seen):
        return []
    strange = next(
        (line for line in given if not any(words.contains_whole(normalize_words(line)) for words in seen)), ""
    )
    return [f"正文“{strange[:30]}”"] if strange else ["相连的、次序相同的正文"]


def _find_link_differences(item: OldItem, root: _Element, context: PageContext) -> list[str]:
    """Return differences in links, pictures and their alternative texts."""
    text = parse_page(item.html or "<p></p>")
    if text is None:
        return []
    typed = replace(context, typed=True)  # as the links of the row were read
    page_links = {_find_old_url(tag, typed) for tag in root.iter("a")}
    links = [
        row_link
        for tag in text.iter("a")
        if (row_link := tag.get("href")) and _find_old_url(tag, typed) not in page_links
    ]
    page_words = normalize_words(" ".join([*_list_alternative_texts(root), *list_element_lines(root)]))
    unify_backgrounds(root)
    pictures = {context.find_file(link) for tag in root.iter("img") for link in list_picture_urls(tag)}
    return (
        [f"链接“{link[:60]}”" for link in links[:2]]
        + [f"说明“{line[:30]}”" for line in _list_alternative_texts(text) if normalize_words(line) not in page_words][
            :2
        ]
        + [f"图片“{picture.ref[-40:]}”" for picture in item.pictures if picture.ref not in pictures][:2]
    )


def _find_old_url(tag: _Element, context: PageContext) -> str:
    """Return the old URL to which a link leads, or the link as written."""
    link = (tag.get("href") or "").strip()
    return context.find_target_url(link) or link


def _list_alternative_texts(root: _Element) -> list[str]:
    """Return the alternative texts and titles of links and pictures."""
    return [text for tag in root.iter("a", "img") for name in ("alt", "title") if (text := tag.get(name))]


def _compare_files(item: OldItem, root: _Element, context: PageContext) -> list[str]:
    """Return attachments that the page does not link, by name and saved file."""
    linked = list_linked_files(root, context)
    return [f"附件“{file.name[:60]}”" for file in item.files if not any(link.is_link_to(file) for link in linked)]


def _find_weaknesses(item: OldItem, saved_item: OldItem) -> list[str]:
    """Return weaknesses: the page's text has more words or pictures than the row's."""
    text = make_page_words(to_plain_text(clean_html(saved_item.html)).splitlines()).text
    more = len(text) - len("".join(_list_lines(item.html)))
    taken = {picture.ref for picture in item.pictures}
    pictures = len(saved_item.lost) + sum(picture.ref not in taken for picture in saved_item.pictures)
    checks = [
        (more > 0, f"原网页的正文另有{more}字不在表中"),
        (pictures > 0, f"原网页的正文另有{pictures}幅图片不在表中"),
    ]
    return [words for wrong, words in checks if wrong]
