"""Who reads and writes rows by counting up numbers: every address that takes one, each login, rows of one's own and of every other unit.

Run in a process of its own on a small sample city, of which it makes a copy (`test_addresses.py`). It walks the resolver, Wagtail's addresses and
the public's among it, finds out for which model the door is asked behind each number (`door_watched`), and asks for rows that a login sees and
rows that it does not, reading and sending. What `acts.object_access` shows nobody may be answered or changed; what is answered may not hold words
that stand in hidden rows alone, lists and files included; what is changed stands in the log.
Forms are sent filled in, with a hidden row's number in each choice (`forms`).

    GONGKAI_DATA=/tmp/city python tests/browser/rows OUT.json [short|forms|N]  forms alone; N rows of each kind for a login and an address

With DATABASE_URL a city on PostgreSQL is asked, not copied first: one made for this.
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
    if (_source / "files").exists():  # what a filled form writes is undone in the database alone
        shutil.copytree(_source / "files", _copy / "files")
    os.environ["GONGKAI_DATA"] = str(_copy)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
os.environ |= {"GONGKAI_SECOND_FACTOR": "off", "GONGKAI_HOSTS": "testserver", "GONGKAI_API_RATE": "1000000"}
# That somebody was there is undone with everything else: on a slow machine they would be signed out half-way, and see nothing any more.
os.environ["GONGKAI_IDLE_MINUTES"] = "1000"

sys.path.append(str(Path(__file__).resolve().parent.parent.parent))

import django

django.setup()

from browser.rows.addresses import KNOWN, OWN, Address, Model, addresses, choices  # noqa: E402
from browser.rows.asking import NOBODY, Answered, Asker, ask, askers, watch  # noqa: E402
from browser.rows.forms import Forms  # noqa: E402
from browser.rows.words import Words, hidden_words, public_words, standing_in  # noqa: E402
from gongkai.content.editions.models import Document  # noqa: E402
from gongkai.content.editions.rules import check_writer  # noqa: E402
from gongkai.content.publishing.models import ItemPage, UnitPage  # noqa: E402
from gongkai.core.acts import object_access  # noqa: E402
from gongkai.core.ledger.models import Entry  # noqa: E402
from gongkai.work.newmedia.models import Post  # noqa: E402

#: Whose forms are sent in the short run: they choose rows.
CHOOSING = frozenset(
    {
        "admin/pages/<int:page_id>/edit/",
        "admin/publishing/items/<int:number>/coordinate/",
        "admin/inquiries/<int:number>/publication/",
    }
)
#: Answers that show nothing.
SHUT = frozenset({301, 302, 400, 403, 404, 405, 410, 429})


#: A link that may lead to another view of the page it stands on: a tab, a year, a file. So many of one page are read.
VIEW = re.compile(r'href="([^"#]*\?[^"#]+)"')
MOST_VIEWS = 6


@dataclass
class Holes:
    """What was found, each with one example."""

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


def model_behind(address: Address, people: list[Asker]) -> Model | None:
    """Return the model that the door is asked for behind the first number of an address."""
    if known := address.model or KNOWN.get(address.route):
        return known
    if address.wagtail:
        return ItemPage if "add" not in address.route else UnitPage
    for who in people:
        for given in choices(address):
            for method in ("get", "post"):
                numbers = dict.fromkeys(address.numbers, 1) | {address.numbers[0]: NOBODY}
                for model in ask(who, method, address.path(**numbers, **given)).models:
                    if model in object_access.VISIBLE_ROWS_BY_MODEL:
                        return model
    return None


def picked(rows: Iterable[int], each: int, salt: str) -> list[int]:
    """Return so many rows, spread over all of them, other ones for each address: always the same for the same rows."""
    ordered = sorted(rows)
    if not each or len(ordered) <= each:
        return ordered
    start = sum(map(ord, salt)) % len(ordered)
    step = max(1, len(ordered) // each)
    return [ordered[(start + place * step) % len(ordered)] for place in range(each)]


def sweep(each: int, how: str = "") -> Holes:
    """Ask for everything by everybody.

    Shortly, for hidden rows alone, by two logins for an address, the one reading and the other sending; or send forms alone.
    """
    watch()
    people, holes, public = askers(), Holes(), "" if how else public_words()
    hidden = {who: {} if how else hidden_words(who, public) for who in people}
    first = sorted(people, key=lambda who: who.name not in {"zwgk", "admin", "jiaoyu"})[:3]
    forms = {who: Forms(who, holes) for who in people}
    for place, address in enumerate(address for address in addresses() if _is_asked(address, how)):
        if not address.route.startswith("admin/"):
            _ask_in_public(address, people, each, hidden, holes)
            continue
        if not address.numbers:
            _ask_lists(address, [people[(place + 7 * step) % len(people)] for step in range(3)], hidden, holes)
            continue
        model = model_behind(address, first)
        if model is None:
            holes.unknown.add(address.route)
            continue
        if how == "short":
            for method, step in (("get", 5), ("post", 7)):
                _ask_hidden(people[place * step % len(people)], address, model, method, holes)
        elif not how:
            print(holes.asked, address.route, file=sys.stderr, flush=True)
            for who in people:
                _ask_by(who, address, model, each, hidden[who], holes)
        for who in people if how != "short" else first[: address.route in CHOOSING]:
            _fill_in(forms[who], address, model)
    return holes


def _is_asked(address: Address, how: str) -> bool:
    if not address.route.startswith("admin/"):
        return not how
    return bool(address.numbers) or not (how or address.wagtail)


def _fill_in(forms: Forms, address: Address, model: Model) -> None:
    """Send the forms of an address filled in, for a row that somebody sees."""
    for number in picked(_shown(forms.who, address, model), 1, address.route):
        for given in choices(address):
            forms.send_all(address.path(**dict.fromkeys(address.numbers, number), **given))


def _shown(who: Asker, address: Address, model: Model) -> frozenset[int]:
    """Return the rows that may be answered: those of the door; where a number names something else, what stands for it."""
    if model is Document and address.route in KNOWN:
        return frozenset(Post.objects.filter(pk__in=who.seen(Post)).values_list("document", flat=True))
    if model is not UnitPage:
        return who.seen(model)
    rows = UnitPage.objects.select_related("body")
    return frozenset(page.pk for page in rows if not check_writer(who.actor, page.body))


def _ask_hidden(who: Asker, address: Address, model: Model, method: str, holes: Holes) -> None:
    """Ask for one row that somebody does not see."""
    numbers = frozenset(model._default_manager.values_list("pk", flat=True)) - _shown(who, address, model)
    for number in picked(numbers or {NOBODY}, 1, f"{address.route}{who.name}"):
        given = choices(address)[number % len(choices(address))]
        path = address.path(**dict.fromkeys(address.numbers, number), **given)
        answer = ask(who, method, path)
        holes.asked += 1
        _note(who, address, f"{method} {path} as {who.name}: {answer.status}", answer, holes, {}, is_hidden=True)


def _ask_by(who: Asker, address: Address, model: Model, each: int, hidden: Words, holes: Holes) -> None:
    """Ask for rows that somebody sees, and rows that they do not."""
    shown, numbers = (
        _shown(who, address, model),
        frozenset(model._default_manager.values_list("pk", flat=True)),
    )
    for is_hidden, rows in ((True, numbers - shown), (False, shown)):
        for number in picked(rows, each, f"{address.route}{who.name}"):
            # Behind a row that is shown there may be rows of another one: some numbers, whatever they are of.
            inner = [1] if is_hidden or len(address.numbers) == 1 else picked(range(1, 300), 6, f"{number}")
            for given, other in product(choices(address), inner):
                others = dict.fromkeys(address.numbers[1:], other)
                path = address.path(**{address.numbers[0]: number}, **others, **given)
                for method in ("get", "post"):
                    holes.asked += 1
                    answer = ask(who, method, path)
                    line = f"{method} {path} as {who.name}: {answer.status}"
                    _note(who, address, line, answer, holes, hidden, is_hidden=is_hidden)


def _note(
    who: Asker, address: Address, line: str, answer: Answered, holes: Holes, hidden: Words, *, is_hidden: bool
) -> None:
    key = f"{address.route} {who.name}"
    if answer.status >= 500:
        holes.broke.setdefault(key, line)
    if is_hidden and answer.status not in SHUT and address.route not in OWN:
        holes.read.setdefault(key, line)
    if is_hidden and answer.writes.tables:
        holes.written.setdefault(key, f"{line} {answer.writes.tables[0]}")
    if not is_hidden and answer.status == 200 and address.numbers:
        holes.reached.add(address.route)
    if unlogged := answer.writes.unlogged:
        holes.unlogged.setdefault(key, f"{line} {unlogged}")
    for choice in answer.offered:
        holes.offered.setdefault(choice.partition(" ")[0], f"{line} {choice}")
    if answer.status == 200 and (told := standing_in(answer.text, hidden)):
        holes.leaked.setdefault(key, f"{line} tells “{told[0]}”")


def _ask_lists(address: Address, people: list[Asker], hidden: dict[Asker, Words], holes: Holes) -> None:
    """Read what takes no number, with the files and tabs that it offers: nothing in it is of a row that the door hides."""
    for who, given in product(people, choices(address)):
        waiting, known = [address.path(**given)], set[str]()
        while waiting and len(known) < MOST_VIEWS:
            path = waiting.pop(0)
            known.add(path)
            holes.asked += 1
            answer = ask(who, "get", path)
            line = f"get {path} as {who.name}: {answer.status}"
            _note(who, address, line, answer, holes, hidden[who], is_hidden=False)
            if answer.status == 200:
                holes.listed.add(address.route)
            offered = (urljoin(path, unescape(found)) for found in VIEW.findall(answer.text))
            waiting += sorted({view for view in offered if urlsplit(view).path == urlsplit(path).path} - known)


def _ask_in_public(address: Address, people: list[Asker], each: int, hidden: dict[Asker, Words], holes: Holes) -> None:
    """Count numbers up in a public address: nothing that is not public is told, whoever is signed in."""
    most = max(
        model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 1 for model in (ItemPage, Entry)
    )
    numbers = picked(range(1, most + 1), each * 4, address.route) if address.numbers else [1]
    for who in [who for who in people if who.name in {"公众", "jiandu", "caizheng"}]:
        for number in numbers:
            path = address.path(**dict.fromkeys(address.numbers, number))
            holes.asked += 1
            answer = ask(who, "get", path)
            _note(
                who,
                address,
                f"get {path} as {who.name}: {answer.status}",
                answer,
                holes,
                hidden[who],
                is_hidden=False,
            )


def main(out: str, how: str) -> None:
    """Sweep, and write what was found."""
    logging.disable(logging.CRITICAL)
    holes = sweep(int(how) if how.isdecimal() else 0, "" if how.isdecimal() else how)
    found = {name: sorted(value) if isinstance(value, set) else value for name, value in vars(holes).items()}
    Path(out).write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if sys.argv[2:] else "0")
