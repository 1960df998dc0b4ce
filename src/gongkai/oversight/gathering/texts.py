"""Read entries' pages: extract texts and check if they still exist. Uses no database."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from lxml import html as markup
from lxml.etree import _Element

from gongkai.content.migration.personal_data import mask_line
from gongkai.content.migration.sources.pages import learn_text_paths, read_page
from gongkai.content.migration.sources.values import FileRef, OldItem
from gongkai.core.files.kinds import PUBLIC_FILE_TYPES, get_suffix
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound import is_busy_server_status, is_dead_link_status
from gongkai.lib.richtext import to_plain_text
from gongkai.lib.richtext.passages import write_inner_html
from gongkai.oversight.gathering.attachments import MAX_ATTACHMENTS, FetchedAttachment, LinkedFiles, store_attachment
from gongkai.oversight.gathering.reader import SourceReader, SourceReadError

# Lists of links within a text (related texts, most read) change at every visit and are removed.


#: Number of consecutive links from which they are a list.
MIN_LIST_LINKS = 3
_MIN_TITLE_CHARACTERS, _MAX_CHARACTERS_BESIDE_TITLE, _MAX_HEAD_CHARACTERS = 6, 24, 14
_ELLIPSIS_AT_END_RE = re.compile(r"(?:…|\.{3})[\s\])】〕]*$")
_ITEM_TAGS = ("li", "p", "div", "dd", "tr", "h3", "h4", "h5", "article", "section")


def remove_link_lists(html: str) -> str:
    """Return HTML without lists of links to other pages and their headings; attachments stay.

    >>> item = '<li><a href="http://a.cn/{0}.html">全市秋粮收购进度过半</a> 1{0}次</li>'
    >>> remove_link_lists("超&lt;1户<p>共31户。</p><p>本周热点</p><ul>" + "".join(map(item.format, "123")) + "</ul>")
    '超&lt;1户<p>共31户。</p>'
    """
    if html.count("<a ") < MIN_LIST_LINKS:
        return html
    root = markup.fragment_fromstring(html, create_parent="div")
    for element in list(root.iter("ul", "ol", "dl", "div", "table", "tbody", "section")):
        for run in list(_iterate_runs(element)):
            _remove_run(run)
    return write_inner_html(root)


def _iterate_runs(parent: _Element) -> Iterator[list[_Element]]:
    """Yield the runs of at least MIN_LIST_LINKS neighbouring elements that only name other texts."""
    run: list[_Element] = []
    for child in [*parent, None]:
        if child is not None and _names_a_text(child):
            run.append(child)
            continue
        if len(run) >= MIN_LIST_LINKS:
            yield run
        run = []


def _names_a_text(element: _Element) -> bool:
    """Return True if an element is a list entry: one link to a page, no picture, and little other text."""
    if element.tag not in _ITEM_TAGS:
        return False
    links = [node for node in element.iter("a") if _leads_to_a_page(node.get("href") or "")]
    if len({link.get("href") for link in links}) != 1 or any(True for _ in element.iter("img")):
        return False
    title, text = (_get_text_without_blanks(links[0]), _get_text_without_blanks(element))
    other_length = len(text) - len(title)
    return len(title) >= _MIN_TITLE_CHARACTERS and (
        other_length <= _MAX_CHARACTERS_BESIDE_TITLE
        or bool(_ELLIPSIS_AT_END_RE.search(text) and text.startswith(title))
    )


def _leads_to_a_page(link: str) -> bool:
    """Return True for a web address that is no attachment."""
    parts = urlsplit(link)
    return (
        parts.scheme in {"http", "https", ""} and bool(parts.path) and get_suffix(parts.path) not in PUBLIC_FILE_TYPES
    )


def _get_text_without_blanks(element: _Element) -> str:
    return "".join("".join(str(part) for part in element.itertext()).split())


def _remove_run(run: list[_Element]) -> None:
    """Remove a run of elements, its parents left without text, and a short heading before it."""
    parent = run[0].getparent()
    assert parent is not None
    head = run[0].getprevious()
    for element in run:
        element.drop_tree()  # type: ignore[attr-defined]
    while not _get_text_without_blanks(parent) and parent.getparent() is not None:
        head, emptied, parent = parent.getprevious(), parent, parent.getparent()
        assert parent is not None
        emptied.drop_tree()  # type: ignore[attr-defined]
    if (
        head is not None
        and 0 < len(_get_text_without_blanks(head)) <= _MAX_HEAD_CHARACTERS
        and not re.search(r"[。，；]", _get_text_without_blanks(head))
    ):
        head.drop_tree()  # type: ignore[attr-defined]


#: Maximum number of further pages of a text.
MAX_FURTHER_PAGES = 10


@dataclass
class SourceEntry:
    """An entry as read from its source: `words` from the list or feed, `text` and `html` from its page.

    `unread` is the reason why its page was wanted and could not be read.
    """

    address: str
    title: str
    written_at: datetime | None = None
    text: str = ""
    html: str = ""
    words: str = ""
    files: list[FetchedAttachment] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    unread: str = ""


class SourcePages:
    """The pages of a source; the first `FIRST` of them reveal the text element of all.

    Args:
        reader: sends the requests.
        addresses: the wanted pages.
        text_at: the known text element.
        others: similar pages, read if the wanted ones are too few to find the text element.
    """

    FIRST = 12

    def __init__(
        self, reader: SourceReader, addresses: Sequence[str], text_at: str = "", others: Sequence[str] = ()
    ) -> None:
        self.reader = reader
        self._read = {address: self._ask(address) for address in addresses[: self.FIRST]}
        bodies = [body for answer in self._read.values() for body in _iterate_good_bytes(answer)]
        found = learn_text_paths(bodies, text_at)
        if bodies and not found and others:
            more = [body for address in others[: self.FIRST] for body in _iterate_good_bytes(self._ask(address))]
            found = learn_text_paths([*bodies, *more], text_at)
        self.text_at = found or text_at

    def _ask(self, address: str) -> tuple[int, bytes] | SourceReadError:
        """Return (status, bytes), or the error instead of raising it."""
        try:
            return self.reader.get(address)
        except SourceReadError as failed:
            return failed

    def get(self, address: str) -> tuple[int, bytes]:
        """Return (status, body); a prefetched page is returned once, later calls request it again.

        Raises:
            SourceReadError: there is no usable response.
        """
        answer = self._read.pop(address, None) or self._ask(address)
        if isinstance(answer, SourceReadError):
            raise answer
        return answer

    def item(self, address: str, data: bytes) -> OldItem:
        """Return the content of a page, including further pages of the same text.

        Raises:
            SourceReadError: one of these cannot be read.
        """
        item = self._parse_page(address, data)
        waiting, read_addresses = item.more, {address}
        while waiting and len(read_addresses) <= MAX_FURTHER_PAGES:
            further_address = waiting.pop(0)
            read_addresses.add(further_address)
            status, body = self.reader.get(further_address)
            if status != 200:
                raise SourceReadError(f"返回错误{status}", passing=is_busy_server_status(status))
            further_page = self._parse_page(address, body)
            item.html += further_page.html
            item.files += [file for file in further_page.files if file not in item.files]
            item.notes += further_page.notes
            waiting += [
                next_address for next_address in further_page.more if next_address not in {*read_addresses, *waiting}
            ]
        return item

    def _parse_page(self, address: str, data: bytes) -> OldItem:
        return read_page(data, "", LinkedFiles(), url=address, text_at=self.text_at)


#: Words of notes on content that is not in the text as it was on the page.
_LOSS_NOTE_RE = re.compile("未带来|读不出|可能不完整")


def _iterate_good_bytes(response: tuple[int, bytes] | SourceReadError) -> Iterator[bytes]:
    """Yield the body of a response with status 200; nothing for other responses and errors."""
    if not isinstance(response, SourceReadError) and response[0] == 200:
        yield response[1]


def read_text(entry: SourceEntry, pages: SourcePages) -> None:
    """Set an entry's text, attachments, losses, time and title from its page, which is requested; nothing is saved.

    Raises:
        SourceReadError: it cannot be read.
    """
    status, data = pages.get(entry.address)
    if status != 200:
        raise SourceReadError(f"返回错误{status}", passing=is_busy_server_status(status))
    item = pages.item(entry.address, data)
    if item.unknown:
        raise SourceReadError(item.unknown)
    entry.files = [store_attachment(file_ref, pages.reader.file) for file_ref in item.files[:MAX_ATTACHMENTS]]
    entry.files += [FetchedAttachment(file.name, file.old, why="附件过多") for file in item.files[MAX_ATTACHMENTS:]]
    entry.html = remove_link_lists(item.html)
    entry.text = get_page_text(item)
    entry.losses = [note for note in dict.fromkeys(item.notes) if _LOSS_NOTE_RE.search(note)]
    entry.losses += [mask_line(f"附件“{file.name}”：{why}") for file in entry.files for why in file.unseen]
    entry.written_at = item.published or entry.written_at
    if len(entry.title) < 4 or entry.title.endswith(("…", "...")):
        entry.title = item.title or entry.title


@dataclass(frozen=True)
class PageState:
    """The state of a page (`status`): "gone", "there" or "unknown", with its text."""

    status: str
    words: str = ""
    title: str = ""
    files: Sequence[FileRef] = ()
    is_complete: bool = True
    html: str = ""


@dataclass(frozen=True)
class SourceCheckResult:
    """The result of checking a source's entries, by entry number.

    Attributes:
        seen: all checked entries.
        gone: entries whose page is gone.
        changed: new texts of changed entries.
        narrowed: unchanged texts with less boilerplate, as the text element is known better.
        files: attachments with a new address.
        text_at: the text element.
        html: texts as HTML.
    """

    seen: Sequence[int]
    gone: Sequence[int] = ()
    changed: Mapping[int, str] = field(default_factory=dict)
    narrowed: Mapping[int, str] = field(default_factory=dict)
    files: Mapping[int, Sequence[FetchedAttachment]] = field(default_factory=dict)
    text_at: str = ""
    html: Mapping[int, str] = field(default_factory=dict)


def fetch_page_state(address: str, pages: SourcePages) -> PageState:
    """Fetch a page and return its state: there, gone (404, 410) or unknown, also if it cannot be read."""
    try:
        status, data = pages.get(address)
        if status in {404, 410}:
            return PageState("gone")
        if status != 200 or is_dead_link_status(status):
            return PageState("unknown")
        item = pages.item(address, data)
        ends = _PAGE_END_TAG.search(data) is not None
        text = "" if item.unknown else get_page_text(item)
        return PageState("there", text, item.title, item.files[:MAX_ATTACHMENTS], ends, remove_link_lists(item.html))
    except Exception:  # external data may break any parser; the other pages of the check must not be affected
        return PageState("unknown")


def get_page_text(item: OldItem) -> str:
    """Return the text of a page with status notes and attachment names, one line each."""
    text = to_plain_text(remove_link_lists(item.html))
    beside = item.beside + [
        file.name for file in item.files[:MAX_ATTACHMENTS] if file.name.rpartition(".")[0] not in text
    ]
    return "\n".join([text, *beside]) if beside else text


_PAGE_END_TAG = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)
