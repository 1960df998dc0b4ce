"""Actions that decide on a document's validity: state, history and notifications."""

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.content.editions.launch_state import in_preparation
from gongkai.content.editions.models import Document, Edition
from gongkai.content.editions.sources import ensure_document
from gongkai.content.policies.announcements import draft_announcement, find_issuer_errors, find_pending_end
from gongkai.content.policies.decision_texts import (
    compose_announcement,
    compose_correction,
    decides_itself,
    describe_other_days,
    find_confirmable_edition,
    find_correcting_edition,
    find_effective_edition,
    find_other_days,
    find_signed_edition,
    get_full_text,
    get_signed_first_day,
    is_drafted,
    is_under_signature,
    list_public_statements,
)
from gongkai.content.policies.decision_words import find_lead_in, states_only
from gongkai.content.policies.ended_bases import make_basis_warnings
from gongkai.content.policies.library_proposals import find_pending_entry_errors
from gongkai.content.policies.models import CleanupRound, Decision, PolicyRecord, Relation, RelationKind
from gongkai.content.policies.rules import check_decider
from gongkai.content.policies.signed_records import (
    find_personal_data_errors,
    find_signature_errors,
    has_signed_edition,
    is_signed,
)
from gongkai.content.policies.validity import ENDED_STANDINGS, ENDING_KINDS, DecisionKind, get_last_day, get_period
from gongkai.content.policies.validity_periods import load_validity_facts, refresh_validity, sync_standing
from gongkai.core.acts.action import ActionResult, Conflict, Notification, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.rules import check_system
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.another_person import AnotherPerson, list_action_people

#: Kind of decision → kind of relation that it creates from the deciding document.
RELATION_KINDS_BY_DECISION = {
    DecisionKind.AMEND: RelationKind.AMENDS,
    DecisionKind.REPEAL: RelationKind.REPEALS,
    DecisionKind.EXPIRE: RelationKind.REPEALS,
}


@action("policies.decide", label="记入效力决定", rule=check_decider)
def decide(
    record: PolicyRecord,
    *,
    by: Actor,
    what: str,
    on: date,
    until: date | None = None,
    actor: PolicyRecord | None = None,
    cited: str = "",
    reason: str = "",
    replaces: bool = False,
    announced_in: Document | None = None,
    round: CleanupRound | None = None,
) -> ActionResult:
    """Record that a document is amended, repealed, declared void or extended from a day on.

    For a public document the decision takes effect once a text is public whose signers approved it
    (`take_effect`). It is the text of `actor`, else an announcement that is drafted here. If a
    public text already states it, another person confirms it.

    Args:
        record: the document.
        by: the user.
        what: a `DecisionKind`.
        on: the first day; it may be in the past or future.
        until: the new last day of an extension; None if without limit.
        actor: the deciding document, if it is in the library; a relation is created.
        cited: the name of a deciding document outside the library.
        replaces: true if the deciding document replaces this one.
        announced_in: a drafted document that will state the decision (the result of a clean-up).
        round: the clean-up that decided it.
    """
    if reasons := [
        *_find_decision_objections(record, what, on, until, actor),
        *(find_pending_end(record) if what in ENDING_KINDS and round is None else ()),
        *_find_decision_errors(record, actor, cited, reason),
    ]:
        raise Refused(reasons)
    if what == DecisionKind.UPDATE and announced_in is not None:
        raise Refused("更新后的文本由它自己的新版本公布，不能另文公布。")
    before = get_period(load_validity_facts(record), timezone.localdate()).state
    waits = announced_in is not None or (not by.system and not in_preparation() and is_signed(record))
    if not waits and (signing := find_signature_errors(record)):
        raise Refused(signing)
    decision = _create_decision(
        record, by, waits=waits, announced_in=announced_in, round=round,
        what=what, on=on, until=until, actor=actor, cited=cited, reason=reason, replaces=replaces
    )  # fmt: skip
    if waits:
        return _store_pending_decision(decision, by, before)
    _apply_decision(decision)
    after = get_period(load_validity_facts(record), timezone.localdate()).state
    return ActionResult(
        words=_make_decision_text(decision),
        from_state=before,
        to_state=after,
        facts=_make_log_facts(decision),
        tell=tuple(make_basis_warnings(record)) if after in ENDED_STANDINGS else (),
        result=decision,
    )


def _apply_decision(decision: Decision) -> None:
    """Apply an effective decision: add its relations and update the document's validity."""
    record = decision.record
    if decision.actor:
        _add_relations(decision)
    record.save()
    sync_standing(record)


def _store_pending_decision(decision: Decision, by: Actor, state: str) -> ActionResult:
    """Store a decision until its text is signed; draft an announcement if no text of the library states it."""
    tell = () if _must_be_stated(decision) else _draft_announcement(decision, by)
    facts = {**_make_log_facts(decision), "announced_in": decision.announced_in_id}
    text = f"{_make_decision_text(decision)}，待公布的文件签发公开后生效"
    return ActionResult(words=text, from_state=state, facts=facts, result=decision, tell=tell)


def _must_be_stated(decision: Decision) -> bool:
    """Return true if a decision takes effect by a text: one to be signed, or a public one to be confirmed."""
    if decision.announced_in_id or decision.what == DecisionKind.UPDATE:
        return True
    return decision.actor is not None and (
        find_signed_edition(decision.actor.document) is None or not _find_confirmation_objections(decision)
    )


def _draft_announcement(decision: Decision, by: Actor) -> tuple[Notification, ...]:
    """Draft the decision's announcement, link it, and return the notifications to send."""
    title, html = compose_announcement(decision, timezone.localdate())
    item, tell = draft_announcement(decision.record, by, title, html)
    decision.announced_in = ensure_document(item)
    decision.save(update_fields=["announced_in"])
    return tell


def _check_not_announced(decision: Decision) -> list[str]:
    """Return the Chinese reasons why a decision needs no announcement of its own."""
    if decision.is_pending and is_under_signature(decision):
        return ["写明这项决定的文件已经送审或者签发，随它生效，不需要另发公告。"]
    is_announced = is_drafted(decision.announced_in) if decision.announced_in else not decision.actor_id
    if decision.is_pending and decision.what != DecisionKind.UPDATE and decision.round_id is None and not is_announced:
        return []
    return ["这项决定不需要另发公告。"]


@action("policies.announce", label="另发公告", rule=check_decider, ready=_check_not_announced)
def draft_separate_announcement(decision: Decision, *, by: Actor) -> ActionResult:
    """Draft an announcement of a decision that its deciding document does not state clearly."""
    tell = _draft_announcement(decision, by)
    facts = {"decision": decision.pk, "announced_in": decision.announced_in_id}
    text = f"“{decision}”另发公告"
    return ActionResult(text, facts=facts, stream=decision.record.stream, result=decision, tell=tell)


def _find_confirmation_objections(decision: Decision) -> list[str]:
    """Return reasons against confirming that a public text states a decision."""
    statements, edition = list_public_statements(decision), find_confirmable_edition(decision)
    if edition and (days := find_other_days(decision, statements, timezone.localdate(edition.visible_from))):
        return [f"{describe_other_days(days)}：记错的请撤销后重新记入，或者另发公告。"]
    led = edition is not None and any(find_lead_in(get_full_text(edition), statement) for statement in statements)
    plain = not led and all(states_only(one, DecisionKind(decision.what), decision.until) for one in statements)
    if not plain and decision.corrected_in is None:
        return ["原文没有用一句话直接写明这项决定（例如“《…》（文号）自…起废止”），请“另发公告”，由签字的人确认。"]
    if not statements:
        return ["没有需要确认的决定：写明它的文件还没有签发公开，或者没有写明；没有写明的，请另发公告。"]
    return []


def _list_recorders(decision: Decision) -> list[int | None]:
    """Return the primary keys of the persons who recorded a decision or its correction."""
    names = ("policies.decide", "policies.undo_decision")
    rows = Movement.objects.filter(stream=decision.record.stream, action__in=names, facts__decision=decision.pk)
    return [number for row in rows.values_list("person_id", "facts") for number in list_action_people(*row)]


@action(
    "policies.confirm_statement",
    label="确认原文已写明",
    rule=AnotherPerson(
        check_decider,
        ("policies.decide", "policies.undo_decision"),
        words="记入的人不能自己确认，须由另一位签发人、负责人或者政务公开办确认。",
        people=_list_recorders,
    ),
    ready=_find_confirmation_objections,
)
def confirm_statement(decision: Decision, *, by: Actor, edition: int) -> ActionResult:
    """Put a decision, or its correction, into effect after a second person read it in the public text.

    `edition` is the number of the edition that the person read.
    """
    statements = list_public_statements(decision)
    public = find_confirmable_edition(decision)
    if public is None or public.pk != edition:
        raise Conflict("公开的文字在您查看之后有了新的版本，请重新核对。")
    if decision.corrected_in is None:
        return _apply_published_decision(decision, public, statements)
    _undo_decision(decision)
    facts = {"decision": decision.pk, "edition": edition, "statements": statements}
    return ActionResult(words=f"更正“{decision}”", facts=facts, stream=decision.record.stream)


@action("policies.take_effect", label="效力决定生效", rule=check_system)
def take_effect(decision: Decision, *, by: Actor) -> ActionResult:
    """Put a decision into effect that signers approved with a public text."""
    edition = find_effective_edition(decision)
    if edition is None or not decision.is_pending:
        raise Refused("公布这项决定的文件还没有签发公开。")
    decision.on = get_signed_first_day(decision, edition)
    return _apply_published_decision(decision, edition, [])


def _apply_published_decision(decision: Decision, edition: Edition, statements: list[str]) -> ActionResult:
    """Apply a decision that `edition` makes public, and log the change of the document's validity."""
    record = decision.record
    old_state = get_period(load_validity_facts(record), timezone.localdate()).state
    if decides_itself(decision):
        decision.on = max(decision.on, timezone.localdate(edition.visible_from))
    decision.effective_at = timezone.now()
    decision.save(update_fields=["on", "effective_at"])
    _apply_decision(decision)
    new_state = get_period(load_validity_facts(record), timezone.localdate()).state
    return ActionResult(
        words=_make_decision_text(decision),
        from_state=old_state,
        to_state=new_state,
        facts={**_make_log_facts(decision), "edition": edition.pk, "statements": statements},
        tell=tuple(make_basis_warnings(record)) if new_state in ENDED_STANDINGS else (),
        stream=record.stream,
    )


def _make_log_facts(decision: Decision) -> dict[str, object]:
    until = decision.until.isoformat() if decision.until else None
    return {"decision": decision.pk, "what": decision.what, "on": decision.on.isoformat(), "until": until}


def _find_decision_errors(record: PolicyRecord, actor: PolicyRecord | None, cited: str, reason: str) -> list[str]:
    """Return errors of a decision: neither deciding document nor reason, one of another body, or personal data."""
    silent = not actor and not cited.strip() and not reason.strip()
    missing = ["请选择或填写作出决定的文件，或者写明理由。"] if silent else find_issuer_errors(record, actor, cited)
    return [*missing, *find_personal_data_errors("作出决定的文件", cited), *find_personal_data_errors("说明", reason)]


def _create_decision(
    record: PolicyRecord, by: Actor, *, waits: bool, cited: str, reason: str, **facts: object
) -> Decision:
    """Create the decision row.

    Drops `until` unless it is an extension, and `cited` if the deciding document is in the library.
    """
    if facts["what"] != DecisionKind.EXTEND:
        facts["until"] = None
    return Decision.objects.create(
        record=record,
        cited="" if facts["actor"] else cited.strip()[:300],
        reason=reason.strip()[:300],
        made_at=timezone.now(),
        made_by=by.name,
        effective_at=None if waits else timezone.now(),
        **facts,
    )


def _make_decision_text(decision: Decision) -> str:
    """Return a decision in Chinese: kind, first day, deciding document and reason."""
    by = f"，依据{decision.by_words}" if decision.by_words else ""
    why = f"：{decision.reason}" if decision.reason else ""
    return f"{DecisionKind(decision.what).label}，自{decision.on:%Y-%m-%d}起{by}{why}"


def _find_decision_objections(
    record: PolicyRecord, kind: str, day: date, until: date | None, actor: PolicyRecord | None
) -> list[str]:
    """Return the Chinese reasons against a decision on a record's validity."""
    if kind not in DecisionKind.values:
        return ["没有这种效力决定。"]
    reasons, life = [], load_validity_facts(record)
    state, ends = get_period(life, day).state, get_last_day(life)
    if state in ENDED_STANDINGS:
        reasons.append(
            f"这份文件到{day:%Y-%m-%d}已经{state.label.removeprefix('已')}，不能再{DecisionKind(kind).label}。"
        )
    if actor:
        reasons += find_pending_entry_errors(actor)
    if actor and actor.pk == record.pk:
        reasons.append("作出决定的文件不能是它自己。")
    if kind == DecisionKind.EXTEND and ends is None:
        reasons.append("这份文件没有规定有效期，无须延长。")
    if kind == DecisionKind.EXTEND and until and ends and until <= ends:
        reasons.append(f"延长后的有效期应晚于原有效期（{ends:%Y-%m-%d}）。")
    return reasons


def _list_relation_kinds(decision: Decision) -> set[RelationKind]:
    """Return the relations that a decision creates from its deciding document."""
    kind = RELATION_KINDS_BY_DECISION.get(DecisionKind(decision.what))
    return {kind for kind in (kind, RelationKind.REPLACES if decision.replaces else None) if kind}


def _add_relations(decision: Decision) -> None:
    """Record the relations that follow from a decision."""
    made = {"made_by": decision.made_by, "made_at": timezone.now()}
    for kind in _list_relation_kinds(decision):
        Relation.objects.get_or_create(kind=kind, record=decision.actor, target=decision.record, defaults=made)


def _check_not_withdrawn(decision: Decision) -> list[str]:
    """Return the Chinese reasons against withdrawing a decision."""
    if decision.undone_at:
        return ["这项决定已经撤销。"]
    if decision.is_pending and decision.round_id is not None:
        return ["清理结果还没有公布；要改动，请退回这次清理。"]
    if is_drafted(decision.corrected_in):
        return ["更正公告已经起草，签发公开后生效。"]
    if decision.is_pending and is_under_signature(decision):
        return [
            "写明这项决定的文件已经送审或者签发，签字的人对这项决定负责；没有公开的，请先撤回送审，再撤销；已经签发的，公开以后更正。"
        ]
    return []


@action("policies.undo_decision", label="更正或撤销决定", rule=check_decider, ready=_check_not_withdrawn)
def undo_decision(decision: Decision, *, by: Actor, reason: str) -> ActionResult:
    """Withdraw a wrong decision; it stays in the record's history.

    A public decision is corrected by a signed announcement, which is drafted here. Any other is
    withdrawn at once.
    """
    reason = require_text(reason, "请写明撤销的理由。")
    if reasons := find_personal_data_errors("理由", reason):
        raise Refused(reasons)
    record = decision.record
    text = f"“{decision}”：{reason}"
    signed = is_signed(record) or bool(decision.announced_in_id and has_signed_edition(decision.announced_in_id))
    if not decision.is_pending and signed and not by.system and not in_preparation():
        title, html = compose_correction(decision)
        item, tell = draft_announcement(record, by, title, html)
        decision.corrected_in = ensure_document(item)
        decision.save(update_fields=["corrected_in"])
        facts = {"decision": decision.pk, "announced_in": decision.corrected_in_id}
        return ActionResult(f"起草更正{text}", facts=facts, stream=record.stream, result=decision, tell=tell)
    _undo_decision(decision)
    facts = {"decision": decision.pk}
    return ActionResult(words=f"撤销{text}", facts=facts, stream=record.stream, result=decision)


def _undo_decision(decision: Decision) -> None:
    """Mark a decision as undone, delete the relations that it alone made, and derive the file's validity anew."""
    decision.undone_at = timezone.now()
    decision.save(update_fields=["undone_at"])
    if decision.actor_id and decision.effective_at:
        others = decision.record.decisions.counting().filter(actor=decision.actor_id)
        kinds = _list_relation_kinds(decision).difference(*map(_list_relation_kinds, others))
        Relation.objects.filter(record=decision.actor_id, target=decision.record, kind__in=kinds).delete()
    refresh_validity(decision.record)


@action("policies.correct_decision", label="效力更正生效", rule=check_system)
def correct_decision(decision: Decision, *, by: Actor) -> ActionResult:
    """Withdraw a decision whose correction is signed and public."""
    edition = find_correcting_edition(decision)
    if edition is None or decision.undone_at:
        raise Refused("更正公告还没有签发公开。")
    _undo_decision(decision)
    facts = {"decision": decision.pk, "edition": edition.pk}
    return ActionResult(words=f"更正“{decision}”", facts=facts, stream=decision.record.stream)


def settle_announced_decisions(rows: QuerySet[Decision]) -> int:
    """Put pending decisions and corrections into effect whose signed text is public; return their number."""
    done, relations = 0, ("record__body", "actor__document", "announced_in", "corrected_in")
    for decision in rows.select_related(*relations) if rows.exists() else ():  # mostly none, and the joins are slow
        if decision.is_pending and find_effective_edition(decision) is not None:
            take_effect(decision, by=SYSTEM)
        elif decision.corrected_in_id and find_correcting_edition(decision) is not None:
            correct_decision(decision, by=SYSTEM)
        else:
            continue
        done += 1
    return done
