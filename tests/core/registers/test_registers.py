"""Rules for every register: no row is lost between pages, exports equal lists, forms follow actions."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from datetime import date, datetime
from decimal import Decimal
from inspect import signature
from io import BytesIO
from typing import Any, get_args, get_type_hints

import pytest
from django.contrib.auth import get_user
from django.db import models
from django.http import QueryDict
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.urls import get_resolver
from django.utils import timezone
from django_filters import ChoiceFilter, ModelChoiceFilter
from openpyxl import load_workbook

from factories.ledger import EntryFactory
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.editions.models import Audience, Document, Edition, Erasure, Shelf, Website
from gongkai.content.migration.models import MoveRun
from gongkai.content.policies.models import PolicyRecord, Span, Upload, UpperLibrary
from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.ledger.forms import ENTRY_FORMS_BY_ACTION, EntryActionForm
from gongkai.core.ledger.models import Entry, Rectification
from gongkai.core.registers.filters import RowFilter
from gongkai.core.registers.register import Register, map_declared_registers
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.core.widgets import paging
from gongkai.oversight.gathering.models import Source
from gongkai.oversight.inspection.models import InspectionRun
from gongkai.work.consultation.models import Firm, Inquiry, PolicyPush
from gongkai.work.notices.models import Assignment, Duty, Measure

pytestmark = pytest.mark.django_db
_ = get_resolver().url_patterns  # rooms declare their registers where they name their addresses
DECLARED = map_declared_registers()
PER_PAGE = 2
#: The register whose pages, export and empty list are fully checked; other templates extend its template.
FULLY_CHECKED = "newmedia.index"
#: The register without a list.
WITHOUT_LIST = "launch.launch"


def make_inquiry_entry(number: int, body: Body) -> Entry:
    """Return the entry of an answered inquiry with its own title."""
    return EntryFactory(kind="inquiry", body=body, state="answered", title=f"留言{number}")


def make_task_and_duty(number: int, body: Body) -> dict[str, object]:
    """Return a task and its publication duty."""
    task: Any = make_row(Assignment, number, body)
    return {"assignment": task, "duty": Duty.objects.create(measure=task.measure, position=1, text=f"要求{number}")}


def shelve(document: Any) -> Any:
    """Make a document public by its shelf row."""
    now = timezone.now()
    Shelf.objects.create(
        website=make_row(Website, document.pk, document.body),
        document=document,
        edition=make_row(Edition, 1000 + document.pk, document.body),
        body=document.body,
        path=f"/{document.pk}",
        published_at=now,
        from_at=now,
        audience=Audience.ALL,
    )
    return document


#: Fields that rows of some models or registers need to appear in their list.
EXTRA_FIELDS: dict[str, Callable[[int, Body], dict[str, object]]] = {
    "assessment.Round": lambda number, body: {"state": "planned"},
    "consultation.rounds": lambda number, body: {"kind": "tidying", "year": timezone.localdate().year},
    "assessment.Scheme": lambda number, body: {"state": "in_force"},
    "directory.Followup": lambda number, body: {"entry": EntryFactory(kind="followup", body=body)},
    "gathering.source_entries": lambda number, body: {"source": Source.objects.first() or make_row(Source, 1, body)},
    "inspection.SiteFinding": lambda number, body: {
        "run": InspectionRun.objects.first() or make_row(InspectionRun, 1, body),
        "kind": "note",
    },
    "interpretation.Owed": lambda number, body: {
        "entry": EntryFactory(kind="interpretation", body=body, title=f"解读{number}"),
        "document": make_row(Document, number, body),
    },
    "interpretation.undecided": lambda number, body: {"kind": "policy", "published_at": timezone.now()},
    "interpretation.Interpretation": lambda number, body: {
        "item_id": number,
        "document": shelve(make_row(Document, number, body)),
    },
    "interpretation.Plan": lambda number, body: {"item_id": number, "ordered": ["text"]},
    "interpretation.PlannedRelease": lambda number, body: {
        "entry": EntryFactory(kind="press_plan", body=body, year=timezone.localdate().year, title=f"发布{number}")
    },
    "consultation.coverage": lambda number, body: {"document": make_row(Document, number, body)},
    "consultation.ExchangeOrder": lambda number, body: {"inquiry": make_row(Inquiry, number, body)},
    "consultation.Use": lambda number, body: {"way": "given", "rank": None},
    "consultation.results": lambda number, body: {"entry": make_inquiry_entry(number, body), "category": "suggestion"},
    "consultation.Inquiry": lambda number, body: {"entry": make_inquiry_entry(number, body), "may_publish": True},
    "policies.missing": lambda number, body: {"kind": "policy", "item_number": number, "published_at": timezone.now()},
    "policies.placed": lambda number, body: {"body": body, "level": "normative"},
    "policies.Relation": lambda number, body: {
        "kind": "basis",
        "cited": "",
        "record": make_row(PolicyRecord, number, body),
        "target": make_row(PolicyRecord, number + 100, body),
    },
    "ledger.Entry": lambda number, body: {"kind": "rectification", "year": timezone.localdate().year - 1},
    "editions.Document": lambda number, body: {"standing": "in_force"},
    "outbox.Gateway": lambda number, body: {"name": f"渠道{number}", "kind": "hook", "secrets": "{}"},
    "migration.MoveRow": lambda number, body: {
        "run": (run := make_row(MoveRun, number, body)),
        "website": run.website,  # type: ignore[attr-defined]
    },
    "newmedia.Account": lambda number, body: {"state": "open"},
    "newmedia.Post": lambda number, body: {"site_body": body},
    "notices.lookback": lambda number, body: {
        "kind": "assignment",
        "year": timezone.localdate().year - 1,
        "title": f"任务{number}",
    },
    "notices.Assignment": lambda number, body: {
        "measure": (measure := make_row(Measure, number, body)),
        "notice": measure.notice,  # type: ignore[attr-defined]
        "entry": EntryFactory(kind="assignment", body=body, title=f"任务{number}"),
    },
    "notices.Carry": lambda number, body: {"target": make_row(Assignment, number + 100, body)},
    "notices.Upward": lambda number, body: {
        "entry": EntryFactory(kind="upward", body=body, year=timezone.localdate().year, title=f"报送{number}")
    },
    "inspection.DutyVerdict": lambda number, body: make_task_and_duty(number, body) | {"result": "missing"},
    "inspection.DutyChange": lambda number, body: make_task_and_duty(number, body) | {"result": "met"},
    "opinion.OpinionCase": lambda number, body: {
        "entry": EntryFactory(kind="opinion", body=body, title=f"舆情{number}")
    },
    "opinion.Promise": lambda number, body: {
        "entry": EntryFactory(kind="promise", body=body, state="registered", title=f"承诺{number}")
    },
    "units.Body": lambda number, body: {"parent": body.parent},
    "requests.dispute_rows": lambda number, body: {"kind": "review", "mistaken": ""},
    "requests.Fee": lambda number, body: {"cleared_on": timezone.localdate()},
    "requests.Request": lambda number, body: {"entry": EntryFactory(kind="request", body=body)},
    "participation.Decision": lambda number, body: {
        "entry": EntryFactory(kind="decision", body=body, title=f"决策{number}")
    },
    "platform.Upkeep": lambda number, body: {"website": make_row(Website, number, body)},
}
RELATED_ROWS: dict[str, Callable[[Any], object]] = {
    "interpretation.undecided": shelve,
    "editions.Document": lambda row: PolicyPush.objects.create(
        document=row, letter_key=f"k{row.pk}", firm=make_row(Firm, row.pk, row.body)
    ),
    "editions.Edition": lambda row: Erasure.objects.create(edition=row, basis="个人信息", by="甲"),
    "notices.unstaffed": lambda row: EntryFactory(kind="assignment", body=row, state="open"),
    "policies.placed": lambda row: Upload.objects.create(
        record=row,
        library=UpperLibrary.objects.first() or make_row(UpperLibrary, 1, row.body.parent),
        on=timezone.localdate(),
        standing="in_force",
    ),
    "policies.Relation": lambda row: Span.objects.filter(record=row.target).update(state="repealed"),
    "ledger.Entry": lambda row: (
        row.kind == "rectification" and Rectification.objects.create(entry=row, ordered_by=row.body, what="问题")
    ),
}


#: Registers that the 政务公开办 cannot read, with a role that can.
READERS = dict.fromkeys(("upkeep.channels", "upkeep.errands", "upkeep.identities"), Role.ADMINISTRATOR)


def make_value(field: "models.Field[Any, Any]", number: int, body: Body) -> object:
    """Return a valid field value, different for each number."""
    if field.related_model is Body:
        return body
    if field.related_model is not None:
        return make_row(field.related_model, number, body)  # type: ignore[arg-type]
    if field.choices:
        return field.flatchoices[-1][0]
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.DateField):
        return timezone.localdate()
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.DecimalField):
        return Decimal(number)
    if isinstance(field, models.IntegerField):
        return timezone.localdate().year if field.name == "year" else number
    return f"{field.verbose_name}{number}"[: field.max_length or 200]


def make_row(model: type[models.Model], number: int, body: Body, register: str = "") -> models.Model:
    """Store a row with the fields that its model requires."""
    also = (EXTRA_FIELDS.get(register) or EXTRA_FIELDS.get(model._meta.label, lambda number, body: {}))(number, body)
    facts = {
        field.name: make_value(field, number, body)
        for field in model._meta.concrete_fields
        if (not field.primary_key or field.is_relation or isinstance(field, models.CharField))
        and not field.null
        and not field.has_default()
        and not getattr(field, "auto_now_add", False)
        and field.name not in also
    }
    row = model._default_manager.create(**facts, **also)
    for name in {model._meta.label, register} & set(RELATED_ROWS):
        RELATED_ROWS[name](row)
    return row


@pytest.fixture(scope="module")
def prepared_city(kept_rows: Callable[..., Iterator[Any]]) -> Iterator[tuple[Client, Client, list[Body]]]:
    """Clients of a city's 政务公开办 and auditor, and more bureaus than rows of a page; made once for all registers."""

    def make() -> tuple[Client, Client, list[Body]]:
        government = BodyFactory(government=True)
        office = BodyFactory(name="云岭市政府办公室", kind=BodyKind.GENERAL_OFFICE, parent=government)
        bureaus = [BodyFactory(name=f"云岭市第{n}局", parent=government) for n in range(PER_PAGE + 1)]
        return signed_in(Role.CHIEF, office), signed_in(Role.AUDITOR, government), bureaus

    yield from kept_rows(make)


@pytest.fixture
def city(prepared_city: tuple[Client, Client, list[Body]]) -> tuple[Client, Client, list[Body]]:
    return *prepared_city[:2], deepcopy(prepared_city[2])


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_list_export_and_filters_of_a_register(
    name: str, city: tuple[Client, Client, list[Body]], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, _, bureaus = city
    register, reader = DECLARED[name], READERS.get(name, Role.CHIEF)
    if reader != Role.CHIEF:
        client = signed_in(reader, bureaus[0].parent)
    for preset in register.model._default_manager.all():
        with suppress(models.ProtectedError):  # whoever reads, where the rows are people
            preset.delete()
    made = [make_row(register.model, number, body, name) for number, body in enumerate(bureaus, 1)]
    by = actor(reader, bureaus[0].parent)
    if register.parent:
        parent = register.parent._default_manager.first() or make_row(register.parent, 1, bureaus[0].parent)
        register = register.under(by, parent.pk)
    everything = f"{register.url()}?{clear_initial_filters(register)}"
    if register.template != Register.template:
        assert ("block body" in get_template(register.template).template.source) is (name == WITHOUT_LIST)
    shown = client.get(everything).content.decode()
    listing = register.listing(RequestFactory().get(everything), by)
    assert listing.rows.query.order_by[-1] in {"pk", "-pk"}, "rows that are alike stand on one page each"
    main = register.main_column
    rows = {row.pk: row for row in register.prefetch(list(register.rows(by)), by)}
    for row in made:
        assert str(main.cell(rows[row.pk])) in shown
    if register.has_record:
        for row in made:
            assert f'href="{register.url("row", row.pk)}"' in shown
        assert client.get(register.url("row", made[-1].pk)).status_code == 200
    lines = [[column.value_of(line) for column in register.sheet.columns] for line in register.file_objects(listing)]
    heads = [column.head for column in register.sheet.columns]
    assert len(lines) == len(rows) >= len(made)
    assert len({*heads}) == len(heads)
    columns = {column.head: column for column in register.columns_for("file")}
    for head, values in zip(heads, zip(*lines, strict=True), strict=True):
        column = columns.get(head)
        if column and (column.is_number or column.is_day):  # a program reads numbers and days
            assert not {type(value) for value in values if value != ""} & {str}, (head, values)
    if name == FULLY_CHECKED:
        check_pages_and_export(register, client, everything, [str(main.cell(row)) for row in rows.values()])
        check_empty_list(register, client)
    check_filters_and_orders(register, client, by)
    check_offered_units(register, register.rows(actor(reader, bureaus[0].parent)))


def check_offered_units(register: Register[Any], rows: "models.QuerySet[Any]") -> None:
    listed = register.filter_class(QueryDict(clear_initial_filters(register)), rows)
    for name, made in listed.filters.items():
        if isinstance(made, RowFilter):
            there = set(rows.order_by().values_list(made.field_name, flat=True)) - {None}
            offered = set(listed.form.fields[name].queryset.values_list("pk", flat=True))
            assert offered == there, (register.name, name)
            for pk in sorted(there)[:1]:
                narrowed = register.filter_class(QueryDict(f"{clear_initial_filters(register)}&{name}={pk}"), rows)
                assert set(narrowed.rows().values_list(made.field_name, flat=True)) == {pk}


def clear_initial_filters(register: Register[Any]) -> str:
    """Return the query that clears the initial filters of a list."""
    return "&".join(f"{name}=" for name in register.initial_filters)


def check_pages_and_export(register: Register[Any], client: Client, address: str, cells: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paging, "PER_PAGE", PER_PAGE)
        first, last = (client.get(f"{address}&page={number}").content.decode() for number in (1, 2))
    assert ('rel="next"' in first, 'rel="next"' in last) == (True, False)
    assert not [cell for cell in cells if cell not in first + last]
    book = load_workbook(BytesIO(client.get(f"{address}&export=1").getvalue()))
    head, *lines = book.worksheets[0].values
    assert (list(head), len(lines)) == ([column.head for column in register.sheet.columns], len(cells))


NONSENSE = "?year=abcd&body=999999&kind=zzz&page=99999999999999999999&sort=password&q=%00"
NO_MATCH_QUERY = {"q": "没有这样的字词"}


def check_empty_list(register: Register[Any], client: Client) -> None:
    said = register.filter_class(QueryDict(NONSENSE[1:]), register.model._default_manager.none()).invalid_choice_message
    assert said in client.get(f"{register.url()}{NONSENSE}").content.decode()
    if register.search_fields:
        assert "没有符合条件的记录" in client.get(register.url(), NO_MATCH_QUERY).content.decode()


def check_filters_and_orders(register: Register[Any], client: Client, by: Actor) -> None:
    orders = [column.order for column in register.columns_for("list") if column.order]
    if orders:
        listing = register.listing(RequestFactory().get("/", {"sort": f"-{orders[-1]}"}), by)
        assert listing.order == f"-{orders[-1]}"
        for order in orders:
            list(listing.rows.order_by(f"-{order}")[:1])  # the database can sort so
    listing = register.listing(RequestFactory().get(f"/{NONSENSE}"), by)
    list(listing.rows[:1])
    asked = listing.filters
    chosen = {name for name, made in asked.filters.items() if isinstance(made, ChoiceFilter | ModelChoiceFilter)}
    if chosen:  # no list stands below a choice that there is not
        unknown = register.listing(RequestFactory().get("/", dict.fromkeys(chosen, "zzz")), by)
        assert unknown.filters.unknown == chosen
        assert (unknown.rows.exists(), "“zzz”" in unknown.filters.invalid_choice_message) == (False, True)
    request = RequestFactory().get(register.url(), NO_MATCH_QUERY)
    request.user = get_user(client)
    listing = register.listing(request, by)
    assert not listing.rows.exists() or not register.search_fields
    assert register.totals(listing) is not None
    assert register.extra_context(request, listing) is not None


def test_registers_set_only_known_attributes() -> None:
    known = {*dir(Register), *Register.__annotations__}
    known |= {"made", "form"}  # The views of two registers keep in them what the page shows once.
    for name, register in DECLARED.items():
        own = {field for field, value in vars(type(register)).items() if field[0] != "_" and not callable(value)}
        assert own <= known, (name, own - known)
    tabbed = {name: register for name, register in DECLARED.items() if register.tabs}
    for name, register in tabbed.items():
        tab = register.filter_class.base_filters[register.tabs].extra
        starts = {str(value) for value, _ in tab["choices"]} | ({""} if tab["empty_label"] else set())
        assert register.initial_filters.get(register.tabs, "") in starts, name


def test_every_form_fits_its_action() -> None:
    for register in DECLARED.values():
        parts = [(act, part.model) for part in register.parts for act in part.acts]
        own = [(act, register.model) for act in [*register.acts, *filter(None, [register.new])]]
        for act, model in [*own, *parts]:
            form = act.form_class(model)
            for name, field in form.base_fields.items():
                assert field.label, (register.name, act.action.name, name)
            # A form does not require optional arguments of its action, unless it prefills them.
            given = signature(act.action.function).parameters
            for name, asked in act.asks.items():
                spare = name in given and given[name].default is None and asked.initial is None
                assert not (spare and asked.required) or name == "grades", (act.action.name, name)


def test_entry_forms_fit_their_actions() -> None:
    declared = {name for name, form in ENTRY_FORMS_BY_ACTION.items() if form.act}
    assert {"request.decide", "inquiry.assign", "ledger.comment"} <= declared
    for name, form in ENTRY_FORMS_BY_ACTION.items():
        function = ACTIONS_BY_NAME[name].function
        takes = inspect.signature(function).parameters
        if form.facts is EntryActionForm.facts:
            others = [p for p in takes.values() if p.kind is p.VAR_KEYWORD]
            typed = [one for p in others for one in get_args(get_type_hints(function)[p.name])]  # Unpack[SomeFacts]
            known = {*takes, *(key for one in typed for key in one.__annotations__)}
            # Only the first answer to an opinion case can be late; other forms remove the field.
            assert set(form.base_fields) - known <= ({"why_late"} if name == "opinion.record_further" else set()), name
        named = [p for p in list(takes.values())[1:] if p.default is p.empty and p.kind is not p.VAR_KEYWORD]
        assert {p.name for p in named} - {"by"} <= set(form.base_fields), name


@pytest.mark.parametrize("name", sorted(name for name, register in DECLARED.items() if register.new))
def test_create_form_is_closed_without_permission(name: str, city: tuple[Client, Client, list[Body]]) -> None:
    register: Register[Any] = DECLARED[name]
    auditor = city[1]
    assert register.new_url(get_actor(get_user(auditor))) == ""
    assert auditor.get(register.url("new")).status_code == 403


def test_display_value_formats() -> None:
    from gongkai.core.registers.columns import display_value

    moment = timezone.make_aware(datetime(2026, 11, 20, 9, 30))  # noqa: DTZ001
    values = [date(2026, 11, 20), moment, 12345, Decimal("12.50"), True, None, ["甲", "乙"]]
    said = ["2026-11-20", "2026-11-20 09:30", "12,345", "12.5", "是", "", "甲、乙"]
    assert [str(display_value(value)) for value in values] == said
