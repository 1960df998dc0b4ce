"""Send requests as each login and record the answer: rows written, models checked by object access, forms rendered. All writes are rolled back."""

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

#: Logins with different relations to the education bureau, which has most rows of the sample; the last two have no post.
LOGINS = (
    *("jiaoyu", "jiaoyu-sh", "jiaoyu-qf", "jiaoyu-ld", "caizheng", "zfb-sh"),
    *("zwgk", "shizhang", "qingxi", "jiandu", "admin", "baomi"),
)
#: Posts without a login in the sample city, by unit and role: they get one.
POSTS_WITHOUT_LOGIN = (
    ("云岭市城市管理局", Role.CLERK),
    ("云岭市民政局", Role.LEAD),
    ("青溪县财政局", Role.CLERK),
    ("青溪县教育局", Role.LEAD),
)
#: Sessions, the operation log and read receipts: each request writes them.
IGNORED_TABLES = re.compile(
    r'"(django_session|signin_\w+|wagtailadmin_editingsession|axes_\w+|acts_shown|reviewing_shown|wagtailadmin_formstate|acts_cover)"'
    r"|INTO intake_hit\b"
)
#: Writes that need no log record: data of Wagtail's editor, results of checks, document numbers, read marks of messages, the key
#: of an unconfirmed authenticator, the lock of a source that is being read.
UNLOGGED_TABLES = re.compile(
    r'"(wagtail\w+|checks_\w+|editions_document|outbox_message|otp_totp_totpdevice|gathering_source" SET "reading_until)"'
)
SAVEPOINT = re.compile(r'(?P<back>ROLLBACK TO )?SAVEPOINT "(?P<name>\w+)"')
#: Primary key that no row has.
UNUSED_KEY = 987_654_321
FROM_TABLE = re.compile(r'\bFROM "(\w+)"')
WRITE_STATEMENT = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)


@dataclass
class Requester:
    """A login that sends requests, with its visible rows."""

    name: str
    user: Any

    @cached_property
    def client(self) -> Client:
        """Return a test client that is signed in."""
        client = Client(raise_request_exception=False)
        if self.user is not None:
            client.force_login(self.user, backend="django.contrib.auth.backends.ModelBackend")
            client.get("/admin/nowhere/")  # the first request sets the groups of the user's home page
        return client

    @cached_property
    def actor(self) -> Actor:
        """Return the actor of the login."""
        return get_actor(self.user) if self.user is not None else ANONYMOUS

    @cache  # noqa: B019 - lives as long as the process
    def seen(self, model: Model) -> frozenset[int]:
        """Return the primary keys of a model's visible rows."""
        rows = object_access.VISIBLE_ROWS_BY_MODEL[model](self.actor)
        if model in object_access.VISIBILITY_CHECKS_BY_MODEL:
            return frozenset(row.pk for row in rows if object_access.VISIBILITY_CHECKS_BY_MODEL[model](self.actor, row))
        return frozenset(rows.values_list("pk", flat=True))

    def __hash__(self) -> int:
        return hash(self.name)


def list_requesters() -> list[Requester]:
    """Return all requesters; posts without a login get one."""
    users = get_user_model()
    found = [Requester(name, users.objects.get(username=name)) for name in LOGINS]
    for body, role in POSTS_WITHOUT_LOGIN:
        post = Appointment.objects.filter(body__name=body, role=role).select_related("person").first()
        assert post is not None, (body, role)
        found.append(Requester(f"{body[-6:]}{role.label}", _get_login(post.person)))
    evaluator = Evaluator.objects.select_related("person__user").first()
    if evaluator is not None:
        found.append(Requester("第三方评估人员", _get_login(evaluator.person)))
    found += [Requester("没有任职", _get_login(Person.objects.create(name="没有任职"))), Requester("公众", None)]
    return found


def _get_login(person: Person) -> Any:
    user = person.user or get_user_model().objects.create_user(f"p{person.pk}", password=None)
    Person.objects.filter(pk=person.pk).update(user=user, must_change_password=False, vouched=True)
    sync_access(Person.objects.get(pk=person.pk))  # users without a post could not sign in otherwise
    return get_user_model().objects.get(pk=user.pk)


class WriteRecorder:
    """Record statements that write relevant rows or the log, and the tables in which `UNUSED_KEY` was looked up."""

    def __init__(self) -> None:
        self.tables: list[str] = []
        self.sought: set[str] = set()
        self.points: dict[str, int] = {}

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if point := SAVEPOINT.match(sql):
            if point["back"]:  # a refused action was rolled back
                del self.tables[self.points.get(point["name"], 0) :]
            else:
                self.points[point["name"]] = len(self.tables)
        elif (
            WRITE_STATEMENT.match(sql)
            and not IGNORED_TABLES.search(sql)
            and OUTSIDE_ACTION not in map(str, params or ())
        ):
            self.tables.append(sql[:90])
        elif str(UNUSED_KEY) in map(str, params or ()) and (asked := FROM_TABLE.search(sql)):
            self.sought.add(asked[1])
        return execute(sql, params, many, context)

    @property
    def unlogged(self) -> str:
        """Return the first write of a request that logged nothing, or ""; `UNLOGGED_TABLES` do not count."""
        logged = any('"acts_movement"' in sql for sql in self.tables)
        return "" if logged else next((sql for sql in self.tables if not UNLOGGED_TABLES.search(sql)), "")


#: A model, and the primary keys that a field offers.
RowChoice = tuple[Model, frozenset[int]]


@dataclass
class RecordedAnswer:
    """The answer to a request: status, text, writes, models checked, hidden rows offered, and row choices by field."""

    status: int
    text: str
    writes: WriteRecorder
    models: list[Model]
    offered: list[str]
    choices: dict[str, RowChoice]


@contextmanager
def record_object_access() -> Iterator[list[Model]]:
    """Record the models that object access is asked for, in order."""
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


#: Forms that were rendered or validated during a request, by id.
USED_FORMS: dict[int, BaseForm] = {}
_field_of = BaseForm.__getitem__


def _record_form(form: BaseForm, name: str) -> Any:
    USED_FORMS[id(form)] = form
    return _field_of(form, name)


def install_recorders() -> None:
    """Record every form that is used, and render no page for errors."""
    BaseForm.__getitem__ = _record_form  # type: ignore[method-assign]
    URLResolver.resolve_error_handler = lambda self, kind: lambda request, exception=None: HttpResponse(status=kind)  # type: ignore[method-assign]
    # Wagtail renders this page with the whole menu: two of five seconds of the short run.
    wagtails.page_not_found = lambda request, exception, template_name="": HttpResponse(status=404)


def send_request(who: Requester, method: str, path: str, data: Mapping[str, object] | None = None) -> RecordedAnswer:
    """Send a request and roll back its writes."""
    writes, client = WriteRecorder(), who.client  # sign in before the transaction, so that the session stays
    USED_FORMS.clear()
    with transaction.atomic():
        with connection.execute_wrapper(writes), record_object_access() as watched:
            answer = client.get(path) if method == "get" else client.post(path, data or {})
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            offered = collect_row_choices() if method == "get" and answer.status_code == 200 else {}
            foreign = find_hidden_choices(who, offered)
        transaction.set_rollback(True)
    by_name = {name: choice for (_, name), choice in offered.items()}
    return RecordedAnswer(answer.status_code, extract_text(body), writes, [*watched], foreign, by_name)


def collect_row_choices() -> dict[tuple[str, str], RowChoice]:
    """Return the fields of the recorded forms that choose a row: form and field name, HTML name → rows offered."""
    found: dict[tuple[str, str], RowChoice] = {}
    for form in [*USED_FORMS.values()]:
        for name, choice in form.fields.items():
            # The primary key in a formset is no choice: a formset ignores rows that are not its own.
            if not isinstance(choice, ModelChoiceField) or choice.queryset is None or name == "id":
                continue
            offered = frozenset(choice.queryset.values_list("pk", flat=True)[:5000])
            found[f"{type(form).__qualname__}.{name}", form.add_prefix(name)] = choice.queryset.model, offered
    return found


def find_hidden_choices(who: Requester, drawn: dict[tuple[str, str], RowChoice]) -> list[str]:
    """Return the fields that offer, and so accept, rows that are hidden from a requester."""
    found = []
    for (field, _), (model, offered) in drawn.items():
        if model not in object_access.VISIBLE_ROWS_BY_MODEL:
            if offered:
                found.append(f"{field} offers {model._meta.label}, []")
        elif foreign := offered - who.seen(model):
            found.append(f"{field} offers {model._meta.label} {sorted(foreign)[:3]}")
    return found


def extract_text(body: bytes) -> str:
    """Return the text of an answer; for a spreadsheet or a document, the text of its parts."""
    if body[:2] != b"PK":
        return body.decode("utf-8", "ignore")
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        return "".join(parts.read(name).decode("utf-8", "ignore") for name in parts.namelist() if name.endswith(".xml"))
