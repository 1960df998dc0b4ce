"""Identify search forms and build their requests. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote_plus, urljoin, urlsplit, urlunsplit

from lxml.etree import _Element

from gongkai.lib.chinese import lazy_re as re

_SEARCH_FIELD_NAME_RE = re.compile(
    r"^(?:q|s|wd|kw|key|keys|keyword|keywords|search\w*|query|title|word|text|sousuo|ss)$|search|keyword|sousuo",
    re.IGNORECASE,
)
SEARCH_ACTION_PATTERN = re.compile(r"search|sousuo|query|find|检索|搜索|/so(?:/|$)", re.IGNORECASE)
_SEARCH_WORD_RE = re.compile(r"搜\s*索|检\s*索|查\s*[询找]|关键[字词]|(?:^|\s)搜(?:\s|$)|search", re.IGNORECASE)
#: Words of a search form; 查询 alone may also be a lookup by number.
_UNAMBIGUOUS_SEARCH_WORD_RE = re.compile(r"搜\s*索|检\s*索|关键[字词]|search|sousuo", re.IGNORECASE)
_DECLARED_CHARSET_RE = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{3,20})", re.IGNORECASE)


@dataclass(frozen=True)
class SearchForm:
    """A search form: target, search field, hidden fields, method and encoding."""

    action: str
    field: str
    others: tuple[tuple[str, str], ...]
    post: bool
    encoding: str
    page: str

    def build_request(self, search_words: str) -> tuple[str, bytes | None]:
        """Return (address, body or None for GET) of a search for some words."""
        pairs = "&".join(
            f"{self._encode_words(name)}={self._encode_words(value)}"
            for name, value in (*self.others, (self.field, search_words))
        )
        if self.post:
            return self.action, pairs.encode()
        url_parts = urlsplit(self.action)
        query = f"{url_parts.query}&{pairs}".lstrip("&")
        return urlunsplit((url_parts.scheme, url_parts.netloc, url_parts.path, query, "")), None

    def _encode_words(self, words: str) -> str:
        return quote_plus(words.encode(self.encoding, "xmlcharrefreplace"))


def read_search_form(form: _Element, address: str, source: str) -> SearchForm | None:
    """Return the request details of a search form; None for other forms.

    Args:
        form: the form.
        address: address of its page.
        source: source of its page, which declares the encoding.
    """
    post = (form.get("method") or "get").strip().lower() == "post"
    kinds = {(node.get("type") or "text").lower() for node in form.iter("input")}
    if next(form.iter("textarea"), None) is not None or "password" in kinds:
        return None
    inputs = [(node, name) for node in form.iter("input") if (name := node.get("name"))]
    fields = [name for node, name in inputs if (node.get("type") or "text").lower() in {"text", "search"}]
    action = form.get("action") or ""
    text = " ".join(_iterate_texts(form))
    if post and (len(fields) != 1 or not _UNAMBIGUOUS_SEARCH_WORD_RE.search(f"{action} {text}")):
        return None
    search_fields = [name for name in fields if _SEARCH_FIELD_NAME_RE.search(name)] or (
        fields if SEARCH_ACTION_PATTERN.search(action) or (len(fields) == 1 and _SEARCH_WORD_RE.search(text)) else []
    )
    if not search_fields:
        return None
    hidden_pairs = tuple(
        (name, node.get("value") or "") for node, name in inputs if (node.get("type") or "").lower() == "hidden"
    )
    encoding = _get_form_encoding(form.get("accept-charset") or "", source)
    return SearchForm(urljoin(address, action), search_fields[0], hidden_pairs, post, encoding, address)


def _iterate_texts(form: _Element) -> Iterator[str]:
    """Yield the texts of a form that may name it a search: role, labels, buttons and placeholders."""
    yield form.get("role") or ""
    yield from map(str, form.itertext())
    for element in form.iter("input", "button"):
        for name in ("value", "placeholder", "title", "alt"):
            yield element.get(name) or ""


def _get_form_encoding(wanted: str, source: str) -> str:
    """Return the encoding in which a form is sent: the wanted one, else the page's; gb18030 or utf-8."""
    declared = _DECLARED_CHARSET_RE.search(source[:4096])
    name = (wanted or (declared[1] if declared else "")).lower()
    return "gb18030" if name in {"gb2312", "gbk", "gb18030"} else "utf-8"
