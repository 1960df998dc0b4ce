"""Actions on the entries of documents without interpretation (待解读清单)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.interpretation.actions.planned_releases import reopen_release
from gongkai.content.interpretation.actions.result_handovers import find_open_handover, withdraw_results
from gongkai.content.interpretation.models import InterpretationMedium, Owed, PlannedRelease, PressEvent
from gongkai.content.interpretation.queries import list_specialists
from gongkai.content.interpretation.rules import check_supervisor, check_writer
from gongkai.content.interpretation.states import OWED_KIND, RULE_SET
from gongkai.content.publishing.models import get_document_title
from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.clock import make_event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import check_system
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body
from gongkai.lib.writing.titles import cite_title


@action(
    "interpretation.drop_event",
    label="作废登记",
    rule=check_writer,
    ready=lambda event: ["这条登记已经作废。"] if event.dropped else [],
)
def drop_event(event: PressEvent, *, by: Actor, reason: str) -> ActionResult:
    """Declare void a release that was registered by mistake.

    Its row stays with the reason; its planned release is open again and its handover is withdrawn.
    """
    reason = require_text(reason, "请写明作废的理由。")
    event.dropped = reason[:300]
    event.save()
    row = PlannedRelease.objects.select_related("entry").filter(event=event).first()
    if row is not None:
        reopen_release(row.entry, by=SYSTEM, reason=event.dropped)
    running = find_open_handover(event)
    if running is not None:
        withdraw_results(running, by=by, reason=f"发布的登记已作废：{event.dropped}")
    return ActionResult(words=event.dropped, facts={"event": event.pk})


def _check_is_public(document: Document) -> list[str]:
    return [] if document.published_at else ["文件还没有公开。"]


@action("interpretation.owe", label="列入待解读清单", rule=check_supervisor, ready=_check_is_public)
def owe_interpretation(
    document: Document, *, by: Actor, forms: Sequence[str] = (InterpretationMedium.TEXT,), until: date | None = None
) -> ActionResult:
    """Open an entry for a public document that its drafter must interpret, unless there is one.

    Args:
        document: the document.
        by: the user, or a job.
        forms: the forms that are missing.
        until: a day that was ordered; by default it follows from the publication (rule set
            `interpretation`).
    """
    if not forms or any(form not in InterpretationMedium.values for form in forms):
        raise Refused("请选择所缺的解读形式。")
    if Owed.objects.filter(document=document, entry__closed_at=None).exists():
        return ActionResult(words="已在待解读清单中", result=document)
    assert document.published_at is not None
    published = timezone.localdate(document.published_at)
    words = "、".join(InterpretationMedium(form).label for form in forms)
    entry = Entry(
        kind=OWED_KIND.name,
        title=f"解读{cite_title(get_document_title(document))}"[:300],
        body_id=document.body_id,
        year=published.year,
    )
    first = make_event("assigned", until=until) if until else make_event("published", published)
    entry.rules = "assignment" if until else RULE_SET
    make_entries([entry], by=by, words=f"缺{words}", events=lambda _: [first])
    kept = Owed.objects.create(entry=entry, document=document, forms=list(forms), until=until)
    return ActionResult(
        words=f"列入待解读清单：{words}",
        facts={"entry": entry.pk},
        tell=_make_specialist_notifications(entry, words),
        result=kept,
    )


def _make_specialist_notifications(entry: Entry, text: str) -> tuple[Notification, ...]:
    """Return the notification to the unit's specialists; () if it has none, so that only the ledger entry exists."""
    specialists = list_specialists(Body.objects.filter(pk=entry.body_id), timezone.localdate())
    persons = tuple(dict.fromkeys(specialists.values_list("person", flat=True)))
    if not persons:
        return ()
    notification = Notification(
        subject=f"待解读：{entry.title}"[:200],
        body=f"{entry.title}，缺{text}，请在{timezone.localtime(entry.due_at):%Y-%m-%d}前公开。"
        if entry.due_at
        else f"{entry.title}，缺{text}。",
        link=get_entry_url(entry),
        key=f"interpretation/{entry.pk}/owed",
        persons=persons,
    )
    return (notification,)


@entry_action("interpretation", "interpret", label="已解读", rule=check_system)
def close_interpreted(entry: Entry, *, by: Actor, at: datetime) -> ActionResult:
    """Close the entry at the time when all missing forms are public."""
    entry.closed_at, entry.outcome = at, "interpreted"
    closed = make_event("closed" if entry.rules == "assignment" else "interpreted", at)
    text = f"解读于{timezone.localtime(at):%Y-%m-%d %H:%M}公开"
    return ActionResult(words=text, events=(closed,), past=True)


@entry_action("interpretation", "excuse", label="不再要求解读", rule=check_supervisor)
def excuse_interpretation(entry: Entry, *, by: Actor, words: str) -> ActionResult:
    """Remove a document from the list with a reason (`words`)."""
    words = require_text(words, "请写明理由。")
    entry.outcome = "excused"
    return ActionResult(words=words[:500])


@entry_action("interpretation", "end", label="文件不再公开", rule=check_system)
def end_interpretation(entry: Entry, *, by: Actor) -> ActionResult:
    """Close the entry of a document that is no longer public; a date missed before stays missed."""
    entry.outcome = "withdrawn"
    return ActionResult(words="文件已撤回或者公开期满，解读任务结束；文件重新公开的，重新列入待解读清单。")
