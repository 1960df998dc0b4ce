"""The handbook's list of demands: each named page opens for the named login and contains the named words."""

import html
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from http.cookiejar import CookieJar
from urllib.parse import quote, urlencode, urljoin
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from gongkai.ops.demo.people import SAMPLE_PASSWORD
from gongkai.ui.handbook.contents import read_page_source

pytestmark = pytest.mark.browser
#: A row: number, demand, pages, login, condition.
ROW = re.compile(r"^\| ([A-Z]-\d\d) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
#: A page in a row: name, URL, links to open and words to find.
PLACE = re.compile(r"\[([^]]+)\]\((/[^)]*)\)([^；]*)")
STEP = re.compile("(，打开|，看|)“([^“”]+)”")
LINK = re.compile(r'<a\b[^>]*?href="([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)


def words(source: str) -> str:
    """Return the text of a page as one line."""
    text = re.sub(r"<(script|style|datalist)\b.*?</\1>|<[^>]+>", " ", source, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(text))


@dataclass(frozen=True)
class Answer:
    """A page that was requested."""

    address: str
    source: str

    @cached_property
    def words(self) -> str:
        return words(self.body)

    @cached_property
    def title(self) -> str:
        """Return the title of the page."""
        return words("".join(re.findall(r"<title>(.*?)</title>", self.source, re.DOTALL)))

    @cached_property
    def body(self) -> str:
        """Return the page without the menu before its main part."""
        return re.sub(r"^.*?(?=<main\b)", "", self.source, count=1, flags=re.DOTALL)

    def leads_to(self, name: str) -> str | None:
        """Return the target of a link whose text begins with the name, or else ends with it, or else contains it."""
        labels = [(words(label).strip(), to) for to, label in LINK.findall(self.body)]
        begun = [to for label, to in labels if label.startswith(name)]
        ended = [to for label, to in labels if label.endswith(name)]  # not the 解读 of the text of this name
        to = next(iter([*begun, *ended, *(to for label, to in labels if name in label)]), None)
        return urljoin(self.address, html.unescape(to)) if to else None


class Visitor:
    """A login that requests pages, each once."""

    def __init__(self, city: str, login: str) -> None:
        self.city, self.opener = city, build_opener(HTTPCookieProcessor(CookieJar()))
        self.seen: dict[str, Answer] = {}
        if login:
            token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', self.get("/admin/login/").source)
            assert token
            sent = {"csrfmiddlewaretoken": token[1], "username": login, "password": SAMPLE_PASSWORD}
            self.opener.open(f"{city}/admin/login/", urlencode(sent).encode(), timeout=60).close()

    def get(self, address: str) -> Answer:
        """Return a page with the part that it loads on scrolling; raise OSError if it does not open."""
        if address not in self.seen:
            source = self._read(address)
            if below := re.search(r'hx-get="([^"]+)"\s+hx-trigger="intersect once"', source):
                source += self._read(html.unescape(below[1]))
            self.seen[address] = Answer(address, source)
        return self.seen[address]

    def _read(self, address: str) -> str:
        with self.opener.open(self.city + quote(address, safe="/?=&%:#"), timeout=60) as answer:
            return str(answer.read().decode())


def find_faults(visitor: Visitor, name: str, address: str, steps: str) -> Iterator[str]:
    """Open a page as the row describes; yield the differences."""
    try:
        page = visitor.get(address)
        if name not in page.words and name not in page.title:
            yield f"{address} is not called {name}"
        for does, said in STEP.findall(steps):
            if "打开" not in does:
                if said not in page.words:
                    yield f"{page.address} does not say {said}"
                continue
            to = page.leads_to(said)
            if to is None:
                yield f"{page.address} leads to no {said}"
                return
            page = visitor.get(to)
    except OSError as error:
        yield f"{address}: {error}"


def test_pages_of_each_demand_contain_the_named_words(city: str) -> None:
    rows = ROW.findall(read_page_source("demands"))
    assert len({row[0] for row in rows}) == len(rows) == 141
    logins = {login[0] if (login := re.findall("`([a-z-]+)`", row[3])) else "" for row in rows}
    assert len(logins) > 3
    visitors = {login: Visitor(city, login) for login in {"", *logins}}

    def missing(row: tuple[str, ...]) -> list[str]:
        number, _, where, who, _ = row
        login = re.findall("`([a-z-]+)`", who)
        places = PLACE.findall(where)
        assert places, number
        return [
            f"{number} {fault}"
            for name, address, steps in places
            for fault in find_faults(visitors[login[0] if address.startswith("/admin/") else ""], name, address, steps)
        ]

    # Several pages are requested at once, as by a user with many tabs.
    with ThreadPoolExecutor(4) as asking:
        wrong = [fault for found in asking.map(missing, rows) for fault in found]
    assert not wrong, "\n".join(wrong)
