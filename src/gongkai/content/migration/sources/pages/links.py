"""Find the pictures and files of a page in the bundle, and rewrite its links."""

import posixpath
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from lxml.etree import _Element

from gongkai.content.editions.frozen import TYPES
from gongkai.content.migration.bundles import FileBundle
from gongkai.content.migration.sources.pages import images, vocabulary
from gongkai.content.migration.sources.pages.dom import get_element_text, get_id_and_classes, remove_element
from gongkai.content.migration.sources.values import PICTURE_URL_PREFIX, FileRef, OldItem
from gongkai.core.files.kinds import ACCEPTED_FILE_TYPES
from gongkai.lib.chinese import lazy_re as re

_SHOWN_PICTURE_SUFFIXES = {"png", "jpg", "jpeg", "gif"}
#: Files, also of kinds that are not taken.
_FILE_SUFFIXES = frozenset({*ACCEPTED_FILE_TYPES, *images.PICTURE_FILE_KINDS})
#: Queries that only pass the browser's cache: a.png?v=3; the others name another file (show.png?id=5).
_CACHE_QUERY_PATTERN = re.compile(r"(?:(?:v|ver|version|t|ts|time|timestamp|r|rand|random|_)=)?[\d.]*", re.IGNORECASE)
_ABSOLUTE_LINK_PATTERN = re.compile(r"/|[A-Za-z][\w+.-]*:")
_STATIC_PAGE_SUFFIXES = (".html", ".htm", ".shtml")
_FILE_NAME_IN_QUERY_PATTERN = re.compile(r"(?:filename|file|name|path)=([^&]+\.(\w{2,4}))", re.IGNORECASE)


@dataclass(frozen=True)
class PageContext:
    """The path of a saved page in the bundle, and its old URL.

    The URL is "" if unknown, and a path (/view.asp?id=3) if a spreadsheet has only that; `base` is
    the URL of the old site. `addresses` maps places of other pages of the bundle to their old URLs.
    `typed`: the links are from a spreadsheet and may be paths in the bundle. `base_href`: the
    `<base href>` of the page.
    """

    place: str
    url: str
    bundle: FileBundle
    base: str = ""
    addresses: Mapping[str, str] = field(default_factory=dict)
    typed: bool = False
    base_href: str = ""

    def resolve_old_url(self, link: str) -> str:
        """Return the absolute old URL of a link, a path if the page has only one, or "" if unknown."""
        try:
            found = self._resolve_against_base(link)
            found = urljoin(self.url, found) if self.url else found
            parts = urlsplit(found)
        except ValueError:
            return ""
        if not self.url.startswith("/"):
            return found if parts.scheme in {"http", "https"} else ""
        if parts.netloc and parts.netloc == urlsplit(self.base).netloc:
            found = parts._replace(scheme="", netloc="").geturl()
        return found if parts.scheme in {"http", "https"} or found.startswith("/") else ""

    def find_target_url(self, link: str) -> str:
        """Return the old URL to which a link leads, by its saved page if there is one."""
        known = self.addresses.get(self.find_file(link), "") if self.addresses else ""
        mark = link.partition("#")[2]
        return (known + (f"#{mark}" if mark else "")) if known else self.resolve_old_url(link)

    def find_file(self, link: str) -> str:
        """Return the file in the bundle to which a link leads, or "".

        Many folders contain files of the same name (image001.png), so a link with a folder or host matches only there.
        """
        link = link.replace("\\", "/")
        try:
            parts = urlsplit(self._resolve_against_base(link))
        except ValueError:
            return ""
        path = unquote(parts.path)
        if not path or parts.scheme not in {"", "http", "https", "file"}:
            return ""
        site_folder = self.place.split("/", 1)[0]
        from_root = path.lstrip("/")
        if parts.netloc:
            places = [f"{parts.netloc}/{from_root}", *([from_root] if self._is_host_of_old_site(parts.netloc) else [])]
        elif path.startswith("/"):
            places = [f"{site_folder}/{from_root}", from_root]
        else:
            relative_path = posixpath.join(posixpath.dirname(self.place), path)
            places = [relative_path, *([from_root] if self.typed else [])]
        query = [f"{place}{separator}{parts.query}" for place in places for separator in "?@"] if parts.query else []
        if not (path.lower().endswith(_STATIC_PAGE_SUFFIXES) or _CACHE_QUERY_PATTERN.fullmatch(parts.query)):
            return self.bundle.at(*query)
        return self.bundle.at(*query, *places) or ("" if parts.netloc else self.find_saved_by_name(path))

    def find_saved_by_name(self, name: str) -> str:
        """Return the file with this bare name in the folder that a browser or Word saves with the page, or ""."""
        if "/" in name or not self.place:
            return ""
        return self.bundle.at(*(f"{folder}/{name}" for folder in self._list_file_folders))

    @property
    def _list_file_folders(self) -> list[str]:
        """Return the folders where the files of a saved page may be."""
        stem = self.place.rsplit(".", 1)[0]
        return [posixpath.dirname(self.place) or ".", *(f"{stem}{ending}" for ending in ("_files", ".files", ""))]

    def _resolve_against_base(self, link: str) -> str:
        """Return a link resolved against `<base href>`, except into the page's saved folder."""
        saved = link.removeprefix("./").partition("/")[0]
        local = saved and any(posixpath.basename(folder) == saved for folder in self._list_file_folders[1:])
        if not self.base_href or local or link.startswith("#"):
            return link
        if _ABSOLUTE_LINK_PATTERN.match(self.base_href):
            return urljoin(self.base_href, link)
        return link if _ABSOLUTE_LINK_PATTERN.match(link) else posixpath.join(posixpath.dirname(self.base_href), link)

    def _is_host_of_old_site(self, host: str) -> bool:
        """Return true if a host is the old site's, or if its URL is unknown."""
        known = {_get_bare_host(split_url(url).netloc) for url in (self.url, self.base)} - {""}
        return not known or _get_bare_host(host) in known


def _get_bare_host(netloc: str) -> str:
    return netloc.lower().partition(":")[0].removeprefix("www.")


def get_base_url(root: _Element) -> str:
    """Return the `<base href>` of a page, or ""."""
    given = next((tag.get("href") or "" for tag in root.iter("base") if tag.get("href")), "").strip()
    try:
        return given if urlsplit(given).scheme in {"", "http", "https"} else ""
    except ValueError:
        return ""


def split_url(url: str) -> SplitResult:
    """Return the parts of a URL that a page names; empty parts if it is malformed.

    >>> split_url("http://[bad/a.png").path
    ''
    """
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def get_link_suffix(link: str) -> str:
    """Return the file suffix of a link, from its path or a file name in its query, or ""."""
    parts = split_url(link)
    name = posixpath.basename(parts.path)
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if suffix in _FILE_SUFFIXES:
        return suffix
    match = _FILE_NAME_IN_QUERY_PATTERN.search(unquote(parts.query))
    return match[2].lower() if match else ""


@dataclass(frozen=True)
class LinkedFile:
    """A linked file: its `names` in URL and link text, and its path in the bundle (`ref`), "" if it was not saved."""

    names: frozenset[str]
    ref: str

    def is_link_to(self, file: FileRef) -> bool:
        """Return true if a file has one of the link's names, and is the saved file if one is recorded."""
        return file.name.lower() in self.names and self.ref in {"", file.ref}


def list_linked_files(root: _Element, context: PageContext) -> list[LinkedFile]:
    """Return all linked files of a page with the names under which its links give them."""
    files = []
    for anchor in root.iter("a"):
        link = (anchor.get("href") or "").strip()
        suffix = get_link_suffix(link)
        if suffix in _FILE_SUFFIXES:
            ref = context.find_file(link)
            parts = urlsplit(link)
            match = _FILE_NAME_IN_QUERY_PATTERN.search(unquote(parts.query))
            names = {posixpath.basename(unquote(parts.path)), match[1] if match else ""}
            said = {_name_attachment(anchor, ref or f"x.{suffix}"), get_element_text(anchor), anchor.get("title") or ""}
            files.append(LinkedFile(frozenset(text.strip().lower() for text in names | said if text.strip()), ref))
    return files


def describe_frames(root: _Element, context: PageContext) -> str:
    """Return the note on a page of frames, which has no text itself, or ""."""
    if root.find(".//frameset") is None:
        return ""
    named = [tag.get("src") or "" for tag in root.iter("frame")]
    saved = [place for place in (context.find_file(link) for link in named if link) if place]
    where = "、".join(saved[:3]) if saved else "没有保存在文件夹中"
    return f"框架页，没有自己的正文；其中的页面：{where}。"


def add_text_pictures(item: OldItem, element: _Element, context: PageContext) -> None:
    """Add a text's pictures to the item; missing or undisplayable ones go to `item.lost`.

    Of icons that were not saved only a note is made.
    """
    images.unify_backgrounds(element)
    tags = list(element.iter("img"))
    counts = Counter(link for tag in tags for link in images.list_picture_urls(tag)[:1])
    icons: list[str] = []
    for tag in tags:
        links = images.list_picture_urls(tag)
        places = [(link, context.find_file(link)) for link in links if not link.startswith("data:")]
        taken = next(
            (
                (link, ref)
                for link, ref in places
                if _get_suffix(ref) in _SHOWN_PICTURE_SUFFIXES and _is_actual_picture(tag, link)
            ),
            None,
        )
        first = links[0] if links else ""
        if taken and images.BACKGROUND_ATTRIBUTE not in tag.attrib:
            others = [link for link in images.list_unknown_urls(tag) if context.find_file(link) != taken[1]]
            item.notes += [f"图片另写有网址，没有采用，请核对：{others[0][:80]}"] if others else []
            text = tag.get("alt")
            tag.attrib.clear()
            tag.set("src", f"{PICTURE_URL_PREFIX}:{len(item.pictures)}")
            if text is not None:
                tag.set("alt", text)
            item.pictures.append(FileRef(text or "", taken[1], context.resolve_old_url(taken[0])))
            continue
        if images.is_icon(tag, first, counts[first]):
            icons.append(first)
        else:
            item.lost.append(
                f"{_explain_lost_picture(tag, links, places, context)}，未带来：{(first or tag.get('alt') or '')[:80]}"
            )
        remove_element(tag)
    if icons:
        item.notes.append(f"小图标没有保存在文件夹中，未带来{len(icons)}个：{icons[0][:80]}")


def _is_actual_picture(tag: _Element, link: str) -> bool:
    """Return true if a URL is the actual picture of an `img`, not a lazy-loading placeholder.

    A browser that saves a page replaces `src` by the loaded picture with the same file name.
    """
    later = images.list_lazy_urls(tag)
    names = {
        posixpath.basename(unquote(split_url(address).path)) for address in later if not address.startswith("data:")
    }
    return not names or link in later or posixpath.basename(unquote(split_url(link).path)) in names


def _get_suffix(ref: str) -> str:
    return ref.rsplit(".", 1)[-1].lower() if "." in ref else ""


def _explain_lost_picture(tag: _Element, links: list[str], files: list[tuple[str, str]], context: PageContext) -> str:
    """Return in Chinese why a picture with these links could not be migrated; `files`: (link, its file or "") of those not inline."""
    if place := tag.get(images.BACKGROUND_ATTRIBUTE):
        return f"图片是{place}"
    if not links:
        return "图片没有写明网址"
    if not files:
        return "图片写在网页之内，不是单独的文件"
    if any(ref for link, ref in files if _is_actual_picture(tag, link)):
        return "图片的格式不能在网页上显示"
    same_names = context.bundle.find_by_name(links[0]) if context.typed else []
    return f"图片只写了文件名，是“{same_names[0][-60:]}”的请写明路径" if same_names else "图片没有保存在文件夹中"


def add_linked_files(item: OldItem, root: _Element, element: _Element, context: PageContext) -> None:
    """Add to `item` the files that a text links to, or that are under 附件 elsewhere on the page.

    A link in the text is replaced by its words; a file that cannot be migrated becomes a note.
    """
    inside = set(element.iter("a"))
    shown_files = {context.find_file(link) for tag in element.iter("img") for link in images.list_picture_urls(tag)} - {
        ""
    }
    known_refs = {file.ref for file in item.files}
    for anchor in list(root.iter("a")):
        link = (anchor.get("href") or "").strip()
        suffix, link_text = get_link_suffix(link), ""
        if suffix not in _FILE_SUFFIXES:  # an address that names no file (download.jsp?id=8), of a link that does
            link_text = get_element_text(anchor).strip("【】[]《》 ")
            suffix = link_text.rpartition(".")[2].lower()
        if suffix not in _FILE_SUFFIXES or not (anchor in inside or _is_in_attachment_list(anchor)):
            continue
        ref = (
            (context.find_saved_by_name(link_text) if "/" not in link else "") if link_text else context.find_file(link)
        )
        if ref and _get_suffix(ref) in TYPES:
            if ref not in known_refs | shown_files:
                known_refs.add(ref)
                item.files.append(FileRef(_name_attachment(anchor, ref), ref, context.resolve_old_url(link)))
            if anchor in inside:
                remove_element(anchor, words_stay=True)
        else:
            reason = "附件的格式不能公开" if ref else "附件没有保存在文件夹中"
            item.notes.append(f"{reason}，未带来：{get_element_text(anchor)[:40]}（{link[:80]}）")


def _is_in_attachment_list(anchor: _Element) -> bool:
    """Return true if a link is in a list of attachments."""
    return any(
        vocabulary.ATTACHMENT_PATTERN.search(get_id_and_classes(ancestor)) or "附件" in get_element_text(ancestor)[:30]
        for ancestor in islice(anchor.iterancestors(), 3)
    )


def _name_attachment(anchor: _Element, ref: str) -> str:
    """Return the displayed name of an attachment: the link text with the file's suffix."""
    suffix = ref.rsplit(".", 1)[-1].lower()
    name = get_element_text(anchor) or (anchor.get("title") or "")
    name = re.sub(r"^\s*附件\s*[:：]\s*(?=\S)", "", name).strip(" .。　")
    if not name or name in {"点击下载", "下载", "附件下载", "查看"}:
        name = posixpath.basename(ref).rsplit(".", 1)[0]
    name = name if name.lower().endswith(f".{suffix}") else f"{name}.{suffix}"
    return re.sub(r'[\\/:*?"<>|\r\n\t]+', "", name)[-200:]


def rewrite_links(item: OldItem, element: _Element, context: PageContext) -> None:
    """Rewrite links to other pages as old URLs; unresolvable links become plain text and are noted."""
    lost = 0
    for anchor in list(element.iter("a")):
        link = (anchor.get("href") or "").strip()
        if link.lower().startswith(("mailto:", "tel:")):
            continue
        inside = not link or link.startswith(("#", "javascript:"))
        if text := "" if inside else context.find_target_url(link):
            anchor.set("href", text)
        else:
            lost += not inside
            remove_element(anchor, words_stay=True)
    if lost:
        item.notes.append(f"不知道网页原来的网址，有{lost}个链接没有带来：请写明原网址或旧网站地址后重新读取。")


def list_further_pages(root: _Element, own: str) -> list[str]:
    """Return the URLs of a text's further pages: numbered links, or 下一页 to its own URL with a number.

    Args:
        root: the first page, or another one.
        own: the address of the first.
    """
    further_pages: list[str] = []
    start = urljoin(own, get_base_url(root))
    for anchor in root.iter("a") if own else ():
        href = anchor.get("href") or ""
        address = urljoin(start, href).partition("#")[0] if split_url(href) != split_url("") else ""
        named = address not in {own, *further_pages} and _FURTHER_PAGE_TEXT_PATTERN.fullmatch(
            "".join(get_element_text(anchor).split())
        )
        if named and _PAGE_NUMBER_IN_URL_PATTERN.sub("", address) == own:
            further_pages.append(address)
    return further_pages


#: Link texts of further pages, and page numbers in a URL: t20250328_1056_1.shtml, 4711-2.html, show.jsp?id=7&page=2.
_FURTHER_PAGE_TEXT_PATTERN = re.compile(r"[\[(【]?(?:\d{1,2}|第\d{1,2}页|[下后]一?页|尾页|末页|[>›»])[>›»]?[\])】]?")
_PAGE_NUMBER_IN_URL_PATTERN = re.compile(
    r"[-_]\d{1,2}(?=\.\w{3,5}$)|[?&](?:page|p|pageno|pagenum|currentpage)=\d{1,2}$", re.IGNORECASE
)
