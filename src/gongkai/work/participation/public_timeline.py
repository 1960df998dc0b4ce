"""The public view of decisions: catalogue, open periods and the timeline of a decision."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from gongkai.content.editions.models import Shelf
from gongkai.content.editions.parts import list_related_documents
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.units.models import Body
from gongkai.lib.chinese.days import day_in_words
from gongkai.work.participation.models import Announcement, AnnouncementKind, Catalogue, Consultation, Decision
from gongkai.work.participation.models.decisions import CatalogueRow
from gongkai.work.participation.queries import count_comments_by_outcome
from gongkai.work.participation.rules import count_period_days, get_feedback_deadline
from gongkai.work.participation.states import PUBLISHED_STATES, DecisionState

_Kind = AnnouncementKind


def map_public_shelf_rows(announcements: Iterable[Announcement]) -> dict[int, Shelf]:
    """Return the public shelf rows of announcements by primary key, those of the first website."""
    names = {announcement.stream: announcement.pk for announcement in announcements}
    rows = shelf_visible_to(ANONYMOUS).filter(column=None, document__source__in=list(names))
    public_shelves: dict[int, Shelf] = {}
    for row in rows.select_related("document").order_by("website_id"):
        public_shelves.setdefault(names[row.document.source], row)
    return public_shelves


def list_open_consultations(day: date | None = None) -> list[Consultation]:
    """Return the comment periods open on a day (default: today) with a public draft, the first to end first."""
    day = day or timezone.localdate()
    rows = list(
        Consultation.objects.filter(
            starts_on__lte=day, ends_on__gte=day, decision__entry__state=DecisionState.CONSULTING
        )
        .select_related("decision__entry__body", "announcement")
        .order_by("ends_on", "pk")
    )
    public = map_public_shelf_rows(consultation.announcement for consultation in rows)
    return [consultation for consultation in rows if consultation.pk in public]


@dataclass(frozen=True)
class ListedDecision:
    """A major decision in the public list.

    `number` is its primary key; `open_until` the last day of an open comment period, or None; `comments` the number
    of comments, None before the adoption table is public.
    """

    number: int
    title: str
    body: str
    timetable: str
    ways: str
    state: str
    open_until: date | None
    comments: int | None


@dataclass
class PublicYear:
    """The public major decisions and catalogues of a government in a year."""

    year: int
    catalogues: list[tuple[Catalogue, Shelf]] = field(default_factory=list)
    rows: list[ListedDecision] = field(default_factory=list)


def list_public_years(government: Body) -> list[int]:
    """Return the years with a published catalogue or a comment period, newest first."""
    bodies = Body.objects.filter(path__startswith=government.path)
    years = set(Catalogue.objects.filter(body__in=bodies, shown_at__isnull=False).values_list("year", flat=True))
    years |= set(
        Consultation.objects.filter(decision__entry__body__in=bodies).values_list("decision__entry__year", flat=True)
    )
    return sorted(years, reverse=True)


def load_public_year(government: Body, year: int) -> PublicYear:
    """Return the public decisions of a year."""
    bodies = Body.objects.filter(path__startswith=government.path)
    public_year = PublicYear(year)
    rows: dict[int, CatalogueRow] = {}
    catalogues = list(
        Catalogue.objects.filter(body__in=bodies, year=year, shown_at__isnull=False)
        .select_related("body")
        .prefetch_related("announcements")
    )
    public = map_public_shelf_rows(
        announcement for catalogue in catalogues for announcement in catalogue.announcements.all()
    )
    for catalogue in catalogues:
        shelves = [
            public[announcement.pk] for announcement in catalogue.announcements.all() if announcement.pk in public
        ]
        if shelves:
            public_year.catalogues.append((catalogue, shelves[0]))
            rows |= {row["decision"]: row for row in catalogue.shown}
    decisions = Decision.objects.filter(entry__body__in=bodies, entry__year=year).select_related("entry__body")
    candidates = decisions.prefetch_related("announcements", "consultations").order_by("position", "pk")
    lines = map_public_shelf_rows(
        announcement for decision in candidates for announcement in decision.announcements.all()
    )
    for decision in candidates:
        listed_announcements = [
            announcement for announcement in decision.announcements.all() if announcement.pk in lines
        ]
        if decision.pk in rows or listed_announcements:
            public_year.rows.append(_make_listed_decision(decision, rows.get(decision.pk), listed_announcements))
    return public_year


def _make_listed_decision(
    decision: Decision, row: CatalogueRow | None, announcements: list[Announcement]
) -> ListedDecision:
    """Return a decision for the public list, with its public announcements."""
    periods = [
        consultation
        for consultation in decision.consultations.all()
        if any(a.pk == consultation.pk for a in announcements)
    ]
    last_period = periods[-1] if periods else None
    whats = _list_public_kinds(announcements, last_period)
    until = (
        last_period.ends_on
        if last_period and last_period.is_open() and decision.entry.state == DecisionState.CONSULTING
        else None
    )
    source_row = row or decision.row()
    return ListedDecision(
        decision.pk,
        source_row["title"],
        source_row["body"],
        source_row["timetable"] if row else "",
        source_row["ways"],
        describe_public_stage(decision.entry, whats, until),
        until,
        count_comments_by_outcome(last_period)["total"] if last_period and _Kind.ADOPTION in whats else None,
    )


def _list_public_kinds(announcements: Iterable[Announcement], last_period: Consultation | None) -> set[str]:
    """Return the kinds of public announcements, without adoption tables of periods before the last one."""
    return {
        announcement.what
        for announcement in announcements
        if announcement.what != _Kind.ADOPTION or last_period is None or announcement.about_id == last_period.pk
    }


def describe_public_stage(entry: Entry, whats: set[str], until: date | None) -> str:
    """Return the public stage of a decision in words.

    `whats`: kinds of its public announcements; `until`: the last day of an open comment period, or None.
    """
    if entry.state in {DecisionState.REMOVED, DecisionState.CEASED}:
        return "已调出目录" if entry.state == DecisionState.REMOVED else "已终止"
    if _Kind.EVALUATION in whats:
        return "已公布执行和后评估情况"
    if _Kind.RESULT in whats:
        return "已公布结果"
    if until:
        return "正在征求意见"
    if _Kind.ADOPTION in whats:
        return "已公布采纳情况"
    return "征求意见已结束" if _Kind.DRAFT in whats else "已列入目录"


@dataclass(frozen=True)
class PublicStep:
    """A step of a decision's public timeline: label, documents (`rows`), status, note (`words`)."""

    label: str
    rows: list[Shelf]
    done: bool
    current: bool = False
    words: str = ""


@dataclass
class PublicTimeline:
    """The public timeline of a major decision and its last public comment period.

    `days` is the period's length, `received` its number of comments (None before its end). `counts` are the
    outcomes in the adoption table.
    """

    decision: Decision
    title: str
    body: Body
    stage: str
    steps: list[PublicStep]
    consultation: Consultation | None = None
    days: int = 0
    counts: dict[str, int] | None = None
    adoption: Shelf | None = None
    document: Shelf | None = None
    explained: list[Shelf] = field(default_factory=list)
    catalogue: CatalogueRow | None = None
    received: int | None = None
    answer_due: date | None = None
    draft: Shelf | None = None

    @property
    def next_step(self) -> str:
        """Return the work that follows the comment period, with its deadline."""
        if self.answer_due is None:
            return "正在研究整理"
        late = "，已经超过期限" if self.answer_due < timezone.localdate() else ""
        return f"正在研究整理，应当在{day_in_words(self.answer_due)}前公布{late}"

    @property
    def is_open(self) -> bool:
        """Return whether comments are accepted now."""
        return self.stage == "正在征求意见"


def load_public_timeline(number: int, website: int) -> PublicTimeline | None:
    """Return the public timeline of a decision for a website (primary key).

    Return None if it has neither a public announcement nor a row in a public catalogue.
    """
    decision = Decision.objects.select_related("entry__body", "catalogue", "document").filter(pk=number).first()
    if decision is None:
        return None
    announcements = list(decision.announcements.order_by("pk"))
    public = map_public_shelf_rows(announcements)
    listed = get_catalogue_row(decision)
    if not public and listed is None:
        return None
    public_announcements = [announcement for announcement in announcements if announcement.pk in public]
    periods = {consultation.pk: consultation for consultation in decision.consultations.all()}
    last_period = next(
        (periods[announcement.pk] for announcement in reversed(public_announcements) if announcement.pk in periods),
        None,
    )
    until = (
        last_period.ends_on
        if last_period and last_period.is_open() and decision.entry.state == DecisionState.CONSULTING
        else None
    )
    title = (listed or decision.row())["title"]
    whats = _list_public_kinds(public_announcements, last_period)
    stage = describe_public_stage(decision.entry, whats, until)
    timeline = PublicTimeline(decision, title, decision.entry.body, stage, [], last_period, catalogue=listed)
    if last_period:
        timeline.draft = public[last_period.announcement_id]
        timeline.days = count_period_days(last_period.starts_on, last_period.ends_on)
    tables = [
        public[announcement.pk]
        for announcement in public_announcements
        if last_period and announcement.what == _Kind.ADOPTION and announcement.about_id == last_period.pk
    ]
    if tables and last_period:
        timeline.adoption, timeline.counts = tables[-1], count_comments_by_outcome(last_period)
    if last_period and last_period.ends_on < timezone.localdate():
        timeline.received = count_comments_by_outcome(last_period)["total"]
        if not tables and decision.entry.state == DecisionState.CONSULTING:
            timeline.answer_due = get_feedback_deadline(last_period.ends_on, timezone.localdate()).date
    _add_policy_document(timeline, website)
    timeline.steps = _make_public_steps(timeline, public_announcements, public, bool(listed))
    return timeline


def get_catalogue_row(decision: Decision) -> CatalogueRow | None:
    """Return the row of a decision in its public catalogue, or None."""
    catalogue = decision.catalogue
    if catalogue is None or catalogue.shown_at is None or not map_public_shelf_rows(catalogue.announcements.all()):
        return None
    return next((row for row in catalogue.shown if row["decision"] == decision.pk), None)


def describe_missing_listing(decision: Decision) -> str:
    """Return the reason why no published catalogue lists a decision, or ""."""
    if get_catalogue_row(decision) is not None:
        return ""
    if decision.catalogue is None:
        return "目录外事项"
    if decision.catalogue.shown_at is None:
        return f"{decision.catalogue.year}年度目录还没有公布"
    return "公布的目录中还没有这一项"


def _add_policy_document(timeline: PublicTimeline, website: int) -> None:
    """Add the decision's public document and its interpretations to the timeline."""
    document = timeline.decision.document
    if document is None:
        return
    rows = shelf_visible_to(ANONYMOUS).filter(column=None, document=document)
    timeline.document = rows.order_by("website_id").first()
    if timeline.document:
        for group in list_related_documents(document, ANONYMOUS, website):
            if group.name == "interpretation":
                timeline.explained = group.rows


def _make_public_steps(
    timeline: PublicTimeline, announcements: list[Announcement], public: dict[int, Shelf], listed: bool
) -> list[PublicStep]:
    """Return the public steps of a decision; hearings and evaluation only if announced."""

    def rows(what: str) -> list[Shelf]:
        return [public[announcement.pk] for announcement in announcements if announcement.what == what]

    entry = timeline.decision.entry
    drafts, hearings, tables, results = (
        rows(announcement_kind) for announcement_kind in (_Kind.DRAFT, _Kind.HEARING, _Kind.ADOPTION, _Kind.RESULT)
    )
    is_over = drafts and not timeline.is_open
    is_answered = bool(timeline.adoption or (tables and timeline.consultation is None))
    steps = [
        PublicStep("列入目录", [], listed, words="" if listed else describe_missing_listing(timeline.decision)),
        PublicStep(
            "征求意见",
            drafts,
            bool(is_over),
            current=timeline.is_open,
            words=_describe_period(timeline) if is_over else "",
        ),
    ]
    if hearings:
        steps.append(PublicStep("听证、座谈", hearings, bool(is_over)))
    awaits_table = bool(is_over) and not is_answered and entry.state == DecisionState.CONSULTING
    steps.append(
        PublicStep(
            "意见采纳情况", tables, is_answered, current=awaits_table, words=timeline.next_step if awaits_table else ""
        )
    )
    decided = entry.state in PUBLISHED_STATES
    result = [*results, *([timeline.document] if timeline.document else []), *timeline.explained]
    steps.append(PublicStep("决定和公布", result, decided, current=is_answered and not decided))
    evaluations = rows(_Kind.EVALUATION)
    if evaluations:
        steps.append(PublicStep("执行和后评估", evaluations, True))
    return steps


def _describe_period(timeline: PublicTimeline) -> str:
    """Return first day, last day and number of comments of an ended consultation, else ""."""
    if timeline.consultation is None or timeline.received is None:
        return ""
    brought = f"共收到意见{timeline.received}条" if timeline.received else "没有收到意见"
    return f"{day_in_words(timeline.consultation.starts_on)}至{day_in_words(timeline.consultation.ends_on)}，已经结束，{brought}"


def find_decision_of_source(source: str, government: Body) -> tuple[int | None, Consultation | None] | None:
    """Return (primary key of the decision, its open public period or None) of an announcement.

    `source` is the name of an edition source; return None if it is not a decision's announcement. The key is None
    if the decision belongs to another government than the given one, whose site has no page of it.
    """
    source_kind, _, number = source.partition("/")
    if source_kind != "announcement" or not number.isdecimal():
        return None
    decision_id, path = Announcement.objects.filter(pk=int(number)).values_list(
        "decision", "decision__entry__body__path"
    ).first() or (None, "")
    if decision_id is None:
        return None
    shown_id = decision_id if path.startswith(government.path) else None
    rows = Consultation.objects.filter(decision=decision_id, decision__entry__state=DecisionState.CONSULTING)
    period = rows.order_by("-pk").first()
    return shown_id, period if period and period.is_open() and map_public_shelf_rows([period.announcement]) else None
