"""Actions on upward submissions, guidance and defaults for vague deadlines."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Protocol

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.files.store import NamedStoredFile, store
from gongkai.core.ledger.actions.evidence import attach
from gongkai.core.ledger.clock import get_end_of_due_day
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.queries import map_names_to_bodies
from gongkai.work.notices.actions.permissions import (
    list_reasons_unless_appointed,
    list_reasons_unless_chief_of_notice,
    list_reasons_unless_system,
)
from gongkai.work.notices.actions.submissions import submit_task, tick_sent_duty
from gongkai.work.notices.entries.checklist import build_checklist, list_unticked_duties
from gongkai.work.notices.entries.papers import draft_papers
from gongkai.work.notices.models import Duty, Guidance, GuidanceKind, Measure, Notice, Upward, UpwardKind, VagueDefault
from gongkai.work.notices.planning.periods import TRACK_LABELS
from gongkai.work.notices.queries.visible import make_involvement_condition
from gongkai.work.notices.states import UpwardState

UPWARD_KIND_NAME = "upward"


class HasGovernment(Protocol):
    """An object that belongs to a government, such as `GovernmentDefaults`."""

    @property
    def government(self) -> Body:
        """Return the government."""
        ...


@action("notice.set_default", label="设定时限默认值", rule=list_reasons_unless_chief_of_notice)
def set_vague_default(
    target: HasGovernment, *, by: Actor, word: str, cycle: str, days: int | None = None, note: str = ""
) -> ActionResult:
    """Set the meaning of a vague deadline word for a government and apply it to its duties.

    Duties for which a clerk chose a cycle keep it. The target is a `GovernmentDefaults`; `days` are working days; `cycle` is a key of `TRACK_LABELS`.
    """
    if not word.strip() or cycle not in TRACK_LABELS:
        raise Refused("请填写用语，并选择核查周期。")
    if days is not None and not 1 <= days <= 250:
        raise Refused("工作日应为1至250。")
    text = note.strip() or _describe_default(days, cycle)
    VagueDefault.objects.update_or_create(
        government=target.government,
        word=word.strip()[:20],
        defaults={"days": days, "cycle": cycle, "note": text[:200], "set_by": by.name},
    )
    duties = Duty.objects.filter(measure__notice__government=target.government, due__mode=word.strip())
    changed = duties.exclude(due__has_key="cycle").update(cycle=cycle, default_note=text[:200], default_by=by.name)
    return ActionResult(
        words=f"“{word.strip()}”：{text}",
        facts={"word": word.strip(), "days": days, "cycle": cycle, "duties": changed},
        stream=f"body/{target.government.pk}",
    )


def _describe_default(days: int | None, cycle: str) -> str:
    """Return a default in words: within some working days, checked at a cycle."""
    return f"{f'{days}个工作日内，' if days else ''}{TRACK_LABELS[cycle]}核查"


@action("upward.register", label="登记报送事项", rule=list_reasons_unless_appointed)
def register_upward(
    body: Body,
    *,
    by: Actor,
    kind: str,
    addressee: str,
    due: date,
    title: str = "",
    notice: Notice | None = None,
    words: str = "",
) -> ActionResult:
    """Register a document due to a higher office. The result is the `Upward`."""
    if kind not in UpwardKind.values or not addressee.strip():
        raise Refused("请选择报送事项并填写报送对象。")
    if not by.system and not by.reaches(Role.CHIEF, path=body.path) and body.pk not in by.bodies:
        raise Refused("只能登记本单位的报送事项。")
    label = UpwardKind(kind).label
    entry = Entry(
        kind=UPWARD_KIND_NAME,
        title=(title.strip() or f"向{addressee.strip()}报送{label}")[:300],
        body=body,
        year=notice.year if notice else due.year,
        due_at=get_end_of_due_day(due),
    )
    make_entries([entry], by=by, words=words)
    made = Upward.objects.create(entry=entry, kind=kind, notice=notice, addressee=addressee.strip()[:120], words=words)
    return ActionResult(words=entry.title, facts={"entry": entry.pk}, result=made, stream=f"body/{body.pk}")


def _list_reasons_against_sending(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user works for the owing unit or the office above it."""
    if (
        by.system
        or by.has(Role.CLERK, Role.LEAD, body_id=entry.body_id)
        or by.reaches(Role.CHIEF, path=entry.body.path)
    ):
        return []
    return [f"只有{entry.body.label}或者政务公开办可以办理。"]


@entry_action(UPWARD_KIND_NAME, "send", label="登记已报送", rule=_list_reasons_against_sending)
def send_upward(
    entry: Entry,
    *,
    by: Actor,
    words: str = "",
    drafted: str = "",
    file: NamedStoredFile | None = None,
    at: datetime | None = None,
) -> ActionResult:
    """Record that a submission was sent, with a drafted paper or a file.

    `drafted` is a key of `papers.list_papers`; `file` was stored before by `files.store.receive`;
    `at` is the time of sending, by default now.
    """
    upward = Upward.objects.select_related("entry__body", "notice__government", "assignment__entry").get(pk=entry.pk)
    papers = [file] if file else []
    if drafted:
        made = draft_papers(upward, drafted, by)
        if not made:
            raise Refused("这项报送没有可以起草的文稿，请上传文件。")
        papers += [NamedStoredFile(name, store(content, name, by)) for name, content in made]
    attach(entry, papers, by=by)
    Upward.objects.filter(pk=entry.pk).update(sent_at=at or timezone.now())
    entry.outcome, entry.closed_at = "sent", at
    names = "、".join(f"《{paper.name}》" for paper in papers)
    return ActionResult(
        words="，".join(value for value in (f"已报送{names}", words.strip()) if value),
        facts={"papers": {paper.name: paper.digest for paper in papers}},
        tell=_make_addressee_notifications(upward, names),
        then=lambda: update_ordering_duty_tick(upward, by, sent=True, papers=papers),
    )


def _make_addressee_notifications(upward: Upward, names: str) -> tuple[Notification, ...]:
    """Return the notification to the addressee, if it is a unit of this installation."""
    entry = upward.entry
    office = map_names_to_bodies(SYSTEM).get(upward.addressee)
    if office is None or office.pk == entry.body_id:
        return ()
    return (
        Notification(
            subject=f"收到报送：{entry.body.label}{upward.get_kind_display()}"[:120],
            body=f"{entry.body.label}已报送{names or upward.get_kind_display()}（{entry.number}）。",
            link=get_entry_url(entry) if entry.audience == Audience.STAFF else "",  # others may not read it
            key=f"upward.sent:{entry.pk}:{entry.version}",
            posts=((Role.CHIEF, office.pk), (Role.CLERK, office.pk)),
        ),
    )


def update_ordering_duty_tick(upward: Upward, by: Actor, *, sent: bool, papers: Sequence[NamedStoredFile] = ()) -> None:
    """Tick the duty that ordered the submission if it was `sent`, else remove its tick.

    A duty that orders several submissions is ticked with the last of them. It stays unchanged when
    the task is already submitted or the duty has not begun. A task without another open duty is
    submitted with the papers as its evidence.
    """
    if upward.assignment is None or upward.duty_id is None:
        return
    task = upward.assignment.entry
    unsent_submissions = Upward.objects.filter(assignment=upward.assignment, duty=upward.duty_id, sent_at=None)
    line = next(
        (
            checklist_line
            for checklist_line in build_checklist(upward.assignment)
            if checklist_line.duty.pk == upward.duty_id
        ),
        None,
    )
    if line is None or line.begins or line.ticked == sent or (sent and unsent_submissions.exists()):
        return
    if not tick_sent_duty.why_not(task, by=by):
        tick_sent_duty(task, by=by, duty=upward.duty_id, count=line.wanted if sent else 0)
        task.refresh_from_db()
        if papers and not list_unticked_duties(task.assignment) and not submit_task.why_not(task, by=by):
            with suppress(Refused):  # something else is missing: the unit submits it itself
                submit_task(task, by=by, statement="已报送", files=papers)


@entry_action(UPWARD_KIND_NAME, "receipt", label="登记回执", rule=_list_reasons_against_sending)
def record_receipt(entry: Entry, *, by: Actor, receipt: str) -> ActionResult:
    """Record the receipt of the higher office."""
    receipt = require_text(receipt, "请填写回执。")
    Upward.objects.filter(pk=entry.pk).update(receipt=receipt[:200])
    return ActionResult(words=f"回执：{receipt}")


@entry_action(UPWARD_KIND_NAME, "reopen", label="重新报送", rule=_list_reasons_against_sending)
def reopen_upward(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Reopen a submission that was sent upward, because it was returned or wrong, and remove the tick of its duty."""
    reason = require_text(reason, "请写明原因。")
    upward = Upward.objects.select_related("assignment__entry").get(pk=entry.pk)
    Upward.objects.filter(pk=entry.pk).update(sent_at=None, receipt="")
    entry.outcome = ""
    return ActionResult(words=reason, then=lambda: update_ordering_duty_tick(upward, by, sent=False))


@entry_action(UPWARD_KIND_NAME, "cancel", label="不再报送", rule=list_reasons_unless_system)
def cancel_upward(entry: Entry, *, by: Actor, reason: str, cause: Actor | None = None) -> ActionResult:
    """Close a submission whose task is no longer owed; `cause` is the person who ended the task."""
    entry.outcome = UpwardState.CANCELLED
    return ActionResult(words=reason, facts={"caused_by": cause.name} if cause else {}, cause=cause)


@entry_action(UPWARD_KIND_NAME, "resume", label="恢复报送", rule=list_reasons_unless_system)
def resume_upward(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Reopen a submission because its task was reopened."""
    entry.outcome = ""
    return ActionResult(words=reason)


@action("guidance.record", label="登记指导记录", rule=list_reasons_unless_appointed)
def record_guidance(
    guiding: Body,
    *,
    by: Actor,
    on: date,
    words: str,
    guided: Body | None = None,
    counterpart: str = "",
    kind: str = GuidanceKind.GUIDANCE,
    measure: Measure | None = None,
) -> ActionResult:
    """Record guidance or training of a unit on a measure. Return the `Guidance`."""
    if not by.system and not by.reaches(Role.CHIEF, path=guiding.path) and guiding.pk not in by.bodies:
        raise Refused("只能登记本单位的指导记录。")
    if on > timezone.localdate():
        raise Refused("日期不能晚于今天。")
    words = require_text(words, "请填写指导内容。")
    if (guided is None) == (not counterpart.strip()):
        raise Refused("请选择对象单位，或者填写本系统之外的对象。")
    if measure and not Measure.objects.filter(make_involvement_condition([guiding]), pk=measure.pk).exists():
        raise Refused(f"{guiding.label}不承担也不牵头这项举措，请选择本单位的举措，或者不选。")
    guidance = Guidance.objects.create(
        kind=kind,
        on=on,
        guiding=guiding,
        guided=guided,
        counterpart=counterpart.strip()[:120],
        measure=measure,
        words=words,
        recorded_by=by.name,
    )
    whom = guided.label if guided else guidance.counterpart
    return ActionResult(
        words=f"{guiding.label}{GuidanceKind(kind).label}{whom}：{words[:100]}",
        facts={"guidance": guidance.pk, "on": on.isoformat()},
        result=guidance,
        stream=f"guidance/{guidance.pk}",
    )
