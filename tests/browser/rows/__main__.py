"""Try to read and write rows by guessing primary keys in URLs: every URL, every login, own and other units' rows.

This runs in its own process on a copy of a small sample city (`test_rows.py`). It walks the URL resolver, with Wagtail and the public site, finds
the model behind each number (`record_object_access`), and requests visible and hidden rows with GET and POST.
Rows that `acts.object_access` hides may not be shown or changed; no answer, list or file may contain text of hidden rows; each change is logged.
Forms are sent filled in, and with the primary key of a hidden row in each choice (`forms`).

    GONGKAI_DATA=/tmp/city python tests/browser/rows OUT.json [short|forms|N]  only forms; or N rows of each kind for a login and a URL

With DATABASE_URL the city on PostgreSQL is used directly, without a copy: create one for this.
"""

import json
import logging
import os
import re
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from itertools import product
from pathlib import Path
from urllib.parse import urljoin, urlsplit

if __name__ == "__main__":
    _copy = Path(tempfile.mkdtemp(prefix="gongkai-rows-"))
    _source = Path(os.environ["GONGKAI_DATA"])
    if "DATABASE_URL" not in os.environ:
        with (
            sqlite3.connect(_source / "gongkai.sqlite3") as _from,
            sqlite3.connect(_copy / "gongkai.sqlite3") as _to,
        ):
            _from.backup(_to)
    for _name in ("secret_key", "keys", "keys.json"):
        if (_source / _name).exists():
            (_copy / _name).symlink_to((_source / _name).resolve())
    if (_source / "files").exists():  # writes are rolled back only in the database
        shutil.copytree(_source / "files", _copy / "files")
    os.environ["GONGKAI_DATA"] = str(_copy)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
os.environ |= {"GONGKAI_SECOND_FACTOR": "off", "GONGKAI_HOSTS": "testserver", "GONGKAI_API_RATE": "1000000"}
# The time of the last request is rolled back, too: with a short limit, logins would be signed out during a slow run.
os.environ["GONGKAI_IDLE_MINUTES"] = "1000"

sys.path.append(str(Path(__file__).resolve().parent.parent.parent))

import django

django.setup()

from browser.rows.addresses import MODELS_BY_ROUTE, OWN_SESSION_ROUTES, Address, Model, addresses, choices  # noqa: E402
from browser.rows.forms import FormSender  # noqa: E402
from browser.rows.recorded_requests import (  # noqa: E402
    UNUSED_KEY,
    RecordedAnswer,
    Requester,
    install_recorders,
    list_requesters,
    send_request,
)
from browser.rows.words import Words, find_words, hidden_words, public_words  # noqa: E402
from gongkai.content.editions.models import Document  # noqa: E402
from gongkai.content.editions.rules import check_writer  # noqa: E402
from gongkai.content.publishing.models import ItemPage, UnitPage  # noqa: E402
from gongkai.core.acts import object_access  # noqa: E402
from gongkai.core.ledger.models import Entry  # noqa: E402
from gongkai.work.newmedia.models import Post  # noqa: E402

#: Routes whose forms are sent in the short run: they choose rows.
SHORT_RUN_FORM_ROUTES = frozenset(
    {
        "admin/pages/<int:page_id>/edit/",
        "admin/publishing/items/<number:number>/coordinate/",
        "admin/inquiries/<number:number>/publication/",
    }
)
#: Statuses of answers that show nothing.
REFUSED_STATUSES = frozenset({301, 302, 400, 403, 404, 405, 410, 429})


#: A link that may lead to another view of the same page: a tab, a year, a file. Up to `MAX_VIEWS` of a page are read.
VIEW_LINK = re.compile(r'href="([^"#]*\?[^"#]+)"')
MAX_VIEWS = 6


@dataclass
class Findings:
    """Counts and findings, each finding with one example."""

    asked: int = 0
    read: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    leaked: dict[str, str] = field(default_factory=dict)
    unlogged: dict[str, str] = field(default_factory=dict)
    broke: dict[str, str] = field(default_factory=dict)
    offered: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)
    sent: int = 0
    accepted: int = 0
    foreign: int = 0
    unknown: set[str] = field(default_factory=set)
    reached: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)


def find_model(address: Address, people: list[Requester]) -> Model | None:
    """Return the model that object access checks for the first number of an address."""
    if known := address.model or MODELS_BY_ROUTE.get(address.route):
        return known
    if address.wagtail:
        return ItemPage if "add" not in address.route else UnitPage
    for who in people:
        for given in choices(address):
            for method in ("get", "post"):
                numbers = dict.fromkeys(address.numbers, 1) | {address.numbers[0]: UNUSED_KEY}
                for model in send_request(who, method, address.path(**numbers, **given)).models:
                    if model in object_access.VISIBLE_ROWS_BY_MODEL:
                        return model
    return None


def sample_rows(rows: Iterable[int], each: int, salt: str) -> list[int]:
    """Return so many rows, spread over all: reproducible, and different for each salt."""
    ordered = sorted(rows)
    if not each or len(ordered) <= each:
        return ordered
    start = sum(map(ord, salt)) % len(ordered)
    step = max(1, len(ordered) // each)
    return [ordered[(start + place * step) % len(ordered)] for place in range(each)]


def sweep(each: int, how: str = "") -> Findings:
    """Send all requests as all requesters.

    The run `short` requests only hidden rows, with two logins for an address, one by GET and one by POST; `forms` sends only forms.
    """
    install_recorders()
    people, findings, public = list_requesters(), Findings(), "" if how else public_words()
    hidden = {who: {} if how else hidden_words(who, public) for who in people}
    first = sorted(people, key=lambda who: who.name not in {"zwgk", "admin", "jiaoyu"})[:3]
    forms = {who: FormSender(who, findings) for who in people}
    for place, address in enumerate(address for address in addresses() if _is_in_run(address, how)):
        if not address.route.startswith("admin/"):
            _request_public_pages(address, people, each, hidden, findings)
            continue
        if not address.numbers:
            _request_lists(address, [people[(place + 7 * step) % len(people)] for step in range(3)], hidden, findings)
            continue
        model = find_model(address, first)
        if model is None:
            findings.unknown.add(address.route)
            continue
        if how == "short":
            for method, step in (("get", 5), ("post", 7)):
                _request_hidden_row(people[place * step % len(people)], address, model, method, findings)
        elif not how:
            print(findings.asked, address.route, file=sys.stderr, flush=True)
            for who in people:
                _request_rows(who, address, model, each, hidden[who], findings)
        for who in people if how != "short" else first[: address.route in SHORT_RUN_FORM_ROUTES]:
            _send_forms(forms[who], address, model)
    return findings


def _is_in_run(address: Address, how: str) -> bool:
    if not address.route.startswith("admin/"):
        return not how
    return bool(address.numbers) or not (how or address.wagtail)


def _send_forms(forms: FormSender, address: Address, model: Model) -> None:
    """Send the forms of an address filled in, for a visible row."""
    for number in sample_rows(_list_visible_rows(forms.who, address, model), 1, address.route):
        for given in choices(address):
            forms.send_all(address.path(**dict.fromkeys(address.numbers, number), **given))


def _list_visible_rows(who: Requester, address: Address, model: Model) -> frozenset[int]:
    """Return the visible rows, as the numbers that the address takes."""
    if model is Document and address.route in MODELS_BY_ROUTE:
        return frozenset(Post.objects.filter(pk__in=who.seen(Post)).values_list("document", flat=True))
    if model is not UnitPage:
        return who.seen(model)
    rows = UnitPage.objects.select_related("body")
    return frozenset(page.pk for page in rows if not check_writer(who.actor, page.body))


def _request_hidden_row(who: Requester, address: Address, model: Model, method: str, findings: Findings) -> None:
    """Request one hidden row."""
    numbers = frozenset(model._default_manager.values_list("pk", flat=True)) - _list_visible_rows(who, address, model)
    for number in sample_rows(numbers or {UNUSED_KEY}, 1, f"{address.route}{who.name}"):
        given = choices(address)[number % len(choices(address))]
        path = address.path(**dict.fromkeys(address.numbers, number), **given)
        answer = send_request(who, method, path)
        findings.asked += 1
        _record(who, address, f"{method} {path} as {who.name}: {answer.status}", answer, findings, {}, is_hidden=True)


def _request_rows(who: Requester, address: Address, model: Model, each: int, hidden: Words, findings: Findings) -> None:
    """Request visible and hidden rows."""
    shown, numbers = (
        _list_visible_rows(who, address, model),
        frozenset(model._default_manager.values_list("pk", flat=True)),
    )
    for is_hidden, rows in ((True, numbers - shown), (False, shown)):
        for number in sample_rows(rows, each, f"{address.route}{who.name}"):
            # The inner numbers of a visible row may be of another model: try some numbers.
            inner = [1] if is_hidden or len(address.numbers) == 1 else sample_rows(range(1, 300), 6, f"{number}")
            for given, other in product(choices(address), inner):
                others = dict.fromkeys(address.numbers[1:], other)
                path = address.path(**{address.numbers[0]: number}, **others, **given)
                for method in ("get", "post"):
                    findings.asked += 1
                    answer = send_request(who, method, path)
                    line = f"{method} {path} as {who.name}: {answer.status}"
                    _record(who, address, line, answer, findings, hidden, is_hidden=is_hidden)


def _record(
    who: Requester,
    address: Address,
    line: str,
    answer: RecordedAnswer,
    findings: Findings,
    hidden: Words,
    *,
    is_hidden: bool,
) -> None:
    key = f"{address.route} {who.name}"
    if answer.status >= 500:
        findings.broke.setdefault(key, line)
    if is_hidden and answer.status not in REFUSED_STATUSES and address.route not in OWN_SESSION_ROUTES:
        findings.read.setdefault(key, line)
    if is_hidden and answer.writes.tables:
        findings.written.setdefault(key, f"{line} {answer.writes.tables[0]}")
    if not is_hidden and answer.status == 200 and address.numbers:
        findings.reached.add(address.route)
    if unlogged := answer.writes.unlogged:
        findings.unlogged.setdefault(key, f"{line} {unlogged}")
    for choice in answer.offered:
        findings.offered.setdefault(choice.partition(" ")[0], f"{line} {choice}")
    if answer.status == 200 and (leaked := find_words(answer.text, hidden)):
        findings.leaked.setdefault(key, f"{line} contains “{leaked[0]}”")


def _request_lists(
    address: Address, people: list[Requester], hidden: dict[Requester, Words], findings: Findings
) -> None:
    """Request pages without a number, with their tabs and files: they may not contain text of hidden rows."""
    for who, given in product(people, choices(address)):
        waiting, known = [address.path(**given)], set[str]()
        while waiting and len(known) < MAX_VIEWS:
            path = waiting.pop(0)
            known.add(path)
            findings.asked += 1
            answer = send_request(who, "get", path)
            line = f"get {path} as {who.name}: {answer.status}"
            _record(who, address, line, answer, findings, hidden[who], is_hidden=False)
            if answer.status == 200:
                findings.listed.add(address.route)
            offered = (urljoin(path, unescape(found)) for found in VIEW_LINK.findall(answer.text))
            waiting += sorted({view for view in offered if urlsplit(view).path == urlsplit(path).path} - known)


def _request_public_pages(
    address: Address, people: list[Requester], each: int, hidden: dict[Requester, Words], findings: Findings
) -> None:
    """Request public addresses with guessed numbers: nobody may see what is not public."""
    most = max(
        model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 1 for model in (ItemPage, Entry)
    )
    numbers = sample_rows(range(1, most + 1), each * 4, address.route) if address.numbers else [1]
    for who in [who for who in people if who.name in {"公众", "jiandu", "caizheng"}]:
        for number in numbers:
            path = address.path(**dict.fromkeys(address.numbers, number))
            findings.asked += 1
            answer = send_request(who, "get", path)
            _record(
                who,
                address,
                f"get {path} as {who.name}: {answer.status}",
                answer,
                findings,
                hidden[who],
                is_hidden=False,
            )


def main(out: str, how: str) -> None:
    """Run, and write the findings."""
    logging.disable(logging.CRITICAL)
    findings = sweep(int(how) if how.isdecimal() else 0, "" if how.isdecimal() else how)
    found = {name: sorted(value) if isinstance(value, set) else value for name, value in vars(findings).items()}
    Path(out).write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if sys.argv[2:] else "0")
