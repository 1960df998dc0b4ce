"""Publication gates of policy documents and of texts that cite them (L-07, L-08, P-20); validity follows publications."""

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from gongkai.content.editions.models import Edition, EditionEffect, ValidityState
from gongkai.content.editions.models.editions import POLICY_KINDS, ItemKind
from gongkai.content.editions.queries import documents_visible_to
from gongkai.content.editions.sources import get_item_number
from gongkai.content.policies import round_closing
from gongkai.content.policies.actions.cleanup import settle_rounds
from gongkai.content.policies.actions.decisions import settle_announced_decisions
from gongkai.content.policies.actions.relations import update_end_words, update_record
from gongkai.content.policies.announcements import get_announcing_body
from gongkai.content.policies.decision_texts import (
    decides_itself,
    describe_decision,
    describe_other_days,
    find_contradicting_lead_in,
    find_other_days,
    list_pending_decisions,
    list_statements,
)
from gongkai.content.policies.ended_bases import warn_of_withdrawn_text
from gongkai.content.policies.formats import find_format_errors, list_missing_consultation_facts
from gongkai.content.policies.models import (
    CleanupRound,
    Decision,
    PolicyLevel,
    PolicyRecord,
    Relation,
    RelationKind,
    RoundState,
)
from gongkai.content.policies.queries.uploading import find_upper_library_of_record, has_receipt
from gongkai.content.policies.signed_records import find_binding_content
from gongkai.content.policies.text_facts import find_dates_unlike_text
from gongkai.content.policies.validity import ENDED_STANDINGS, DecisionKind, get_period
from gongkai.content.policies.validity_periods import load_validity_facts, sync_all_standings, sync_standings
from gongkai.content.policies.validity_updates import (
    apply_edition,
    find_differing_days,
    has_decisions,
    is_text_signed,
    record_of_text,
    update_dated_standing,
    update_dated_standings,
)
from gongkai.content.reviewing.actions.publication import find_companions
from gongkai.core.acts.following import ActionEvent
from gongkai.core.acts.rows import find_row
from gongkai.core.units.actors import ANONYMOUS
from gongkai.lib import typed_json
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.chinese.document_numbers import canonical_number, find_numbers
from gongkai.lib.richtext import to_plain_text

if TYPE_CHECKING:
    from gongkai.content.editions.frozen import FrozenContent
    from gongkai.content.editions.sources import OutgoingText, Source

_LEGAL_BASIS_PATTERN = re.compile("根据|依据|按照|依照|遵照")


#: Relations that name a basis.
BASIS_RELATIONS = Relation.objects.filter(kind__in=(RelationKind.BASIS, RelationKind.USES), target__isnull=False)


def check_library_record(text: "OutgoingText") -> list[str]:
    """Publication gate: require a correct record of a policy document (先入库，后公开; L-08).

    Its dates must equal those of the text. A text of another kind without a record must not contradict its own dates.
    """
    record = record_of_text(text)
    if text.frozen.facts["kind"] not in POLICY_KINDS:
        return [] if record else find_differing_days(text.frozen, timezone.localdate(text.start))
    if record is None:
        return ["政策文件须先入库后公开：请在本页“政策库”中办理入库。"]
    signed = is_text_signed(text)
    later = apply_edition(record, text.frozen, signed=signed)
    form = find_format_errors(later)
    future = {day for day in (record.made_on, record.published_on) if day and day > timezone.localdate(text.start)}
    late = ["成文日期、公布日期不能晚于公开之日。"] if future else []
    day, words = timezone.localdate(text.start), to_plain_text(text.frozen.html)
    public = find_binding_content(record.document_id) if signed else None
    reworded = public is None or to_plain_text(public.html) != words
    unlike = find_dates_unlike_text(later, text.frozen.title, words, day) if reworded else []
    return [
        f"政策库：{words}" for words in (*form, *late, *unlike, *list_differences(record, text.frozen, signed=signed))
    ]


def list_differences(record: PolicyRecord, frozen: "FrozenContent", *, signed: bool) -> list[str]:
    """Return Chinese differences between an item and its record; empty fields of the item are ignored.

    `signed`: an edition of the document was signed.

    Title, number and days of a signed document are corrected by a new edition, which the record
    follows (`actions.relations.follow_edition`).
    """
    facts = frozen.facts
    record = apply_edition(record, frozen, signed=signed)
    normative = facts["kind"] == ItemKind.NORMATIVE
    standing, day = typed_json.read_text(facts, "standing"), timezone.localdate()
    shown = get_period(load_validity_facts(record), day).state if standing and not signed else standing
    checks = [
        (
            (standing in ENDED_STANDINGS) != (shown in ENDED_STANDINGS),
            f"有效性与入库的不一致（库中为“{ValidityState(shown).label}”）：请在政策库中记入这项效力决定，或者改正本页的有效性。",
        ),
        (frozen.title != record.title.strip(), f"标题与入库的不一致（库中为“{record.title}”）。"),
        (
            normative != (record.level == PolicyLevel.NORMATIVE),
            f"信息类别与效力级别不一致（库中为“{record.get_level_display()}”）。",
        ),
        (
            bool(facts["document_number"])
            and canonical_number(typed_json.read_text(facts, "document_number")) != record.number_key,
            f"发文字号与入库的不一致（库中为“{record.number or '空'}”）。",
        ),
        *(
            (
                bool(facts[name]) and facts[name] != (day.isoformat() if day else ""),
                f"{label}与入库的不一致（库中为“{day or '空'}”）。",
            )
            for name, label, day in (
                ("effective_on", "施行日期", record.effective_on),
                ("ends_on", "有效期", record.ends_on),
            )
        ),
    ]
    return [text for wrong, text in checks if wrong]


def check_issuing_steps(text: "OutgoingText") -> list[str]:
    """Publication gate: require the public consultation of a normative document (L-07).

    A reason for none suffices. It also requires a reason for the disclosure attribute (P-20).
    """
    if text.frozen.facts["kind"] not in POLICY_KINDS:
        return []
    record = record_of_text(text)
    reasons = list_missing_consultation_facts(record) if record else []
    if not text.frozen.facts["attribute_reason"]:
        reasons.append("政策文件须写明公开属性的认定理由。")
    return reasons


def check_upload_receipt(text: "OutgoingText") -> list[str]:
    """Publication gate: require the higher library's receipt, if the government's setting does (L-08).

    Corrections of public documents are always possible.
    """
    if text.frozen.facts["kind"] not in POLICY_KINDS:
        return []
    record = record_of_text(text)
    if record is None or is_text_signed(text):
        return []
    library = find_upper_library_of_record(record)
    if library is None or not library.refuses or has_receipt(record):
        return []
    return [
        f"须先入{library.name}、后公开：这份文件还没有登记上传回执，请上传后在“上级库上传”中登记回执号或者回执文件。"
    ]


def check_published_bases(text: "OutgoingText") -> list[str]:
    """Publication gate: require that the bases of a text are public or published with it (优化营商环境条例第六十四条, L-07).

    Bases are known by relation or by a cited number.
    """
    cited = _find_cited_records(text.source, text.frozen)
    if not cited:
        return []
    inner = cited - set(documents_visible_to(ANONYMOUS).filter(policy__in=cited).values_list("policy", flat=True))
    return [
        f"引用的{record}尚未公开，未经公布的文件不得作为行政管理依据。"
        for record in PolicyRecord.objects.filter(pk__in=inner).order_by("pk")
        if record.document_id not in find_companions(text)
    ]


def check_stated_decisions(text: "OutgoingText") -> list[str]:
    """Publication gate: require that a text states the decisions that it announces, and repeats those in effect."""
    content = find_binding_content(text.document) if text.editions else None
    if content and text.frozen.facts["standing"] != content.facts.get("standing", ""):
        return [VALIDITY_BY_DECISION_ERROR]
    words = f"{text.frozen.title}\n{to_plain_text(text.frozen.html)}"
    day = timezone.localdate(text.start)
    waiting = list_pending_decisions(text)
    reasons = [reason for decision in waiting for reason in _find_wrong_announcer(decision, text)]
    reasons += [
        reason
        for decision in waiting
        for reason in _find_statement_errors(_apply_text_dates(decision, text), words, day)
    ]
    if content:
        reasons += _find_dropped_decisions(text, f"{content.title}\n{to_plain_text(content.html)}", words)
    if (
        not waiting
        and not text.editions
        and has_decisions(text)
        and Decision.objects.drafted_as_announcement(text.document).exists()
    ):
        reasons.append("这份公告所公布的决定已经撤销，不能再公开；请删除草稿。")
    made = find_row(
        CleanupRound.objects.filter(state=RoundState.SIGNING, item_number=get_item_number(text.source.stream))
    )
    return [*reasons, *(round_closing.find_result_errors(made, words, text.start) if made else [])]


VALIDITY_BY_DECISION_ERROR = (
    "已经公开的文件，有效性不在这里修改：请改回“有效性”一项，文件入库后在政策库中记入修改、废止、失效或者延长。"
)


def _find_wrong_announcer(decision: Decision, text: "OutgoingText") -> list[str]:
    """Return the error of an announcement that a unit other than the announcing one submits, or []."""
    if decision.round_id is not None and decision.corrected_in_id is None:
        return []  # the round's own office publishes
    own = text.document and text.document.pk in {decision.announced_in_id, decision.corrected_in_id}
    body = get_announcing_body(decision.record)
    if not own or text.source.unit.pk == body.pk:
        return []
    return [f"{decision.record}由{decision.record.issuers}印发，公告须由{body.label}送审：请在政策库撤销后重新记入。"]


def _apply_text_dates(decision: Decision, text: "OutgoingText") -> Decision:
    """Give the deciding document the dates of this text if it is its own; return the changed decision."""
    if decision.actor and text.document and decision.actor.document_id == text.document.pk:
        decision.actor = apply_edition(decision.actor, text.frozen)
    return decision


def _find_dropped_decisions(text: "OutgoingText", public_words: str, words: str) -> list[str]:
    """Return decisions in effect that the new edition (`words`) drops or dates differently from the public one (`public_words`)."""
    reasons = []
    for decision in Decision.objects.stated_by(text.document) if has_decisions(text) else ():
        decision.corrected_in = None  # it counts until its correction is public
        if not _find_difference(decision, public_words) and (
            differs := _find_difference(_apply_text_dates(decision, text), words)
        ):
            done = "已经生效" if decision.on <= timezone.localdate() else "已经公布"
            reasons.append(
                f"这份文件写明的“{describe_decision(decision)}”{done}，修改后的正文{differs}：决定有误的，请先在政策库中更正这项决定，更正公告公开以后再修改正文。"
            )
    return reasons


def _find_difference(decision: Decision, text: str) -> str:
    """Return how a text differs from a decision in effect, or ""."""
    statements = list_statements(decision, text)
    if not statements or find_contradicting_lead_in(decision, statements, text, decision.on):
        return "没有写明"
    days = find_other_days(decision, statements, decision.on) if decision.round_id is None else []
    return describe_other_days(days).removeprefix("原文") if days else ""


def _find_statement_errors(decision: Decision, text: str, day: date) -> list[str]:
    """Return Chinese reasons why a text to publish on `day` does not state a decision as the library has it."""
    if decision.round_id is not None and decision.corrected_in_id is None:
        return []  # `round_closing.find_result_errors`
    statements = list_statements(decision, text)
    if decision.what != DecisionKind.UPDATE and not statements:
        alternative = "" if decision.announced_in_id else "不宜改写的，请在政策库中对这项决定“另发公告”；"
        return [
            f"库中记入了“{describe_decision(decision)}”，正文没有写明；请写明文件名称或者文号和这项决定；{alternative}记错的，请在政策库撤销。"
        ]
    if decision.is_pending and (days := find_other_days(decision, statements, day)):
        return [
            f"库中记入了“{describe_decision(decision)}”，{describe_other_days(days)}：请改正正文，或者在政策库撤销后按正文的日期记入。"
        ]
    if decision.is_pending and (lead := find_contradicting_lead_in(decision, statements, text, day)):
        return [
            f"库中记入了“{describe_decision(decision)}”，正文把它列在“{lead}”之下，是打算做的，或者从别的日子、另一件事之后才算："
            "请改为直接写明（例如“《…》自…起废止”），还没有决定的，请在政策库撤销。"
        ]
    if decides_itself(decision) and decision.on < day and day_in_words(decision.on) in text:
        return [
            f"正文写的日期{decision.on:%Y-%m-%d}已过，{decision.record}自公布之日起才{DecisionKind(decision.what).label}，请改正。"
        ]
    return []


def _find_cited_records(item: "Source", frozen: "FrozenContent") -> set[int]:
    """Return the primary keys of the records on which an item is based: by relation or by a number in its text."""
    own = canonical_number(typed_json.read_text(frozen.facts, "document_number"))
    others = [number for number in find_cited_numbers(to_plain_text(frozen.html)) if number != own]
    cited_records = PolicyRecord.objects.filter(number_key__in=others[:200]).exclude(document__source=item.stream)
    related = BASIS_RELATIONS.order_by().values_list("target")
    rows = related.filter(record__document__source=item.stream).union(
        related.filter(user__source=item.stream), cited_records.order_by().values_list("pk"), all=True
    )
    return {number for (number,) in rows}


def find_cited_numbers(text: str) -> list[str]:
    """Return the document numbers in a text after 根据、依据、按照、依照 in their sentence.

    Sentences without such a word give none, for example lists of repealed documents.
    """
    found: list[str] = []
    for sentence in re.split(r"[。；\n]", text):
        lead = _LEGAL_BASIS_PATTERN.search(sentence)
        if lead:
            found += find_numbers(sentence[lead.end() :])
    return list(dict.fromkeys(found))


#: Filter of decisions that take effect, or are corrected, with a text that is not public yet.
UNSETTLED_DECISIONS = Q(effective_at=None) | Q(corrected_in__isnull=False)


def update_standing(happened: ActionEvent) -> None:
    """Update the validity of a published or withdrawn document, and of those that it decides on.

    Pending decisions announced by this signed text take effect, and its clean-up round closes.
    """
    edition = happened.step.result
    assert isinstance(edition, Edition)
    number = edition.document_id
    settle_rounds(CleanupRound.objects.filter(item_number=edition.document.item_number or 0))
    record = find_row(PolicyRecord.objects.filter(document=number))
    concerned = Decision.objects.concerning(number, record.pk if record else None)
    if settle_announced_decisions(concerned.filter(UNSETTLED_DECISIONS, undone_at=None)) and record:
        record.refresh_from_db()
    if edition.act == EditionEffect.WITHDRAW:
        warn_of_withdrawn_text(edition.document, edition.pk)
    if record is None:
        if edition.act == EditionEffect.PUBLISH and edition.visible_from <= timezone.now():
            update_dated_standing(edition.document, edition.content, timezone.localdate())
        return
    if edition.number == 1 or Edition.objects.filter(document=number, act=EditionEffect.PUBLISH).count() < 2:
        update_end_words(record, edition.content if edition.number == 1 else find_binding_content(number))
    elif update_record(record):
        record.refresh_from_db()
    decided = record.decided.counting().select_related("record").prefetch_related("record__decisions__actor")
    records = {record.pk: record, **{decision.record_id: decision.record for decision in decided}}
    sync_standings(records.values(), timezone.localdate())


def settle_rounds_and_decisions() -> dict[str, int]:
    """Job: close rounds and put decisions into effect whose text is public, update validity; return counts."""
    rounds = settle_rounds(CleanupRound.objects.all())
    decisions = settle_announced_decisions(Decision.objects.filter(undone_at=None).filter(UNSETTLED_DECISIONS))
    standings = sync_all_standings()["standings"] + update_dated_standings(timezone.now())
    return {"standings": standings, "rounds": rounds, "decisions": decisions}
