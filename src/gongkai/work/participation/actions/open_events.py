"""Actions on open days and open meetings."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from html import escape
from typing import TypedDict, Unpack

from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.editions.models.editions import DisclosureAttribute, DisclosureBasis, ItemKind
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing.actions import create_draft
from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.addresses import find_url_errors
from gongkai.core.acts.rows import insert_row, is_new_value
from gongkai.core.files import record_files as kept_papers
from gongkai.core.files.store import NamedStoredFile
from gongkai.core.ledger.actions import add_evidence, find_same_evidence
from gongkai.core.ledger.actions.evidence import EvidenceContent, EvidenceFacts
from gongkai.core.ledger.models import Entry, EvidenceVerdict
from gongkai.core.units.models import Body
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.writing.titles import quote_words
from gongkai.work.participation import rules
from gongkai.work.participation.models import OpenEventKind, Opening, OpeningPaper, OpeningProof
from gongkai.work.participation.open_events import list_evidence_uses, list_public_documents

# The earliest year of a record; earlier ones are typing errors.
EARLIEST_YEAR = 2000


class OpenEventFacts(TypedDict):
    """The facts of an open day or open meeting; `guests` is None while it is planned."""

    kind: str
    on: date
    place: str
    theme: str
    invited: str
    guests: int | None
    account: str
    address: str


_FIELD_LABELS = {field.name: str(field.verbose_name) for field in Opening._meta.concrete_fields}


def find_open_event_faults(facts: OpenEventFacts) -> list[str]:
    """Return the faults of an event with these `facts`: missing texts, day, guests, URL."""
    today, is_held = timezone.localdate(), facts["guests"] is not None
    checks = [
        (facts["kind"] not in OpenEventKind.values, "没有这种类别。"),
        (not facts["theme"].strip(), "请填写主题。"),
        (not facts["place"].strip(), "请填写地点。"),
        (facts["on"].year < EARLIEST_YEAR, f"日期的年份不能早于{EARLIEST_YEAR}年。"),
        (facts["on"].year > today.year + 1, f"计划的日期应在{today.year + 1}年底以前。"),
        (is_held and facts["on"] > today, "日期还没有到，参加人数请在举办之后登记。"),
        (not is_held and bool(facts["account"].strip()), "登记举办情况的，请同时填写参加人数。"),
    ]
    return [sentence for is_fault, sentence in checks if is_fault] + find_url_errors(facts["address"])


def _clean_open_event_facts(body: Body, facts: OpenEventFacts, number: int | None = None) -> OpenEventFacts:
    """Return the facts of an open event, trimmed and shortened.

    Raises:
        Refused: faults, or the same unit, day and theme are registered already (not counting event `number`).
    """
    if reasons := find_open_event_faults(facts):
        raise Refused(reasons)
    theme = facts["theme"].strip()[:200]
    same_openings = Opening.objects.filter(body=body, on=facts["on"], theme=theme, dropped="")
    if not is_new_value(Opening, "theme", theme) and same_openings.exclude(pk=number or 0).exists():
        raise Refused(f"{day_in_words(facts['on'])}“{facts['theme'].strip()[:60]}”已经登记，不重复登记。")
    return OpenEventFacts(
        kind=facts["kind"],
        on=facts["on"],
        place=facts["place"].strip()[:200],
        theme=theme,
        invited=facts["invited"].strip()[:200],
        guests=facts["guests"],
        account=facts["account"].strip(),
        address=facts["address"].strip(),
    )


@action(
    "participation.register_opening",
    label="登记政府开放日、会议开放",
    rule=rules.list_reasons_unless_unit_staff,
    quiet=True,
)
def register_open_event(body: Body, *, by: Actor, **facts: Unpack[OpenEventFacts]) -> ActionResult:
    """Register a planned or past event; the action's result is the `Opening`."""
    if not body.alive:
        raise Refused("这个单位已经撤销或者并入其他单位。")
    opening = insert_row(Opening(body=body, made_by=by.name, **_clean_open_event_facts(body, facts)))
    return ActionResult(
        words=f"{opening.state}：{_describe_open_event(opening)}", stream=f"opening/{opening.pk}", result=opening
    )


def _describe_open_event(opening: Opening) -> str:
    guests = f"，{opening.guests}人参加" if opening.guests is not None else ""
    return f"{opening.describe_event(opening.on)}，{opening.place}{guests}"


def _list_reasons_if_dropped(opening: Opening) -> list[str]:
    return [f"已经取消：{opening.dropped}"] if opening.dropped else []


@action(
    "participation.change_opening",
    label="更正或者登记举办情况",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_if_dropped,
)
def change_open_event(opening: Opening, *, by: Actor, **facts: Unpack[OpenEventFacts]) -> ActionResult:
    """Change a record or record its outcome; the log keeps old and new values."""
    cleaned, changed = _clean_open_event_facts(opening.body, facts, opening.pk), []
    if cleaned["guests"] is None and opening.held and list_evidence_uses(opening).exists():
        raise Refused("这次活动已列为任务的佐证，不能改为没有举办；确需更改的，请先在任务页面撤回佐证。")
    for name, value in cleaned.items():
        old_value = getattr(opening, name)
        if old_value != value:
            label = _FIELD_LABELS[name]
            changed.append(f"{label}：{_format_field_value(old_value)} → {_format_field_value(value)}")
            setattr(opening, name, value)
    if not changed:
        raise Refused("没有改动。")
    opening.save()
    return ActionResult(words="；".join(changed)[:1000], result=opening)


def _format_field_value(value: object) -> str:
    return str(dict(OpenEventKind.choices).get(str(value), value))[:80] if value not in (None, "") else "（空）"


def _list_reasons_against_dropping(opening: Opening) -> list[str]:
    used = list_evidence_uses(opening).exists()
    return _list_reasons_if_dropped(opening) or (["这次活动已列为任务的佐证，请先在任务页面撤回佐证。"] if used else [])


@action(
    "participation.drop_opening",
    label="取消或者作废",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_against_dropping,
)
def drop_open_event(opening: Opening, *, by: Actor, reason: str) -> ActionResult:
    """Cancel a planned event or void a wrong record, with a reason."""
    reason = require_text(reason, "请写明理由。", 2)
    opening.dropped = reason[:300]
    opening.save(update_fields=["dropped"])
    return ActionResult(words=opening.dropped)


def _list_reasons_against_announcing(opening: Opening) -> list[str]:
    """Return the Chinese reasons why no announcement can be started: dropped, past or announced."""
    if opening.dropped or opening.on < timezone.localdate():
        return _list_reasons_if_dropped(opening) or ["日期已经过去，不再发布公告；活动的报道请在“公开的信息”中关联。"]
    return ["已经起草公告。"] if opening.announcement_id else []


@action(
    "participation.announce_opening",
    label="起草公告",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_against_announcing,
)
def announce_open_event(opening: Opening, *, by: Actor) -> ActionResult:
    """Draft the announcement of an event as an item of the unit; return the item."""
    label = "政府开放日" if opening.kind == OpenEventKind.OPEN_DAY else "邀请公众列席会议"
    item = create_draft(
        opening.body,
        by=by,
        title=f"{opening.body.name}关于{day_in_words(opening.on)}{label}的公告",
        kind=ItemKind.NOTICE,
        body=_make_announcement_html(opening),
        issuer=opening.body.name,
        source=opening.body.name,
        written_on=timezone.localdate(),
        formed_on=timezone.localdate(),
        attribute=DisclosureAttribute.PROACTIVE,
        attribute_basis=DisclosureBasis.A19,
    )
    opening.announcement = ensure_document(item)
    opening.save(update_fields=["announcement"])
    return ActionResult(words=f"起草公告“{item.title}”", facts={"item": item.pk}, result=item)


def _make_announcement_html(opening: Opening) -> str:
    """Return the announcement of an event as labelled paragraphs, without empty ones."""
    body = opening.body
    lines = [
        ("主题" if opening.kind == OpenEventKind.OPEN_DAY else "会议和议题", opening.theme),
        ("时间", day_in_words(opening.on)),
        ("地点", opening.place),
        ("邀请对象", opening.invited),
        ("联系电话", body.phone),
        ("电子邮箱", body.email),
    ]
    return "".join(f"<p>{label}：{escape(text)}</p>" for label, text in lines if text)


@action(
    "participation.link_opening",
    label="关联公开的信息",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_if_dropped,
)
def link_open_event(opening: Opening, *, by: Actor, document: Document, announces: bool | str = False) -> ActionResult:
    """Link an open day or meeting with its announcement (`announces`), or with a public report on it."""
    if document.body_id != opening.body_id or document.published_at is None:
        raise Refused("只能关联本单位已经公开的信息。")
    if announces:
        opening.announcement = document
        opening.save(update_fields=["announcement"])
    else:
        opening.documents.add(document)
    return ActionResult(words="公告" if announces else "公开的信息", facts={"document": document.pk})


@action(
    "participation.unlink_opening",
    label="取消关联",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_if_dropped,
)
def unlink_open_event(opening: Opening, *, by: Actor, document: Document) -> ActionResult:
    """Remove the link between an event and a document, also that of the announcement."""
    opening.documents.remove(document)
    if opening.announcement_id == document.pk:
        opening.announcement = None
        opening.save(update_fields=["announcement"])
    return ActionResult(words="取消关联", facts={"document": document.pk})


@action(
    "participation.attach_opening_papers",
    label="上传活动材料",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_if_dropped,
)
def attach_open_event_papers(
    opening: Opening, *, by: Actor, what: str, files: Sequence[NamedStoredFile]
) -> ActionResult:
    """Attach papers (`what`: their kind) to a record; the action's result is the list of papers."""
    papers = kept_papers.add_papers(opening.papers, what, files, by=by)
    return ActionResult(
        words=kept_papers.describe_papers(papers),
        facts={"papers": kept_papers.map_paper_digests(papers)},
        result=papers,
    )


@action("participation.drop_opening_paper", label="删除活动材料", rule=rules.list_reasons_unless_unit_staff)
def drop_open_event_paper(paper: OpeningPaper, *, by: Actor) -> ActionResult:
    """Remove a paper from a record; evidence of tasks keeps its copy."""
    stream = f"opening/{paper.opening_id}"
    return ActionResult(words=kept_papers.delete_paper(paper), stream=stream)


@action(
    "participation.prove_by_opening",
    label="列为任务佐证",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_if_dropped,
)
def prove_by_open_event(
    opening: Opening,
    *,
    by: Actor,
    entry: Entry,
    documents: Collection[int] = (),
    papers: Collection[int] = (),
    link: bool = False,
) -> ActionResult:
    """Use documents, link and papers of an event as evidence of a task.

    Args:
        entry: the open task; the rules of the ledger for evidence apply.
        documents: primary keys of public editions.
        papers: primary keys of papers of the record.
        link: true to use the URL of an external report.
    """
    if not opening.held:
        raise Refused("还没有登记举办情况，不能作为佐证，请先登记举办情况。")
    if entry.body_id != opening.body_id:
        raise Refused("只能作为本单位任务的佐证。")
    if reasons := add_evidence.why_not(entry, by=by):
        raise Refused(reasons)
    evidence_arguments = _make_evidence_arguments(opening, documents, papers, link=link)
    if not evidence_arguments:
        raise Refused("请勾选作为佐证的信息或者材料。")
    common: EvidenceFacts = {
        "words": f"{opening.get_kind_display()}，{opening.on.isoformat()}，{opening.guests}人参加",
        "captured_at": timezone.make_aware(datetime.combine(opening.on, time(12))),
    }
    count = 0
    for content, own_facts in evidence_arguments:
        facts = common | own_facts
        if find_same_evidence(entry, **content, captured_at=facts["captured_at"]):
            continue
        OpeningProof.objects.create(evidence=add_evidence(entry, by=by, **content, **facts), opening=opening)
        count += 1
    if not count:
        raise Refused("所选的信息和材料已经是这项任务的佐证。")
    return ActionResult(
        words=f"列为{quote_words(entry.title[:60])}（{entry.number}）的佐证{count}条", facts={"entry": entry.pk}
    )


def _make_evidence_arguments(
    opening: Opening, documents: Collection[int], numbers: Collection[int], *, link: bool
) -> list[tuple[EvidenceContent, EvidenceFacts]]:
    """Return (content, facts) of the chosen evidence."""
    arguments: list[tuple[EvidenceContent, EvidenceFacts]] = [
        (
            {"edition": text.edition_id, "url": text.path},
            {"title": text.title, "machine": EvidenceVerdict.HOLDS, "captured_at": text.published_at},
        )
        for text in list_public_documents(opening)
        if text.edition_id in documents
    ]
    if link and opening.address:
        arguments.append(({"url": opening.address}, {"title": f"报道：{opening.theme}"}))
    papers = opening.papers.filter(pk__in=numbers).select_related("stored")
    arguments += [
        (
            {"file": NamedStoredFile(paper.name, paper.stored)},
            {"title": f"{paper.get_what_display()}：{paper.name}"[:300]},
        )
        for paper in papers
    ]
    return arguments
