"""Find the signed public text by which a decision on validity takes effect.

The validity shown to the public changes only with such a text (政府信息公开条例第十七条: 公开前审查), and is
corrected only by one.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from html import escape

from django.utils import timezone

from gongkai.content.editions.models import Audience, Document, Edition, EditionEffect
from gongkai.content.editions.shelves import list_spans
from gongkai.content.editions.sources import OutgoingText, get_item_number
from gongkai.content.policies.decision_words import (
    PLANNED_PATTERN,
    NamedDocument,
    find_effective_dates,
    find_effective_words,
    find_lead_in,
    find_statements,
)
from gongkai.content.policies.models import CleanupTask, Decision, PolicyRecord
from gongkai.content.policies.signed_records import VALIDITY_FIELDS, find_binding_content, is_signed
from gongkai.content.policies.text_facts import get_draft_text as drafted_words
from gongkai.content.policies.validity import DecisionKind, describe_validity, get_last_day
from gongkai.content.policies.validity_periods import load_validity_facts
from gongkai.content.policies.validity_updates import apply_edition, has_decisions, is_text_signed, record_of_text
from gongkai.content.publishing.models import find_document_item
from gongkai.content.reviewing.models import Review, ReviewState
from gongkai.content.reviewing.required_reading import VALIDITY_EFFECT_PREFIX, list_signed_effects
from gongkai.content.reviewing.states import OPEN_STATES
from gongkai.core.acts.digest import canonical_json, digest
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import day_in_words, find_days, read_day
from gongkai.lib.richtext import to_plain_text
from gongkai.lib.writing.titles import cite_title

#: Phrases by which the decision of a text counts from its publication.
PUBLICATION_DAY_WORDS = ("公布之日", "发布之日")
_EFFECT_ON_PRINTING_PATTERN = re.compile("自(?:印发|下发|发文|即)之?日起(?:正式)?(?:施行|实施|执行|生效|试行)")


def find_announcing_document(decision: Decision) -> Document | None:
    """Return the document whose signed text announces a decision, or None.

    An amended text is announced by its own new edition.
    """
    if decision.announced_in is not None:
        return decision.announced_in
    if decision.what == DecisionKind.UPDATE:
        return decision.record.document
    return decision.actor.document if decision.actor else None


def find_signed_edition(document: Document | None) -> Edition | None:
    """Return the public edition of a document if all stages signed it, else None.

    An urgent edition counts after its later review (补审).
    """
    now = timezone.now()
    shown = list_spans(document.editions.all()) if document else []
    live = next((one.edition for one in shown if one.since <= now and (one.until is None or one.until > now)), None)
    if not isinstance(live, Edition) or live.audience != Audience.ALL:
        return None
    unsigned = Review.objects.filter(edition_id=live.pk).exclude(state=ReviewState.APPROVED)
    return None if unsigned.exists() else live


def list_statements(decision: Decision, text: str) -> list[str]:
    """Return the sentences of a text that state a decision (none for an update), or its correction if drafted."""
    corrected = decision.corrected_in_id is not None
    if decision.what == DecisionKind.UPDATE and not corrected:
        return []
    named = NamedDocument(decision.record.title, decision.record.number_key)
    return find_statements(text, named, None if corrected else DecisionKind(decision.what))


def list_public_statements(decision: Decision) -> list[str]:
    """Return the public sentences that state a decision to confirm; for an update, its description."""
    edition = find_confirmable_edition(decision)
    if edition is None:
        return []
    if decision.what == DecisionKind.UPDATE and decision.corrected_in is None:
        return [_describe_update(decision, edition)] if count_fresh_paragraphs(edition) else []
    return list_statements(decision, get_full_text(edition))


def _describe_update(decision: Decision, edition: Edition) -> str:
    """Describe the edition that is the amended text, with the number of changed paragraphs."""
    day, fresh = timezone.localdate(edition.visible_from), count_fresh_paragraphs(edition)
    return f"{cite_title(decision.record.title)}{day:%Y-%m-%d}公开的版本，与此前的版本相比有{fresh}段不同"


def count_fresh_paragraphs(edition: Edition) -> int:
    """Return the number of paragraphs of an edition that the previous one does not have."""
    before = find_previous_edition(edition)
    lines = Counter(get_full_text(edition).splitlines())
    return sum((lines - Counter(get_full_text(before).splitlines() if before else [])).values())


def find_previous_edition(edition: Edition) -> Edition | None:
    """Return the previous public edition of the document, or None."""
    earlier = Edition.objects.filter(document=edition.document_id, act=EditionEffect.PUBLISH, number__lt=edition.number)
    return earlier.select_related("content").order_by("-number").first()


def is_under_signature(decision: Decision) -> bool:
    """Return true if signers of a text that is not public or not reviewed afterwards (补审) decide on the decision now."""
    ground = decision.corrected_in or find_announcing_document(decision)
    if ground is None:
        return False
    spans = list_spans(ground.editions.all())
    coming_editions = {
        span.edition.pk
        for span in spans
        if isinstance(span.edition, Edition) and (span.until is None or span.until > timezone.now())
    }
    decision_mark = compute_decision_digest(decision)
    rows = Review.objects.filter(source=ground.source, state__in=(*OPEN_STATES, ReviewState.APPROVED))
    return any(
        (number is None or number in coming_editions) and decision_mark in {part["digest"] for part in parts}
        for number, parts in rows.values_list("edition_id", "parts")
    )


def find_confirmable_edition(decision: Decision) -> Edition | None:
    """Return the public edition by which another person can confirm a decision or its correction; None if too late."""
    corrected = decision.corrected_in
    if decision.undone_at or not (decision.is_pending or corrected):
        return None
    edition = find_signed_edition(corrected or find_announcing_document(decision))
    return edition if edition and (corrected or is_in_time(decision, edition)) else None


def find_other_days(decision: Decision, statements: Sequence[str], public: date) -> Sequence[date | None]:
    """Return the days of the first sentence that lacks the decision's day; [None] if unknown, [] without one.

    同时废止 means the day from which the stating text is in force, 公布之日 its day of publication. A text
    that names no first day is in force from its publication (规章制定程序条例第三十二条).

    Args:
        decision: the decision.
        statements: the sentences that state it.
        public: the day on which their text is published.
    """
    what = DecisionKind(decision.what)
    if decision.corrected_in_id is not None or what == DecisionKind.UPDATE:
        return []
    on = (
        decision.until
        if what == DecisionKind.EXTEND
        else max(decision.on, public)
        if decides_itself(decision)
        else decision.on
    )
    for statement in statements:
        effective_words = find_effective_words(statement, what)
        meant: Sequence[date | None] = find_effective_dates(statement, what) or [on]
        if effective_words is not None:
            meant = _find_meant_days(effective_words, statement, decision.actor, public)
        to_come = decision.actor is not None and not is_signed(decision.actor)
        moves = effective_words is not None and _means_publication(effective_words, decision.actor) and to_come
        if on not in meant and not (moves and on and max(on, public) in meant):
            return meant or [None]
    return []


def _find_meant_days(text: str, statement: str, actor: PolicyRecord | None, public: date) -> Sequence[date | None]:
    """Return the possible dates that `text` means in a statement of the record `actor` published on `public`."""
    if day := read_day(text):
        return [day]
    if actor is None:
        return [public]
    if actor.effective_on and not text.endswith((*PUBLICATION_DAY_WORDS, "印发之日", "即日")):
        return [actor.effective_on]
    made = None if _means_publication(text, actor) else actor.made_on
    return sorted(
        {day for day in (made, own_publication_day(actor), _find_publication_day(statement, actor, public)) if day}
    )


def _means_publication(text: str, actor: PolicyRecord | None) -> bool:
    """Return true if words of `find_effective_words` mean the day of publication: literally, or because the text names no day."""
    if text.endswith(PUBLICATION_DAY_WORDS):
        return True
    other = actor is None or actor.effective_on or read_day(text) or text.endswith(("印发之日", "即日"))
    return not other and actor is not None and not _EFFECT_ON_PRINTING_PATTERN.search(_load_current_words(actor))


def _load_current_words(record: PolicyRecord) -> str:
    """Return the words of a document's public text, else of its draft, else of the record."""
    content = find_binding_content(record.document_id)
    item = find_document_item(record.document) if record.document else None
    return to_plain_text(content.html) if content else drafted_words(item) if item else to_plain_text(record.html)


def own_publication_day(record: PolicyRecord) -> date | None:
    """Return the day of publication that a document's own text states, or None."""
    day = record.published_on
    return day if day and day in find_days(_load_current_words(record)) else None


def get_signed_first_day(decision: Decision, edition: Edition) -> date:
    """Return the first day of a decision signed with a text.

    It is not before publication if the text says 公布之日.
    """
    if decision.what in {DecisionKind.UPDATE, DecisionKind.EXTEND} or decision.round_id is not None:
        return decision.on
    statements, what = list_statements(decision, get_full_text(edition)), DecisionKind(decision.what)
    said = (find_effective_words(statement, what) for statement in statements)
    by_publication = any(text is not None and _means_publication(text, decision.actor) for text in said)
    by_publication = by_publication and (decision.actor is None or own_publication_day(decision.actor) != decision.on)
    return max(decision.on, timezone.localdate(edition.visible_from)) if by_publication else decision.on


def find_contradicting_lead_in(decision: Decision, statements: Sequence[str], text: str, public: date) -> str:
    """Return the line before a statement that makes it a plan, or names another day or none, or ""."""
    what = DecisionKind(decision.what)
    for lead in filter(None, (find_lead_in(text, statement) for statement in statements)):
        dated = what == DecisionKind.EXTEND or find_effective_words(lead, what) or find_effective_dates(lead, what)
        if PLANNED_PATTERN.search(lead) or not dated or find_other_days(decision, [lead], public):
            return lead
    return ""


def _find_publication_day(statement: str, record: PolicyRecord, public: date) -> date:
    """Return the day on which a statement first became public: `public`, or that of an earlier edition."""
    earlier = Edition.objects.filter(document=record.document_id, act=EditionEffect.PUBLISH).select_related("content")
    return min([public, *(timezone.localdate(one.visible_from) for one in earlier if statement in get_full_text(one))])


def describe_other_days(days: Sequence[date | None]) -> str:
    """Return the error that a text states other days than the recorded ones."""
    named = "或者".join(f"{day:%Y-%m-%d}" for day in days if day)
    unknown = "看不出是哪一天（写的是某件事之后，或者写明它的文件在库中没有施行日期）"
    return f"原文写的日期{f'是{named}' if named else unknown}，与记入的不一致"


def is_drafted(document: Document | None) -> bool:
    """Return true if an announcement has a drafted text or was public."""
    return document is not None and (find_document_item(document) is not None or document.editions.exists())


def describe_decision(decision: Decision) -> str:
    """Describe a decision for its signers: dates, deciding document and replacement."""
    label, name = DecisionKind(decision.what).label, cite_title(decision.record.title, decision.record.number)
    if decision.corrected_in_id is not None:
        return f"更正：{name}{label}不生效"
    by = f"，依据{decision.by_words}" if decision.by_words else ""
    by += "，并由它替代" if decision.replaces and decision.actor else ""
    if decision.what == DecisionKind.EXTEND:
        return f"{name}{label}{f'至{day_in_words(decision.until)}' if decision.until else '，长期有效'}{by}"
    if decision.what == DecisionKind.UPDATE:
        return f"{name}的文本已按修改决定更新{by}"
    since = (
        "公布之日" if decides_itself(decision) and decision.on <= timezone.localdate() else day_in_words(decision.on)
    )
    return f"{name}自{since}起{label}{by}"


def compute_decision_digest(decision: Decision) -> str:
    """Return the digest under which signers approve a decision or its correction."""
    facts = {"decision": decision.pk, "what": decision.what, "on": decision.on, "until": decision.until}
    by = {"actor": decision.actor_id, "cited": decision.cited, "replaces": decision.replaces}
    return digest(canonical_json({**facts, **by, "corrected": decision.corrected_in_id is not None}))


def list_pending_decisions(text: OutgoingText) -> list[Decision]:
    """Return the decisions that a text puts into effect or corrects."""
    return list(Decision.objects.pending_for_text(text.document)) if has_decisions(text) else []


def list_text_effects(text: OutgoingText) -> list[tuple[str, str]]:
    """Return the changes of documents' validity that signers of a text approve.

    Pairs of (description, digest) for `reviewing.required_reading`. A clean-up round is one change.
    A document's first publication brings the validity of its record.
    """
    rows = list_pending_decisions(text)
    cleaned = [row for row in rows if row.round_id is not None and row.corrected_in_id is None]
    single = [row for row in rows if row not in cleaned]
    effects = [(f"{describe_decision(row)}，公众看到的有效性随之改变", compute_decision_digest(row)) for row in single]
    if cleaned:
        effects.append((_describe_round(cleaned), compute_round_digest(cleaned)))
    record = record_of_text(text)
    if record is not None:
        later = apply_edition(record, text.frozen, signed=is_text_signed(text))
        signed = find_signed_edition(text.document) if text.editions else None
        if signed is None or any(getattr(later, n) != getattr(record, n) for n in VALIDITY_FIELDS):
            life = load_validity_facts(later)
            facts = [
                str(life.begins),
                str(life.ends),
                *filter(None, [life.ends_when]),
                *(f"{decision.what} {decision.on} {decision.until}" for decision in life.decisions),
            ]
            words = f"{VALIDITY_EFFECT_PREFIX}{describe_validity(life, timezone.localdate(text.start))}"
            effects.append((words, digest(canonical_json({"record": record.pk, "validity": facts}))))
    return effects


def list_opinion_papers(text: OutgoingText) -> list[tuple[str, str]]:
    """Return (file, name) of the papers with units' opinions in the clean-up whose result this text is."""
    number = get_item_number(text.source.stream)
    tasks = CleanupTask.objects.filter(round__item_number=number, paper__isnull=False) if number else []
    return [(str(task.paper_id), f"{task.body.name}的书面清理意见：{task.paper_name}") for task in tasks]


def _describe_round(rows: Sequence[Decision]) -> str:
    """Return the Chinese sentence on the files of a cleanup round by decision."""
    named = {
        label: "、".join(cite_title(row.record.title, row.record.number) for row in rows if row.what == what)
        for what, label in DecisionKind.choices
    }
    counts = "；".join(f"{label}{names}" for label, names in named.items() if names)
    return f"{rows[0].round}的结果自{day_in_words(rows[0].on)}起施行：{counts}"


def compute_round_digest(rows: Sequence[Decision]) -> str:
    """Return the digest by which signers approve all decisions of a round, without their day."""
    return digest(canonical_json({"round": sorted((row.pk, row.what, str(row.until)) for row in rows)}))


def get_full_text(edition: Edition) -> str:
    """Return title and text of an edition, or "" if it was erased by law."""
    content = getattr(edition, "content", None)
    return f"{content.title}\n{to_plain_text(content.html)}" if content else ""


def find_effective_edition(decision: Decision) -> Edition | None:
    """Return the signed edition that puts a decision into effect, or None.

    Its signers approved the decision, or the whole clean-up.
    """
    edition = find_signed_edition(find_announcing_document(decision))
    if edition is None:
        return None
    approved_digest = compute_decision_digest(decision)
    if decision.round_id is not None:
        rows = Decision.objects.filter(round=decision.round_id, announced_in=decision.announced_in, undone_at=None)
        approved_digest = compute_round_digest(list(rows))
    is_approved = approved_digest in list_signed_effects(edition.pk)
    return edition if is_approved and is_in_time(decision, edition) else None


def is_in_time(decision: Decision, edition: Edition) -> bool:
    """Return true if an edition is public by the last day (extension), or after the amending text (update)."""
    day = timezone.localdate(edition.visible_from)
    if decision.what == DecisionKind.UPDATE:
        amended = decision.record.decisions.counting().filter(what=DecisionKind.AMEND).order_by("on", "pk").last()
        if amended is None or amended.effective_at is None or find_previous_edition(edition) is None:
            return False
        law = amended.actor.document.published_at if amended.actor and amended.actor.document else None
        return day >= amended.on and edition.visible_from > (law or amended.effective_at)
    ends = get_last_day(load_validity_facts(decision.record)) if decision.what == DecisionKind.EXTEND else None
    return ends is None or day <= ends


def find_correcting_edition(decision: Decision) -> Edition | None:
    """Return the signed edition that withdraws a decision, or None."""
    edition = find_signed_edition(decision.corrected_in)
    is_signed = edition is not None and compute_decision_digest(decision) in list_signed_effects(edition.pk)
    return edition if is_signed else None


def decides_itself(decision: Decision) -> bool:
    """Return true if the announcement is itself the decision, which counts from publication."""
    return decision.announced_in_id is not None and (not decision.cited or decision.round_id is not None)


def compose_announcement(decision: Decision, today: date) -> tuple[str, str]:
    """Return (title, HTML) of the announcement of a decision, with basis and reason."""
    record, name = decision.record, cite_title(decision.record.title, decision.record.number)
    since = f"自{day_in_words(decision.on)}起" if decision.cited or decision.on > today else "自本公告公布之日起"
    what = {
        DecisionKind.REPEAL: f"{name}{since}废止。",
        DecisionKind.EXPIRE: f"{name}{since}失效。",
        DecisionKind.AMEND: f"{name}{since}修改，请以修改后的内容为准。",
        DecisionKind.EXTEND: f"{name}的有效期延长至{day_in_words(decision.until)}。"
        if decision.until
        else f"{name}延长有效期，长期有效。",
    }[DecisionKind(decision.what)]
    verb = {DecisionKind.EXPIRE: "宣布失效"}.get(DecisionKind(decision.what), str(DecisionKind(decision.what).label))
    title = f"关于{cite_title(record.title)}{verb}的公告"
    basis = f"根据{decision.by_words}，" if decision.by_words else ""
    reason = f"<p>{escape(decision.reason)}</p>" if decision.reason else ""
    return title, f"<p>{escape(basis + what)}</p>{reason}"


def compose_correction(decision: Decision) -> tuple[str, str]:
    """Return (title, HTML) of the announcement that corrects a decision; the reason stays in the log."""
    name = cite_title(decision.record.title, decision.record.number)
    text = f"此前公布的{name}{DecisionKind(decision.what).label}的信息有误，现予更正：该项{DecisionKind(decision.what).label}不生效。"
    return f"关于更正{cite_title(decision.record.title)}效力信息的公告", f"<p>{escape(text)}</p>"
