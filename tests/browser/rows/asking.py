"""Who asks, and what comes of it: answer, rows written, models that the door was asked for, forms that were drawn. Whatever is written is undone."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.forms import BaseForm, ModelChoiceField
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver
from wagtail.admin import urls as wagtails

from browser.rows.addresses import Model
from gongkai.core.acts import object_access
from gongkai.core.acts.actors import ANONYMOUS, Actor
from gongkai.core.acts.row_coverage import OUTSIDE_ACTION
from gongkai.core.units.access import sync_access
from gongkai.core.units.actors import get_actor
from gongkai.core.units.models import Appointment, Person, Role
from gongkai.oversight.assessment.models import Evaluator

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
#: Sessions, the log of operations, what was seen: each request writes them, whoever asks.
UNCOUNTED = re.compile(
    r'"(django_session|signin_\w+|wagtailadmin_editingsession|axes_\w+|acts_shown|reviewing_shown|wagtailadmin_formstate|acts_cover)"'
    r"|INTO intake_hit\b"
)
#: What is kept beside the log: what Wagtail's editor keeps for itself, what checks found, the number of a text, that a message was read, the key
#: of an authenticator that its owner has not confirmed yet, that a source is being read.
ASIDE = re.compile(
    r'"(wagtail\w+|checks_\w+|editions_document|outbox_message|otp_totp_totpdevice|gathering_source" SET "reading_until)"'
)
SAVEPOINT = re.compile(r'(?P<back>ROLLBACK TO )?SAVEPOINT "(?P<name>\w+)"')
#: A number that no row has.
NOBODY = 987_654_321
FROM = re.compile(r'\bFROM "(\w+)"')
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)


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
            client.get("/admin/nowhere/")  # the first request enters the groups of somebody's desk
        return client

    @cached_property
    def actor(self) -> Actor:
        """Return the actor behind the login."""
        return get_actor(self.user) if self.user is not None else ANONYMOUS

    @cache  # noqa: B019 - lives as long as the process
    def seen(self, model: Model) -> frozenset[int]:
        """Return the numbers of a model's rows that the door shows."""
        rows = object_access.VISIBLE_ROWS_BY_MODEL[model](self.actor)
        if model in object_access.VISIBILITY_CHECKS_BY_MODEL:
            return frozenset(row.pk for row in rows if object_access.VISIBILITY_CHECKS_BY_MODEL[model](self.actor, row))
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
    sync_access(Person.objects.get(pk=person.pk))  # else nobody without a post in the sample would come in
    return get_user_model().objects.get(pk=user.pk)


class Writes:
    """Counts statements that write rows which matter, and those that write the log; keeps the tables where `NOBODY` was looked for."""

    def __init__(self) -> None:
        self.tables: list[str] = []
        self.sought: set[str] = set()
        self.points: dict[str, int] = {}

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if point := SAVEPOINT.match(sql):
            if point["back"]:  # what was refused half-way is undone
                del self.tables[self.points.get(point["name"], 0) :]
            else:
                self.points[point["name"]] = len(self.tables)
        elif WRITES.match(sql) and not UNCOUNTED.search(sql) and OUTSIDE_ACTION not in map(str, params or ()):
            self.tables.append(sql[:90])
        elif str(NOBODY) in map(str, params or ()) and (asked := FROM.search(sql)):
            self.sought.add(asked[1])
        return execute(sql, params, many, context)

    @property
    def unlogged(self) -> str:
        """What was written where nothing stands in the log; empty where all of it is kept aside, or something does."""
        logged = any('"acts_movement"' in sql for sql in self.tables)
        return "" if logged else next((sql for sql in self.tables if not ASIDE.search(sql)), "")


#: A model, and those of its rows that a field offers.
Choice = tuple[Model, frozenset[int]]


@dataclass
class Answered:
    """What came: status, text, what was written, for which models the door was asked, what forms offer, and by which fields rows are chosen there."""

    status: int
    text: str
    writes: Writes
    models: list[Model]
    offered: list[str]
    choices: dict[str, Choice]


@contextmanager
def door_watched() -> Iterator[list[Model]]:
    """Keep for which models the door was asked, one after the other."""
    asked: list[Model] = []
    rows_of = object_access.visible_rows

    def watched(model: Model, user: object) -> Any:
        asked.append(model)
        return rows_of(model, user)

    object_access.visible_rows = watched  # type: ignore[assignment]
    try:
        yield asked
    finally:
        object_access.visible_rows = rows_of


#: Forms that were drawn, or asked what was sent, while somebody was answered; by their identity.
FORMS: dict[int, BaseForm] = {}
_field_of = BaseForm.__getitem__


def _noted(form: BaseForm, name: str) -> Any:
    FORMS[id(form)] = form
    return _field_of(form, name)


def watch() -> None:
    """Keep every form that is used, and draw no page for what is not there."""
    BaseForm.__getitem__ = _noted  # type: ignore[method-assign]
    URLResolver.resolve_error_handler = lambda self, kind: lambda request, exception=None: HttpResponse(status=kind)  # type: ignore[method-assign]
    # In the office Wagtail draws it, with the whole menu: two of five seconds of the short run.
    wagtails.page_not_found = lambda request, exception, template_name="": HttpResponse(status=404)


def ask(who: Asker, method: str, path: str, data: Mapping[str, object] | None = None) -> Answered:
    """Ask as somebody, and undo what was written."""
    writes, client = Writes(), who.client  # signed in before, so that the session stays
    FORMS.clear()
    with transaction.atomic():
        with connection.execute_wrapper(writes), door_watched() as watched:
            answer = client.get(path) if method == "get" else client.post(path, data or {})
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            offered = choices_drawn() if method == "get" and answer.status_code == 200 else {}
            foreign = foreign_choices(who, offered)
        transaction.set_rollback(True)
    by_name = {name: choice for (_, name), choice in offered.items()}
    return Answered(answer.status_code, text_of(body), writes, [*watched], foreign, by_name)


def choices_drawn() -> dict[tuple[str, str], Choice]:
    """Return the fields of the forms just made that choose a row: name of the form and the field, name on the page → what is offered."""
    found: dict[tuple[str, str], Choice] = {}
    for form in [*FORMS.values()]:
        for name, choice in form.fields.items():
            # The number of a row that stands in a formset is no choice: others than the formset's own are passed over.
            if not isinstance(choice, ModelChoiceField) or choice.queryset is None or name == "id":
                continue
            offered = frozenset(choice.queryset.values_list("pk", flat=True)[:5000])
            found[f"{type(form).__qualname__}.{name}", form.add_prefix(name)] = choice.queryset.model, offered
    return found


def foreign_choices(who: Asker, drawn: dict[tuple[str, str], Choice]) -> list[str]:
    """Return the fields that offer, and so accept, rows which the door does not show to somebody."""
    found = []
    for (field, _), (model, offered) in drawn.items():
        if model not in object_access.VISIBLE_ROWS_BY_MODEL:
            if offered:
                found.append(f"{field} offers {model._meta.label}, []")
        elif foreign := offered - who.seen(model):
            found.append(f"{field} offers {model._meta.label} {sorted(foreign)[:3]}")
    return found


def text_of(body: bytes) -> str:
    """Return the words of an answer; of a spreadsheet or a document those of its parts."""
    if body[:2] != b"PK":
        return body.decode("utf-8", "ignore")
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        return "".join(parts.read(name).decode("utf-8", "ignore") for name in parts.namelist() if name.endswith(".xml"))
