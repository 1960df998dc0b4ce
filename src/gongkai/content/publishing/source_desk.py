"""Office page of a source that is no item: columns, checks, reviews, editions.

    {"desk": desk_of(announcement, by, back=request.path)}  →  {% include "publishing/source.html" %}

Its buttons post to `publishing:source_act`, which finds the source by its identity.
"""

from dataclasses import dataclass, field

from django.utils import timezone

from gongkai.content.checks.grounds import GROUNDS_BY_CODE
from gongkai.content.checks.report import get_check_report
from gongkai.content.checks.shown_findings import FileReport, ShownFinding
from gongkai.content.editions.actions.editions import withdraw
from gongkai.content.editions.frozen import FrozenContent
from gongkai.content.editions.models import Column, ColumnKind, Document, Edition
from gongkai.content.editions.models.editions import POLICY_KINDS
from gongkai.content.editions.queries.lists import find_nearest_site
from gongkai.content.editions.rules import check_writer, filter_publishable_columns
from gongkai.content.editions.shelves import get_listed_standings, list_spans
from gongkai.content.editions.sources import Source, ensure_document
from gongkai.content.editions.user_scope import bodies_seen
from gongkai.content.publishing.forms.items import ColumnBoxes, ColumnChoice
from gongkai.content.reviewing.actions.publication import NO_COLUMN_ERROR
from gongkai.content.reviewing.actions.reviews import find_submission_blockers, list_draft_signers
from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.stage_assignments import StageSigner
from gongkai.content.reviewing.states import OPEN_STATES
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import Actor


@dataclass
class SourceDesk:
    """The data of a source's page in the office; `review` is the last one.

    `reasons` are against submitting the last revision. `placed` are the document's columns, `columns` those to choose
    from. `may`: the user may write it. `own_ways` is true if the app has its own actions for columns and submission,
    so that a missing column is no reason. `is_out`: an edition is public or scheduled; `up_to_date`: with the last text.
    """

    source: Source
    document: Document
    back: str
    frozen: FrozenContent | None = None
    review: Review | None = None
    reasons: list[str] = field(default_factory=list)
    findings: list[ShownFinding] = field(default_factory=list)
    files: list[FileReport] = field(default_factory=list)
    placed: list[Column] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    may: bool = False
    own_ways: bool = False
    may_submit: bool = False  # the user may send it for review
    signers: list[StageSigner] = field(default_factory=list)
    may_withdraw: bool = False  # the user may withdraw it
    editions: list[Edition] = field(default_factory=list)
    path: str = ""
    is_out: bool = False
    up_to_date: bool = False
    #: True if the user may open the pages of its editions (依法删除).
    seen: bool = False

    @property
    def name(self) -> str:
        """The name of the source's kind in URLs."""
        return self.source.stream.partition("/")[0]

    @property
    def grounds(self) -> list[object]:
        """Return the legal grounds for keeping personal data that a check found."""
        return list(GROUNDS_BY_CODE.values())

    @property
    def boxes(self) -> str:
        """Return the column tree as checkboxes, with the current columns checked."""
        numbers = [column.pk for column in [*self.columns, *self.placed]]
        rows = Column.objects.filter(pk__in=numbers).select_related("website").order_by("website", "key")
        field = ColumnChoice(rows, widget=ColumnBoxes(), required=False)
        field.widget.own = frozenset({self.source.unit.pk})
        return field.widget.render("column", [column.pk for column in self.placed], {"id": f"{self.name}-column"})

    @property
    def waiting(self) -> bool:
        """Return true if the source is under review."""
        return self.review is not None and self.review.state in OPEN_STATES


def make_source_desk(
    source: Source, by: Actor, *, back: str, columns: list[Column] | None = None, own_ways: bool = False
) -> SourceDesk:
    """Return the data of a source's page in the office.

    Args:
        source: the source.
        by: the user.
        back: the URL of the page that shows it.
        columns: the permitted columns; None for all open ones of its site.
        own_ways: leave columns and submission to the app's own actions.
    """
    document = ensure_document(source)
    desk = SourceDesk(source, document, back, may=not check_writer(by, source), own_ways=own_ways)
    desk.review = Review.objects.filter(source=source.stream).order_by("-pk").first()
    desk.placed = list(Column.objects.filter(placements__document=document).order_by("path"))
    if not own_ways:
        desk.columns = columns if columns is not None else list_open_columns_for(source)
    _set_public_state(desk)
    desk.seen = bool(desk.editions) and bodies_seen(by).filter(pk=source.unit.pk).exists()
    number = source.latest_revision_id
    if number is None:
        return desk
    desk.may_withdraw = desk.is_out and not withdraw.why_not(document, by=by)
    try:
        desk.frozen = source.frozen(number)
    except Refused:  # law had its last text erased
        return desk
    if desk.up_to_date or desk.waiting:
        return desk
    blockers = find_submission_blockers(source, by=by)
    desk.reasons = [reason for reason in blockers if not (own_ways and reason == NO_COLUMN_ERROR)]
    desk.may_submit = not desk.reasons and not own_ways
    desk.signers = list_draft_signers(source, by=by) if desk.may_submit else []
    report = get_check_report(source, desk.frozen)
    desk.findings = [remark for remark in report.open if remark.holds]
    desk.files = [file for file in report.files if file.must_look and file.vouching is None]
    return desk


def _set_public_state(desk: SourceDesk) -> None:
    """Set on `desk`: the source's editions, if one is public or scheduled, its path, and if it has the last text."""
    desk.editions = list(desk.document.editions.select_related("content").order_by("-number"))
    last = [span for span in list_spans(desk.editions) if span.until is None]
    desk.is_out = bool(last)
    address = desk.document.addresses.filter(current=True).first()
    desk.path = address.path if address and desk.is_out and last[0].since <= timezone.now() else ""
    number = desk.source.latest_revision_id
    if desk.is_out and number is not None:
        digest = getattr(last[0].edition, "content_digest", "")
        desk.up_to_date = desk.source.frozen(number).digest == digest


def list_open_columns_for(source: Source) -> list[Column]:
    """Return the open columns of the nearest site in which a source's unit may publish its kind."""
    website = find_nearest_site(source.unit)
    rows = Column.objects.filter(website=website, opened_at__isnull=False, archived_at=None)
    columns = rows.exclude(kind=ColumnKind.LINK).select_related("website")
    found = filter_publishable_columns(columns, {source.unit.pk}).order_by("path") if website else ()
    return [column for column in found if source.kind in POLICY_KINDS or not get_listed_standings(column.name)]
