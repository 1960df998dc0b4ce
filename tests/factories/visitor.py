"""A visitor who fetches every address of the portal with every primary key."""

import gzip
import html
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, unquote

import pypdfium2
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from gongkai.content.editions.models import Address, Column, Document, Edition
from gongkai.core.files.models import StoredFile
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body
from gongkai.oversight.gathering.models import Collection
from gongkai.ui.opendata.bundles import write_due_bundles
from gongkai.ui.opendata.models import Bundle
from gongkai.ui.portal.digests import make_confirmation_token, make_unsubscribe_token
from gongkai.ui.portal.models import Subscriber, Subscription
from gongkai.work.consultation.models import KnownAnswer, Theme
from gongkai.work.directory.models import Catalogue
from gongkai.work.tables.models import PublicTable, TableSchema

Paths = Iterable[str]


def _numbers(model: type) -> list[int]:
    return list(model._default_manager.order_by("pk").values_list("pk", flat=True))  # type: ignore[attr-defined]


def _queries(names: Iterable[str], words: Iterable[str]) -> list[str]:
    return [f"?{name}={quote(word)}" for name in names for word in words]


def _items(words: list[str]) -> Iterator[str]:
    """Yield each document at current and past addresses, by version, comparison, day and print."""
    most = max((e.number for e in Edition.objects.all()), default=0) + 1
    asked = ["", "?on=2026-01-01", "?on=2099-01-01", "?on=2026-11-19"]
    asked += [f"?{name}={n}" for n in range(1, most + 1) for name in ("version", "compare")]
    current = set(Address.objects.values_list("path", flat=True))
    columns = _numbers(Column)
    for number in _numbers(Document):
        paths = [f"/columns/{column}/{number}.html" for column in columns]
        there = [path for path in paths if path in current]
        yield from (path + more for path in there for more in asked)
        yield from [path for path in paths if path not in current][:: max(1, len(columns) // 2)]


def _files(words: list[str]) -> Iterator[str]:
    """Yield each stored file through its own edition, through another one and without any."""
    marks = list(StoredFile.objects.values_list("pk", flat=True))
    own = {
        (document, number): {file["digest"] for file in files or ()}
        for document, number, files in Edition.objects.order_by("number").values_list(
            "document", "number", "content__files"
        )
    }
    nobody_s, last = set(marks).difference(*own.values()), dict(own.keys())
    for (document, number), named in own.items():
        others = [mark for mark in marks if mark not in named | nobody_s][:1]
        hidden = nobody_s if number == last[document] else set()
        yield from (f"/files/{document}/{number}/{mark}" for mark in sorted({*named, *hidden, *others}))


def _prints(words: list[str]) -> Iterator[str]:
    for document in _numbers(Document):
        for number in range(1, Edition.objects.filter(document=document).count() + 2):
            yield from (f"/policies/{document}/{number}.{suffix}" for suffix in ("docx", "pdf"))


def _searches(words: list[str]) -> Iterator[str]:
    for one in words:
        yield f"/search/?q={quote(one)}"
        yield f"/search/?q={quote(one)}&order=newest&year=2026"
        yield f"/search/?q={quote(one)}&scope=all"
    yield from (f"/search/?body={n}&q={quote(words[0])}" for n in _numbers(Body))


def _lists(words: list[str]) -> Iterator[str]:
    for number in _numbers(Column):
        yield f"/columns/{number}/"
        yield from (f"/columns/{number}/?kind={kind}" for kind in ("plan", "policy", "interpretation"))


#: URL name of each API operation → its path and the model that fills in its primary keys.
API: dict[str, tuple[str, type | None]] = {
    "list_documents": ("documents/", None),
    "get_document": ("documents/{}/", Document),
    "get_articles": ("documents/{}/articles/", Document),
    "list_policies": ("policies/", None),
    "search": ("search/", None),
    "list_answers": ("answers/", None),
    "get_answer": ("answers/{}/", KnownAnswer),
    "list_messages": ("messages/", None),
    "list_decisions": ("decisions/", None),
    "get_decision": ("decisions/{}/", Entry),
    "list_tables": ("tables/", None),
    "list_table_rows": ("tables/{}/", TableSchema),
    "list_measures": ("measures/", None),
    "list_reports": ("reports/", None),
    "list_gazette_issues": ("gazette/", None),
    "get_gazette_issue": ("gazette/{}/", Document),
    "list_columns": ("columns/", None),
    "list_units": ("units/", None),
    "list_bundles": ("bundles/", None),
}


def _api(operation: tuple[str, type | None]) -> Callable[[list[str]], Paths]:
    """Yield the addresses of an API operation: for each primary key, or by its filters."""
    path, model = operation
    root = f"/api/v1/{path}"

    def paths(words: list[str]) -> Iterator[str]:
        if model is TableSchema:
            yield from (root.format(key) for key in _schemas())
        elif model is not None:
            yield from (root.format(number) for number in _numbers(model))
        else:
            yield from (root, *(f"{root}{more}" for more in _queries(["q"], words)))
        if path == "policies/":
            yield from (
                f"{root}?state={one}&on={day}" for one in ("all", "ended") for day in ("2020-01-01", "2099-01-01")
            )
        if path == "documents/":
            yield from (f"{root}?size=100", f"{root}?since=2020-01-01", f"{root}?year=2026")
            yield from (f"{root}?column={n}" for n in _numbers(Column))
            yield from (f"{root}?unit={n}" for n in _numbers(Body))
            standings = ("in_force", "amended", "repealed", "expired", "pending")
            yield from (f"{root}?standing={one}" for one in standings)

    return paths


def _bundles(words: list[str]) -> Iterator[str]:
    """Yield the bundle files, written anew by the job."""
    write_due_bundles()
    yield from (one.path for one in Bundle.objects.all())


def _library(words: list[str]) -> Iterator[str]:
    yield from (f"/policies/?tab={tab}" for tab in ("all", "valid", "coming", "ended"))
    yield from ("/policies/", "/policies/?tab=all&table=xlsx", "/policies/?tab=valid&on=2020-01-01")
    yield from (f"/policies/?tab=all&q={quote(one)}" for one in words)


def _subscribing(words: list[str]) -> Iterator[str]:
    yield from (
        "/subscribe/",
        *(f"/subscribe/{more}" for more in _queries(["column"], map(str, _numbers(Column)))),
    )
    yield from (f"/subscribe/{more}" for more in _queries(["unit"], map(str, _numbers(Body))))


def _tokens(words: list[str]) -> Iterator[str]:
    yield from (f"/subscribe/confirm/{make_confirmation_token(one)}/" for one in Subscription.objects.all())
    yield from (f"/subscribe/leave/{make_unsubscribe_token(one)}/" for one in Subscriber.objects.all())


def _old(words: list[str]) -> Iterator[str]:
    """Yield redirects, addresses of an old platform, of Wagtail, and unknown ones."""
    from gongkai.content.publishing.models import ItemPage

    yield from Address.objects.filter(current=False).values_list("path", flat=True)
    for page in ItemPage.objects.all():
        yield from (f"/{page.slug}/", f"{page.url_path}", f"/unit-{page.unit.pk}/{page.slug}/")
    yield from (f"/documents/{n}/" for n in _numbers(Document))


def _answers(words: list[str]) -> Iterator[str]:
    yield "/answers/"
    yield from (f"/answers/{more}" for more in _queries(["q"], words))
    yield from (f"/answers/?theme={n}" for n in _numbers(Theme))


def _messages(words: list[str]) -> Iterator[str]:
    yield from ("/messages/", "/messages/?category=consultation&year=2026", "/messages/?after=x")
    yield from (f"/messages/?body={n}" for n in _numbers(Body))


def _schemas() -> list[str]:
    """Return a table schema with records and one without."""
    keys = TableSchema.objects.order_by("pk").values_list("key", flat=True)
    filled = set(PublicTable.objects.values_list("schema__key", flat=True))
    return [*(key for key in keys if key in filled), *[key for key in keys if key not in filled][:1]]


def _tables(words: list[str]) -> Iterator[str]:
    for key in _schemas():
        yield from (f"/tables/{key}/{more}" for more in ("", "?year=all&mark=online", "?table=csv", "?table=xlsx"))


def _promises(words: list[str]) -> Iterator[str]:
    yield from ("/promises/", *(f"/promises/?topic={quote(one)}" for one in words))
    yield from (f"/promises/?unit={n}&standing=broken" for n in _numbers(Body))


def _each(pattern: str, model: type) -> Callable[[list[str]], Paths]:
    return lambda words: [pattern.format(number) for number in _numbers(model)]


def _only(*paths: str) -> Callable[[list[str]], Paths]:
    return lambda words: paths


#: URL name of each portal page → the paths that a visitor requests with given words.
CHANNELS: dict[str, Callable[[list[str]], Paths]] = {
    "front": _only("/"),
    "requests": _only("/requests/"),
    "request_form": _only("/requests/form.docx"),
    "annual": _only("/annual/", "/annual/?kind=law"),
    "annual_charts": lambda words: [f"/annual/{year}/{n}/" for year in (2025, 2026) for n in _numbers(Body)],
    "decisions": _only("/decisions/"),
    "surveys": _only("/surveys/"),
    "decisions_of": _only("/decisions/year/2025/", "/decisions/year/2026/"),
    "decision": _each("/decisions/{}/", Entry),
    "promises": _promises,
    "promise": _each("/promises/{}/", Entry),
    "performance": _only("/performance/"),
    "performance_of": _only("/performance/2025/", "/performance/2026/"),
    "accounts": _only("/accounts/", "/accounts/?platform=wechat"),
    "gathered": _only("/gathered/"),
    "gathered_in": _each("/gathered/{}/", Collection),
    "gazette": lambda words: ["/gazette/", *(f"/gazette/?q={quote(one)}" for one in words)],
    "gazette_issue": lambda words: [f"/gazette/{n}/{more}" for n in _numbers(Document) for more in ("", "?piece=1")],
    "gazette_pages": _each("/gazette/{}/pages/", Document),
    "gazette_pdf": _each("/gazette/{}/issue.pdf", Document),
    "answers": _answers,
    "answer": _each("/answers/{}/", KnownAnswer),
    "suggest_answers": lambda words: [f"/answers/suggest/?q={quote(one)}" for one in words],
    "rate_answer": _each("/answers/{}/rate/", KnownAnswer),
    "messages": _messages,
    "message_figures": _only("/messages/figures/"),
    "message_figures_of": _only("/messages/figures/2025/", "/messages/figures/2026/"),
    "catalogue": _only("/catalogue/", "/catalogue/?table=xlsx"),
    "catalogue_domain": _each("/catalogue/{}/", Catalogue),
    "tables": _only("/tables/"),
    "table": _tables,
    "exchange_answers": _only("/exchange/v1/answers/?q=%E8%BD%AC%E5%AD%A6"),
    "exchange_orders": _only("/exchange/v1/orders/", "/exchange/v1/orders/?since=2020-01-01T00:00:00Z"),
    "exchange_order": _only("/exchange/v1/orders/1/"),
    "firm_confirm": _only("/through-train/confirm/1~x/"),
    "firm_leave": _only("/through-train/leave/1~x/"),
    "firm_opened": _only("/through-train/open/1~x/"),
    "progress": _only("/progress/"),
    "progress_of": _only("/progress/2025/", "/progress/2026/"),
    "progress_feed": _only("/progress/2026/1/1/feed/"),
    "policies": _library,
    "policy_file": _prints,
    "search": _searches,
    "suggest": lambda words: [f"/search/suggest/?q={quote(one)}" for one in words],
    "easy": _only("/easy/on/", "/easy/off/?next=/"),
    "easy_css": _only("/easy.css"),
    "qr": _each("/qr/{}.svg", Document),
    "subscribe": _subscribing,
    "subscribe_sent": _only("/subscribe/sent/"),
    "subscribe_confirm": _tokens,
    "subscribe_leave": _tokens,
    "form": _only("/forms/fault/", "/forms/request/", "/forms/ask/", "/forms/firm/"),
    "matter": _only("/query/"),
    "follow_up": _only("/query/act/"),
    "paper": _only("/query/paper/"),
    "payment": _only("/pay/notice/"),
    "api": _only("/api/"),
    "openapi": _only("/api/v1/openapi.json"),
    "api_try": _only("/api/try/?operation=search&q=x"),
    "assistants": _only("/mcp/"),
    "api_nothing": _only("/api/v1/nothing/"),
    "outbox_receipts": _only("/receipts/1/x/"),
    "catalogue_of_data": _only("/api/v1/catalogue.jsonld"),
    "bundle": _bundles,
    **{f"api_{name}": _api(path) for name, path in API.items()},
    "site_map": _only("/sitemap/"),
    "about": _only("/about/"),
    "help": _only("/help/"),
    "disclosure": _only("/disclosure/"),
    "column": _lists,
    "column_feed": _each("/columns/{}/feed/", Column),
    "item": _items,
    "units": _only("/units/"),
    "unit": _each("/units/{}/", Body),
    "unit_feed": _each("/units/{}/feed/", Body),
    "file": _files,
    "feed": lambda words: ["/feed/", *(f"/feed/?q={quote(one)}" for one in words)],
    "sitemap_index": _only("/sitemap.xml"),
    "sitemap": _only("/sitemap-0.xml", "/sitemap-1.xml"),
    "robots": _only("/robots.txt"),
    "favicon": _only("/favicon.ico"),
    "fallback": _old,
}
#: Query parameters of the portal; those not requested above do not affect texts (`next`, `order`, `after`, …).
PARAMETERS = {
    *(
        "q",
        "order",
        "platform",
        "page",
        "table",
        "next",
        "kind",
        "after",
        "before",
        "compare",
        "piece",
        "topic",
        "version",
        "on",
        "download",
    ),
    *("theme", "thanks", "category", "body", "mark"),
    *("operation", "state", "level", "issuer", "article"),
    *("scope", "column", "unit", "standing", "year", "since", "cursor", "size", "under", "measure"),
}


def url_patterns(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Return all URL patterns of a resolver, with their prefixes."""
    for one in (resolver or get_resolver()).url_patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from url_patterns(one, path)
        else:
            yield path, one


def fetch(client: Client, path: str) -> tuple[int, str]:
    """Fetch an address; return its status, and its headers and body as text."""
    answer = client.get(path)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    heads = "\n".join(unquote(value) for value in answer.headers.values())
    return answer.status_code, f"{heads}\n{words_of(body)}"


@lru_cache(maxsize=64)
def words_of(body: bytes) -> str:
    """Return all text in a response: unpacked, from PDF, unescaped and without tags."""
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            return "\n".join(words_of(packed.read(name)) for name in packed.namelist())
    if body.startswith(b"\x1f\x8b"):
        return words_of(gzip.decompress(body))
    if body.startswith(b"%PDF"):
        pages = pypdfium2.PdfDocument(body)
        said = "\n".join(page.get_textpage().get_text_range() for page in pages)
        return f"{said}\n{pages.get_metadata_dict()}"
    text = body.decode("utf-8", "replace")
    plain = html.unescape(unquote(text))
    return "\n".join([plain, re.sub(r"<[^>]*>", "", plain), _unescaped(text)])


def _unescaped(text: str) -> str:
    try:
        return "\n".join(
            json.dumps(json.loads(line), ensure_ascii=False) for line in text.splitlines() if "\\u" in line
        )
    except ValueError:
        return ""


def fetch_all_channels(client: Client, words: list[str]) -> dict[str, dict[str, tuple[int, str]]]:
    """Fetch all channels; return each channel's responses by address."""
    return {
        name: {path: fetch(client, path) for path in dict.fromkeys(paths(words))} for name, paths in CHANNELS.items()
    }


def package_words(files: Iterable[Path]) -> str:
    """Return all text in packages for the outer network."""
    return "\n".join(words_of(path.read_bytes()) for path in files)
