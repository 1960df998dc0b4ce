"""The register of open days and open meetings, with documents, papers and tasks."""

from collections.abc import Mapping, Sequence

from django import forms
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.content.editions.hosts import other_site_prefix
from gongkai.content.editions.models import Document, Shelf
from gongkai.content.publishing.item_list import items_visible_to
from gongkai.content.publishing.models import get_document_title, map_document_titles
from gongkai.core.files.models import PaperKind
from gongkai.core.ledger.kinds import make_ordering_filter
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to as entries_visible_to
from gongkai.core.registers.columns import FILE_AND_RECORD, Column
from gongkai.core.registers.filters import ChosenFilters, YearFilter
from gongkai.core.registers.forms import Act, ActForm, New
from gongkai.core.registers.record import FileActions, RecordTable
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor
from gongkai.core.units.forms.base import words_field
from gongkai.core.units.models import Body
from gongkai.core.widgets.fields import WholeNumberField
from gongkai.core.widgets.forms import offer_boxes
from gongkai.core.widgets.templatetags.ui import day
from gongkai.work.participation import actions
from gongkai.work.participation import open_events as openings
from gongkai.work.participation.models import TASK_WORDS_BY_KIND, OpenEventKind, Opening

# Maximum number of documents offered for linking.
MAX_LINKABLE_DOCUMENTS = 100
#: Labels of the filter by status.
OPEN_EVENT_STATE_CHOICES = [
    ("standing", "没有取消"),
    ("held", "已举办"),
    ("planned", "计划举办"),
    ("due", "待登记举办情况"),
    ("dropped", "已取消"),
]
#: Fields of a planned event.
PLAN_FIELDS = ("kind", "on", "place", "theme", "invited")
#: Fields that record how an event went.
HELD_FIELDS = ("guests", "account", "address")
FORM_FIELDS: Mapping[str, forms.Field] = {
    "guests": WholeNumberField(
        label="参加人数",
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text="指邀请的公众，不含工作人员；计划举办的不填",
    ),
    "account": words_field("活动情况、意见建议", required=False, rows=4, limit=2000),
    "address": forms.URLField(
        label="报道网址",
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text="在其他网站、新媒体公开的填写；在本平台公开的，登记后关联",
    ),
}


class OpenEventDocumentChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of documents by title; `titles` holds them by key."""

    titles: Mapping[int, str] = {}

    def label_from_instance(self, obj: Document) -> str:
        """Return title and day of publication."""
        since = f"（{obj.published_at:%Y-%m-%d}）" if obj.published_at else ""
        return f"{self.titles.get(obj.pk, obj)}"[:100] + since


class OpenEventDocumentForm(ActForm):
    """The form for linking a public document to an event."""

    document = OpenEventDocumentChoice(label="本单位公开的信息", queryset=Document.objects.none(), empty_label="请选择")
    announces = forms.TypedChoiceField(
        label="是", choices=[("", "活动的报道、结果"), ("1", "活动的公告")], coerce=bool, empty_value="", required=False
    )

    def prepare(self) -> None:
        """Offer the unit's newest documents ever published that are not linked."""
        opening, field = self.target, self.fields["document"]
        assert isinstance(opening, Opening)
        assert isinstance(field, OpenEventDocumentChoice)
        rows = Document.objects.filter(body=opening.body_id).exclude(published_at=None)
        rows = rows.exclude(pk__in=opening.documents.values("pk")).exclude(pk=opening.announcement_id or 0)
        newest = list(rows.order_by("-published_at").values_list("pk", flat=True)[:MAX_LINKABLE_DOCUMENTS])
        field.queryset = Document.objects.filter(pk__in=newest).order_by("-published_at")
        field.titles = map_document_titles(field.queryset)


class TaskChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of tasks by title, number and state."""

    def label_from_instance(self, obj: Entry) -> str:
        """Return title, number and state."""
        return f"{obj.title}（{obj.number}，{obj.state_label}）"


class OpenEventEvidenceForm(ActForm):
    """The form for using an event as evidence; sign-in sheets are not preselected."""

    entry = TaskChoice(label="任务", queryset=Entry.objects.none(), empty_label=None, widget=forms.RadioSelect)
    documents = forms.TypedMultipleChoiceField(
        label="公开的信息", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    link = forms.BooleanField(label="报道网址", required=False, initial=True)
    papers = forms.TypedMultipleChoiceField(
        label="材料",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="牵头单位能看到作为佐证的文件；签到表含个人信息，确有必要的再勾选。",
    )

    def prepare(self) -> None:
        """Offer and preselect tasks and evidence; remove fields without any."""
        opening = self.target
        assert isinstance(opening, Opening)
        tasks = openings.list_visible_tasks(opening, self.by)
        self.offer("entry", tasks)
        self.initial.setdefault("entry", tasks.values_list("pk", flat=True).first())
        texts, papers = openings.list_public_documents(opening), list(opening.papers.all())
        for name, rows in (
            ("documents", [(text.edition_id, text.title) for text in texts]),
            ("papers", [(paper.pk, f"{paper.get_what_display()}：{paper.name}") for paper in papers]),
        ):
            offer_boxes(self, name, rows)
        self.initial["documents"] = [text.edition_id for text in texts]
        self.initial["papers"] = [paper.pk for paper in papers if paper.what != PaperKind.SIGN_IN]
        if not opening.address:
            del self.fields["link"]


def _can_be_evidence(opening: Opening) -> bool:
    """Return true if a held event has evidence for an open task."""
    if not opening.held:
        return False
    has_traces = bool(opening.address) or opening.papers.exists() or bool(openings.list_public_documents(opening))
    return has_traces and openings.list_open_tasks(opening).exists()


def _list_linked_documents(opening: Opening, by: Actor) -> list[Document]:
    """Return the documents of an event, with `record`, `shown` and `opens` attached.

    `record` is the event, `shown` the public row or None; `opens` is true if the user may open the item.
    """
    shelves = {text.document_id: text for text in openings.list_public_documents(opening)}
    linked = dict.fromkeys([*filter(None, [opening.announcement]), *opening.documents.all()])
    items = items_visible_to(by).filter(pk__in=[one.item_number for one in linked if one.item_number])
    opened = set(items.values_list("pk", flat=True))
    for document in linked:
        document.record, document.shown = opening, shelves.get(document.pk)  # type: ignore[attr-defined]
        document.opens = document.item_number in opened  # type: ignore[attr-defined]
    return list(linked)


def _make_document_cell(document: Document) -> SafeString | str:
    """Return the document's title, linked to a page that the reader may open."""
    shelf: Shelf | None = document.shown  # type: ignore[attr-defined]
    if shelf is not None:
        host = "" if shelf.website.is_default else other_site_prefix("", shelf.website)
        return format_html('<a href="{}">{}</a>', host + shelf.path, shelf.title)
    title = get_document_title(document)
    if not document.opens:  # type: ignore[attr-defined]
        return title
    return format_html('<a href="{}">{}</a>', reverse("publishing:item", args=[document.item_number]), title)


def _describe_document_state(document: Document) -> str:
    """Return since when a document is public, or what is missing for it."""
    if document.shown is not None:  # type: ignore[attr-defined]
        return f"{day(document.published_at)}公开"
    return "现在没有公开" if document.published_at else "还没有公开，请选择栏目后送审"


def _list_tasks(opening: Opening, by: Actor) -> list[Entry]:
    """Return the tasks that an event proves or may prove; `proofs` are the titles of the evidence."""
    proofs: dict[Entry, list[str]] = {}
    for proof in openings.list_evidence_uses(opening):
        proofs.setdefault(proof.evidence.entry, []).append(proof.evidence.title)
    tasks = list(dict.fromkeys([*proofs, *openings.list_visible_tasks(opening, by)]))
    for task in tasks:
        task.proofs = proofs.get(task, [])  # type: ignore[attr-defined]
    return tasks


def _make_state_cell(row: Opening) -> SafeString | str:
    """Return the state of an event, marked if its record is due."""
    if row.dropped:
        return f"{row.state}：{row.dropped}"
    return format_html('<span class="gk-chip gk-chip--warn">{}</span>', row.state) if row.is_due else row.state


def _filter_state(rows: QuerySet[Opening], name: str, value: str) -> QuerySet[Opening]:
    """Filter events by state: standing, held, planned, due or dropped."""
    today, not_dropped = timezone.localdate(), Q(dropped="")
    conditions = {
        "standing": not_dropped,
        "held": not_dropped & Q(guests__isnull=False),
        "planned": not_dropped & Q(guests=None, on__gte=today),
        "due": not_dropped & Q(guests=None, on__lt=today),
        "dropped": ~not_dropped,
    }
    return rows.filter(conditions[value])


class OpenEventRegister(Register[Opening]):
    """The register of open days and open meetings, with units that owe one."""

    name, model, title = "participation.openings", Opening, "政府开放日、会议开放"
    section = ("公众来往",)
    record_route = "opening"
    columns = (
        "theme",
        "on",
        "body",
        "kind",
        "place",
        Column("invited", at=FILE_AND_RECORD),
        "guests",
        Column("account", at=FILE_AND_RECORD),
        Column("address", at=FILE_AND_RECORD),
        Column("state", "情况", cell=_make_state_cell, at=frozenset({"list", "record"})),
        Column("made_by", at=frozenset({"record"})),
        Column("made_at", at=frozenset({"record"})),
    )
    filters = (
        YearFilter("on", this_year=True),
        "body",
        "kind",
        (
            "state",
            ChoiceFilter(label="情况", choices=OPEN_EVENT_STATE_CHOICES, empty_label="全部", method=_filter_state),
        ),
    )
    initial_filters = {"state": "standing"}
    search_fields = ("theme", "place", "invited")
    intro = "计划举办的可以先登记，公告由本页起草；举办以后登记人数、上传材料，作为任务的佐证。"
    empty = "这一年还没有登记政府开放日、会议开放。"
    owed_under = ("kind", "year", "body")
    importer = "openings"
    papers = FileActions(actions.attach_open_event_papers, actions.drop_open_event_paper)
    template = "participation/openings.html"
    acts_listed = False
    new = New(
        action=actions.register_open_event,
        label="登记",
        targets=openings.list_registering_units,
        target_label="举办单位",
        fields=(*PLAN_FIELDS, *HELD_FIELDS),
        asks=FORM_FIELDS,
        groups=(("安排", ("body", *PLAN_FIELDS)), ("举办情况（举办以后填）", HELD_FIELDS)),
    )
    acts = (
        Act(
            action=actions.change_open_event,
            fields=(*PLAN_FIELDS, *HELD_FIELDS),
            asks=FORM_FIELDS,
            groups=new.groups,
            done="已保存。",
        ),
        Act(
            action=actions.announce_open_event,
            quick=True,
            done="公告已起草，请从“公开的信息”打开，补充报名方式，选择栏目后送审。",
        ),
        Act(
            action=actions.prove_by_open_event,
            form=OpenEventEvidenceForm,
            part="tasks",
            when=_can_be_evidence,
            done="已列为佐证，请在任务中勾选清单并提交。",
        ),
        Act(action=actions.link_open_event, form=OpenEventDocumentForm, part="texts", done="已关联。"),
        Act(
            action=actions.drop_open_event,
            listed=False,
            done="已取消，记录和理由保留。公告没有随之改动，有公告的请另行撤下、更正或者删除草稿。",
        ),
    )
    parts = (
        RecordTable(
            name="texts",
            title="公开的信息",
            model=Document,
            rows=_list_linked_documents,
            columns=(
                Column("title", "标题", value=get_document_title, cell=_make_document_cell),
                Column(
                    "what", "是", value=lambda row: "公告" if row.pk == row.record.announcement_id else "报道、结果"
                ),
                Column("state", "情况", value=_describe_document_state),
            ),
            acts=(
                Act(
                    action=actions.unlink_open_event,
                    to=lambda row: row.record,
                    given={"document": lambda row: row},
                    quick=True,
                    done="已取消关联。",
                ),
            ),
            empty="还没有公告或者报道。公告公开以后，活动列在网站“决策预公开”页面的“政府开放日、会议开放”中。",
        ),
        RecordTable(
            name="tasks",
            title="任务佐证",
            model=Entry,
            rows=_list_tasks,
            columns=(
                Column("title", "任务", cell=lambda row: format_html('<a href="{}">{}</a>', row.url, row.title)),
                "number",
                Column("state", "状态", value=lambda row: row.state_label),
                Column(
                    "proofs",
                    "佐证",
                    value=lambda row: (
                        format_html_join("；", "{}", ((title,) for title in row.proofs)) or "还没有用它作佐证"
                    ),
                ),
            ),
            note="登记举办情况，并且关联公开的信息或者上传材料以后，可以列为佐证。",
            empty="本单位没有在办的、写明这项要求的任务。",
        ),
    )

    def owing_units(self, by: Actor, chosen: ChosenFilters) -> QuerySet[Body] | None:
        """Return the active units whose visible tasks of the year require an event of the chosen or any kind."""
        wanted_kind = chosen.get("kind")
        task_words = tuple(
            word
            for kind, kind_words in TASK_WORDS_BY_KIND.items()
            if wanted_kind in (None, kind)
            for word in kind_words
        )
        tasks = entries_visible_to(by).filter(make_ordering_filter(task_words))
        if chosen.year:
            tasks = tasks.filter(year=chosen.year)
        units = Body.objects.filter(pk__in=tasks.values("body"), active_to=None)
        return units.filter(pk=chosen.unit.pk) if chosen.unit else units

    def totals(self, listing: Listing[Opening]) -> Sequence[tuple[str, object]]:
        """Return the number of events held, of guests, and of unrecorded events."""
        openings = _filter_state(listing.rows, "", "held").order_by()
        guests = openings.aggregate(sum=Sum("guests"))["sum"] or 0
        due = _filter_state(listing.rows, "", "due").count()
        return (
            ("已举办", f"{openings.count():,} 次"),
            ("参加", f"{guests:,} 人"),
            ("日期已过、待登记举办情况", f"{due:,} 次"),
        )

    def extra_context(self, request: HttpRequest, listing: Listing[Opening]) -> Mapping[str, object]:
        """Return the labels of the kinds and the events by unit."""
        return {"kinds": OpenEventKind.labels, "units": openings.count_open_events_by_unit(listing.rows)}
