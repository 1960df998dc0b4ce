"""Who reads and writes rows by counting up numbers: every address that takes one, each login, rows of one's own and of every other unit.

Run in a process of its own on a small sample city, of which it makes a copy (`test_addresses.py`). It walks the resolver, Wagtail's addresses and
the public's among it, finds out for which model the door is asked behind each number (`door_watched`), and asks for rows that a login sees and
rows that it does not, reading and sending. What `acts.door` shows nobody may be answered or changed; what is answered may not hold words that
stand in hidden rows alone; what is changed stands in the log.

    GONGKAI_DATA=/tmp/city python tests/browser/rows.py OUT.json [short|N]     N rows of each kind for a login and an address; without it all
"""

import io
import json
import logging
import os
import re
import sqlite3
import sys
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import product
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    _copy = Path(tempfile.mkdtemp(prefix="gongkai-rows-"))
    _source = Path(os.environ["GONGKAI_DATA"])
    with (
        sqlite3.connect(_source / "gongkai.sqlite3") as _from,
        sqlite3.connect(_copy / "gongkai.sqlite3") as _to,
    ):
        _from.backup(_to)
    for _name in ("secret_key", "keys", "keys.json", "files"):
        if (_source / _name).exists():
            (_copy / _name).symlink_to((_source / _name).resolve())
    os.environ["GONGKAI_DATA"] = str(_copy)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.config.settings")
os.environ |= {"GONGKAI_SECOND_FACTOR": "off", "GONGKAI_HOSTS": "testserver", "GONGKAI_API_RATE": "1000000"}

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.forms import BaseForm, ModelChoiceField  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import URLPattern, URLResolver, get_resolver  # noqa: E402

from gongkai.acts import door  # noqa: E402
from gongkai.acts.actors import ANONYMOUS, Actor  # noqa: E402
from gongkai.acts.covering import OUTSIDE  # noqa: E402
from gongkai.assessment.models import Evaluator  # noqa: E402
from gongkai.editions.models import Document  # noqa: E402
from gongkai.editions.rules import writes  # noqa: E402
from gongkai.editions.sources import _FINDERS, source_named  # noqa: E402
from gongkai.ledger.models import Entry  # noqa: E402
from gongkai.newmedia.models import Post  # noqa: E402
from gongkai.packages.models import Package  # noqa: E402
from gongkai.publishing.models import ItemPage, UnitPage  # noqa: E402
from gongkai.units.actors import actor_of  # noqa: E402
from gongkai.units.models import Appointment, Body, Person, Role  # noqa: E402

Model = type[models.Model]
#: Words by what they begin with.
Words = Mapping[str, frozenset[str]]

#: What each login is to the education bureau, whose rows the sample has most of; the last two hold no post and no login.
LOGINS = (
    *("jiaoyu", "jiaoyu-sh", "jiaoyu-qf", "jiaoyu-ld", "caizheng", "zfb-sh"),
    *("zwgk", "shizhang", "qingxi", "jiandu", "admin", "baomi"),
)
#: Posts without a login in the sample, by name of the unit and role: they get one.
POSTS = (
    ("云岭市城市管理局", Role.CLERK),
    ("云岭市民政局", Role.LEAD),
    ("青溪县财政局", Role.CLERK),
    ("青溪县教育局", Role.LEAD),
)
#: Numbers of these routes are of a model that the door is not asked for at first.
KNOWN: dict[str, Model] = {
    "admin/ledger/<int:pk>/": Entry,
    "admin/ledger/<int:pk>/beside/": Entry,
    "admin/ledger/<int:pk>/act/<str:name>/": Entry,
    "admin/newmedia/documents/<number:number>/": Document,
    "admin/packages/<int:number>/": Package,
    "admin/publishing/new/<int:body>/": Body,
}
#: A number of one's own that no model has: Wagtail ends the asker's own editing session, whatever number it is.
OWN = {"admin/editing-sessions/release/<int:session_id>/"}
#: What is done with a source that is no item: each kind has rows of its own.
SOURCES = "admin/publishing/sources/<slug:name>/<int:number>/"
#: What stands in an address beside numbers, where it is not tried from a page.
PARTS = {
    "app_label": "publishing",
    "content_type_app_name": "publishing",
    "content_type_app_label": "publishing",
    "model_name": "itempage",
    "content_type_model_name": "itempage",
    "digest": "0" * 64,
    "suffix": "docx",
    "form": "docx",
    "at": "1",
    "page": "1",
    "which": "original",
    "uuid": "00000000-0000-0000-0000-000000000000",
}
CHOICES = {
    "verb": ("open", "save", "close", "pull", "place"),
    "kind": ("reply", "sheet"),
    "what": ("training", "talks", "site", "page", "message"),
    "name": ("announcement", "item", "comment"),
}
#: Sessions, the log of operations, what was seen: each request writes them, whoever asks.
UNCOUNTED = re.compile(
    r'"(django_session|signin_\w+|wagtailadmin_editingsession|axes_\w+|acts_shown|reviewing_shown|intake_hit|wagtailadmin_formstate|acts_cover)"'
)
#: What is kept beside the log: what Wagtail's editor keeps for itself, what checks found, the number of a text, that a message was read.
ASIDE = re.compile(r'"(wagtail\w+|checks_\w+|editions_document|outbox_message)"')
SAVEPOINT = re.compile(r'(?P<back>ROLLBACK TO )?SAVEPOINT "(?P<name>\w+)"')
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
#: Answers that show nothing.
SHUT = frozenset({301, 302, 400, 403, 404, 405, 410, 429})


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
    unknown: set[str] = field(default_factory=set)
    reached: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Address:
    """An address of the resolver: its route, the names and kinds of what stands in it, in order."""

    route: str
    shape: str
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    wagtail: bool
    model: Model | None = None

    def path(self, **given: object) -> str:
        """Return it filled in."""
        path = self.shape
        for name in self.names:
            path = path.replace(f"{{{name}}}", str(given.get(name, PARTS.get(name, "x"))), 1)
        return "/" + path


_PART = re.compile(
    r"\(\?P<(?P<group>\w+)>(?P<inner>(?:\([^()]*\)|\[[^\]]*\]|[^()\[\]])*)\)|<(?:(?P<kind>\w+):)?(?P<name>\w+)>"
)


def addresses() -> Iterator[Address]:
    """Yield every address that takes a number, a name or a key."""

    def walk(resolver: URLResolver, before: str) -> Iterator[tuple[str, URLPattern]]:
        for pattern in resolver.url_patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, route)
            else:
                yield route, pattern

    for route, pattern in walk(get_resolver(), ""):
        parts = [*_PART.finditer(route)]
        wagtail = pattern.callback.__module__.startswith("wagtail.")
        if parts:
            shape = _PART.sub(lambda part: f"{{{part['group'] or part['name']}}}", route)
            shape = re.sub(r"\\Z|[\^$]", "", shape).replace("\\.", ".").replace("\\", "")
            names = tuple(part["group"] or part["name"] for part in parts)
            numbers = tuple(
                part["group"] or part["name"] for part in parts if _is_number(part, wagtail=wagtail)
            )
            if route == SOURCES:
                yield from (
                    Address(route, shape.replace("{name}", name), ("number",), numbers, wagtail, model)
                    for name, model in source_models()
                )
            else:
                yield Address(route, shape, names, numbers, wagtail)


def source_models() -> Iterator[tuple[str, Model]]:
    """Yield the kinds of sources that the sample has rows of."""
    for name in sorted(_FINDERS):
        found = next(filter(None, (source_named(f"{name}/{number}") for number in range(1, 400))), None)
        if isinstance(found, models.Model):
            yield name, type(found)


def _is_number(part: re.Match[str], *, wagtail: bool) -> bool:
    """Whether a part of a route is a number; Wagtail takes those of rows as words, too."""
    if part["group"]:
        return bool(re.match(r"\\d|\[0-9\]|\[1-9\]", part["inner"]))
    return part["kind"] in {"int", "number"} or (wagtail and part["name"] in {"pk", "object_id"})


@dataclass
class Asker:
    """Somebody who asks: the login, and what the door shows them."""

    name: str
    user: Any

    @cached_property
    def client(self) -> Client:
        """Return the browser, signed in."""
        client = Client(raise_request_exception=False)
        if self.user is not None:
            client.force_login(self.user, backend="django.contrib.auth.backends.ModelBackend")
            client.get("/admin/")  # the first page enters the groups that go with somebody's posts
        return client

    @cached_property
    def actor(self) -> Actor:
        """Return the actor behind the login."""
        return actor_of(self.user) if self.user is not None else ANONYMOUS

    @cache  # noqa: B019 - lives as long as the process
    def seen(self, model: Model) -> frozenset[int]:
        """Return the numbers of a model's rows that the door shows."""
        rows = door.ROWS[model](self.actor)
        if model in door.JUDGES:
            return frozenset(row.pk for row in rows if door.JUDGES[model](self.actor, row))
        return frozenset(rows.values_list("pk", flat=True))

    def __hash__(self) -> int:
        return hash(self.name)


def askers() -> list[Asker]:
    """Return who asks; posts that have no login get one."""
    users = get_user_model()
    found = [Asker(name, users.objects.get(username=name)) for name in LOGINS]
    for body, role in POSTS:
        post = Appointment.objects.filter(body__name=body, role=role).select_related("person").first()
        assert post is not None, (body, role)
        found.append(Asker(f"{body[-6:]}{role.label}", _login(post.person)))
    evaluator = Evaluator.objects.select_related("person__user").first()
    if evaluator is not None:
        found.append(Asker("第三方评估人员", _login(evaluator.person)))
    found += [Asker("没有任职", _login(Person.objects.create(name="没有任职"))), Asker("公众", None)]
    return found


def _login(person: Person) -> Any:
    user = person.user or get_user_model().objects.create_user(f"p{person.pk}", password=None)
    Person.objects.filter(pk=person.pk).update(user=user, must_change_password=False, vouched=True)
    return get_user_model().objects.get(pk=user.pk)


class Writes:
    """Counts statements that write rows which matter, and those that write the log."""

    def __init__(self) -> None:
        self.tables: list[str] = []
        self.points: dict[str, int] = {}

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if point := SAVEPOINT.match(sql):
            if point["back"]:  # what was refused half-way is undone
                del self.tables[self.points.get(point["name"], 0) :]
            else:
                self.points[point["name"]] = len(self.tables)
        elif WRITES.match(sql) and not UNCOUNTED.search(sql) and OUTSIDE not in map(str, params or ()):
            self.tables.append(sql[:90])
        return execute(sql, params, many, context)

    @property
    def unlogged(self) -> str:
        """What was written where nothing stands in the log; empty where all of it is kept aside, or something does."""
        logged = any('"acts_movement"' in sql for sql in self.tables)
        return "" if logged else next((sql for sql in self.tables if not ASIDE.search(sql)), "")


@dataclass
class Answered:
    """What came: status, text, what was written, for which models the door was asked."""

    status: int
    text: str
    writes: Writes
    models: list[Model]
    offered: list[str]


#: A number that no row has.
NOBODY = 987_654_321


@contextmanager
def door_watched() -> Iterator[list[Model]]:
    """Keep for which models the door was asked, one after the other."""
    asked: list[Model] = []
    rows_of = door.rows_of

    def watched(model: Model, user: object) -> Any:
        asked.append(model)
        return rows_of(model, user)

    door.rows_of = watched  # type: ignore[assignment]
    try:
        yield asked
    finally:
        door.rows_of = rows_of


#: Forms that were drawn, or asked what was sent, while somebody was answered; by their identity.
FORMS: dict[int, BaseForm] = {}
_field_of = BaseForm.__getitem__


def _noted(form: BaseForm, name: str) -> Any:
    FORMS[id(form)] = form
    return _field_of(form, name)


def watch() -> None:
    """Keep every form that is used, and draw no page for what is not there."""
    BaseForm.__getitem__ = _noted  # type: ignore[method-assign]
    URLResolver.resolve_error_handler = lambda self, kind: (
        lambda request, exception=None: HttpResponse(status=kind)
    )  # type: ignore[method-assign]


def ask(who: Asker, method: str, path: str, data: dict[str, object] | None = None) -> Answered:
    """Ask as somebody, and undo what was written."""
    writes, client = Writes(), who.client  # signed in before, so that the session stays
    FORMS.clear()
    with transaction.atomic():
        with connection.execute_wrapper(writes), door_watched() as watched:
            answer = client.get(path) if method == "get" else client.post(path, data or {})
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            offered = foreign_choices(who) if method == "get" and answer.status_code == 200 else []
        transaction.set_rollback(True)
    return Answered(answer.status_code, text_of(body), writes, [*watched], offered)


def foreign_choices(who: Asker) -> list[str]:
    """Return the fields of the forms just made that offer, and so accept, rows which the door does not show to somebody."""
    found = []
    for form in [*FORMS.values()]:
        for name, choice in form.fields.items():
            # The number of a row that stands in a formset is no choice: others than the formset's own are passed over.
            if not isinstance(choice, ModelChoiceField) or choice.queryset is None or name == "id":
                continue
            model = choice.queryset.model
            offered = frozenset(choice.queryset.values_list("pk", flat=True)[:5000])
            if model not in door.ROWS:
                if offered:
                    found.append(f"{type(form).__qualname__}.{name} offers {model._meta.label}, []")
            elif foreign := offered - who.seen(model):
                found.append(
                    f"{type(form).__qualname__}.{name} offers {model._meta.label} {sorted(foreign)[:3]}"
                )
    return found


def text_of(body: bytes) -> str:
    """Return the words of an answer; of a spreadsheet or a document those of its parts."""
    if body[:2] != b"PK":
        return body.decode("utf-8", "ignore")
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        return "".join(
            parts.read(name).decode("utf-8", "ignore") for name in parts.namelist() if name.endswith(".xml")
        )


#: Fields whose words are told from others': too short ones stand everywhere.
SHORTEST, LONGEST = 16, 80


@cache
def words_of(model: Model) -> dict[int, frozenset[str]]:
    """Return by row the words that it alone may hold."""
    fields = [
        f.attname
        for f in model._meta.concrete_fields
        if type(f) in {models.CharField, models.TextField} and not f.choices
    ]
    found: dict[int, frozenset[str]] = {}
    for pk, *values in model._default_manager.values_list("pk", *fields):
        found[pk] = frozenset(
            v[:LONGEST] for v in values if isinstance(v, str) and len(v) >= SHORTEST and v.isascii() is False
        )
    return found


@cache
def parts_of(model: Model) -> list[tuple[Model, dict[int, int]]]:
    """Return the models whose rows are part of a model's (measures of a notice), with the row that each belongs to."""
    return [
        (link.related_model, dict(link.related_model._default_manager.values_list("pk", link.field.attname)))
        for link in model._meta.related_objects
        if link.related_model not in door.ROWS and link.related_model._meta.app_label == model._meta.app_label
    ]


#: Rows whose words are told for another reason than the row: logs, messages to oneself.
NO_SECRET = {
    *("outbox.Message", "signin.Operation", "editions.Column", "editions.Website"),
    *("units.Body", "units.Office", "units.Alias", "units.UnitGroup"),
}


def standing_in(text: str, words: Words) -> list[str]:
    """Return those of some words, by their beginnings, that stand in a text."""
    begun = words.keys() & {text[at : at + SHORTEST] for at in range(len(text) - SHORTEST + 1)}
    return sorted(word for beginning in begun for word in words[beginning] if word in text)


def by_beginning(words: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return words by what they begin with."""
    found: dict[str, set[str]] = defaultdict(set)
    for word in words:
        found[word[:SHORTEST]].add(word)
    return {beginning: frozenset(same) for beginning, same in found.items()}


def hidden_words(who: Asker, public: str) -> Words:
    """Return words that stand in rows hidden from somebody, and neither in one that they see nor in what is public."""
    hidden: set[str] = set()
    seen: set[str] = set()
    for model in door.ROWS:
        if model._meta.label in NO_SECRET:
            continue
        visible = who.seen(model)
        for pk, words in words_of(model).items():
            (seen if pk in visible else hidden).update(words)
        for part, owner in parts_of(model):
            for pk, words in words_of(part).items():
                if owner.get(pk) in visible:
                    seen.update(words)
    only = by_beginning(hidden - seen)
    told = standing_in("\n".join(seen) + public, only)
    return by_beginning(hidden - seen - {*told})


def public_words() -> str:
    """Return all that editions say, and the names of units."""
    from gongkai.editions.models import EditionContent

    rows = [" ".join(map(str, row)) for row in EditionContent.objects.values_list("title", "html", "facts")]
    return "\n".join([*rows, *Body.objects.values_list("name", flat=True)])


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
                    if model in door.ROWS:
                        return model
    return None


def choices(address: Address) -> list[dict[str, str]]:
    """Return what may stand in an address beside its numbers."""
    names = [name for name in address.names if name in CHOICES and name not in address.numbers]
    return [{names[0]: part} for part in CHOICES[names[0]]] if names else [{}]


def picked(rows: Iterable[int], each: int, salt: str) -> list[int]:
    """Return so many rows, spread over all of them, other ones for each address: always the same for the same rows."""
    ordered = sorted(rows)
    if not each or len(ordered) <= each:
        return ordered
    start = sum(map(ord, salt)) % len(ordered)
    step = max(1, len(ordered) // each)
    return [ordered[(start + place * step) % len(ordered)] for place in range(each)]


def sweep(each: int, *, short: bool = False) -> Holes:
    """Ask for everything by everybody; shortly, for hidden rows alone, by two logins for an address, the one reading and the other sending."""
    watch()
    people, holes, public = askers(), Holes(), "" if short else public_words()
    hidden = {who: {} if short else hidden_words(who, public) for who in people}
    every = [address for address in addresses() if address.numbers or not address.route.startswith("admin/")]
    first = sorted(people, key=lambda who: who.name not in {"zwgk", "admin", "jiaoyu"})[:3]
    for place, address in enumerate(every):
        if not address.route.startswith("admin/"):
            if not short:
                _ask_in_public(address, people, each, hidden, holes)
            continue
        model = model_behind(address, first)
        if model is None:
            holes.unknown.add(address.route)
        elif short:
            for method, step in (("get", 5), ("post", 7)):
                _ask_hidden(people[place * step % len(people)], address, model, method, holes)
        else:
            print(holes.asked, address.route, file=sys.stderr, flush=True)
            for who in people:
                _ask_by(who, address, model, each, hidden[who], holes)
    return holes


def _shown(who: Asker, address: Address, model: Model) -> frozenset[int]:
    """Return the rows that may be answered: those of the door; where a number names something else, what stands for it."""
    if model is Document and address.route in KNOWN:
        return frozenset(Post.objects.filter(pk__in=who.seen(Post)).values_list("document", flat=True))
    if model is not UnitPage:
        return who.seen(model)
    rows = UnitPage.objects.select_related("body")
    return frozenset(page.pk for page in rows if not writes(who.actor, page.body))


def _ask_hidden(who: Asker, address: Address, model: Model, method: str, holes: Holes) -> None:
    """Ask for one row that somebody does not see."""
    numbers = frozenset(model._default_manager.values_list("pk", flat=True)) - _shown(who, address, model)
    for number in picked(numbers or {NOBODY}, 1, f"{address.route}{who.name}"):
        given = choices(address)[number % len(choices(address))]
        path = address.path(**dict.fromkeys(address.numbers, number), **given)
        answer = ask(who, method, path)
        holes.asked += 1
        _note(
            who, address, f"{method} {path} as {who.name}: {answer.status}", answer, holes, {}, is_hidden=True
        )


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
    if not is_hidden and answer.status == 200:
        holes.reached.add(address.route)
    if unlogged := answer.writes.unlogged:
        holes.unlogged.setdefault(key, f"{line} {unlogged}")
    for choice in answer.offered:
        holes.offered.setdefault(choice.partition(" ")[0], f"{line} {choice}")
    if answer.status == 200 and (told := standing_in(answer.text, hidden)):
        holes.leaked.setdefault(key, f"{line} tells “{told[0]}”")


def _ask_in_public(
    address: Address, people: list[Asker], each: int, hidden: dict[Asker, Words], holes: Holes
) -> None:
    """Count numbers up in a public address: nothing that is not public is told, whoever is signed in."""
    most = max(
        model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 1
        for model in (ItemPage, Entry)
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


def main(out: str, each: int, *, short: bool) -> None:
    """Sweep, and write what was found."""
    logging.disable(logging.CRITICAL)
    holes = sweep(each, short=short)
    found = {name: sorted(value) if isinstance(value, set) else value for name, value in vars(holes).items()}
    Path(out).write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    how = sys.argv[2] if sys.argv[2:] else "0"
    main(sys.argv[1], 0 if how == "short" else int(how), short=how == "short")
