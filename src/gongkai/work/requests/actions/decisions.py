"""Actions that propose and decide a result, extend the period and deliver the answer."""

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Entry
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import day_in_words
from gongkai.work.requests.actions.base import (
    check_day,
    describe_new_due_date,
    end_with_full_stop,
    entry_act,
    load_request,
    make_clock_event,
    record_first_ending,
)
from gongkai.work.requests.actions.corrections import require_earlier_step
from gongkai.work.requests.actions.materials import (
    find_missing_secrecy_review,
    list_current_materials,
    release_materials,
)
from gongkai.work.requests.letters import describe_provision, describe_remedies, expand_law_names, make_letter
from gongkai.work.requests.models import (
    Consultation,
    Decision,
    Delivery,
    DeliveryRoute,
    Dispute,
    PartyOpinion,
    ProvisionForm,
    Request,
)
from gongkai.work.requests.queries.fees import find_open_fee_steps
from gongkai.work.requests.results import (
    DECIDABLE_RESULTS,
    FULLY_DISCLOSED,
    HARMS_THIRD_PARTY,
    NOT_GOVERNMENT_INFORMATION,
    PARTLY_DISCLOSED,
    REQUEST_RESULTS,
    WITHHOLDING_GROUNDS,
    get_provision_of_result,
)
from gongkai.work.requests.rules import NEEDS_SECOND_PERSON_MESSAGE, decides_alone, list_deciding_posts


def _require_valid_result(request: Request, result: str, ground: str, withheld: str, on: date | None = None) -> None:
    """Refuse a result that cannot be chosen or that lacks its ground or provision."""
    if result not in DECIDABLE_RESULTS:
        raise Refused("请选择办理结果；逾期不补正、逾期不缴费的请用“不再处理”。")
    if REQUEST_RESULTS[result].asks_ground:
        require_text(ground, f"“{REQUEST_RESULTS[result].name}”须说明理由（《条例》第三十六条）。", 4)
    if result == PARTLY_DISCLOSED and withheld not in WITHHOLDING_GROUNDS:
        raise Refused("部分公开的，请选择“不予公开的部分”属于哪一种（《条例》第三十七条）。")
    require_earlier_step(request, result, on)


@entry_act("propose")
def propose_result(
    entry: Entry, *, by: Actor, result: str, ground: str = "", told: str = "", withheld: str = ""
) -> ActionResult:
    """Propose a result; the decider's form is pre-filled with it. Arguments as in `decide_request`."""
    request = load_request(entry)
    _require_valid_result(request, result, ground, withheld)
    values = {"result": result, "ground": ground.strip(), "told": told.strip(), "by": by.name}
    request.proposal = values | ({"withheld": withheld} if result == PARTLY_DISCLOSED else {})
    request.save(update_fields=["proposal"])
    tell = Notification(
        subject=f"请答复信息公开申请：{entry.number}",
        body=f"{by.name}已对{entry.number}拟办：{REQUEST_RESULTS[result].name}，请审阅并作出答复。",
        link=get_entry_url(entry),
        key=f"request/{entry.pk}/proposed/{entry.version}",
        posts=list_deciding_posts(by, entry),
    )
    return ActionResult(words=f"拟办：{REQUEST_RESULTS[result].name}", facts={"result": result}, tell=(tell,))


@entry_act("decide")
def decide_request(
    entry: Entry,
    *,
    by: Actor,
    result: str,
    ground: str = "",
    told: str = "",
    form_given: str = "",
    override: str = "",
    unfounded: bool = False,
    outside: bool = False,
    withheld: str = "",
    already_public: bool = False,
    not_responsible: bool = False,
    wishes_met: str = "",
    unasked: str = "",
    on: date | None = None,
    past: bool = False,
) -> ActionResult:
    """Decide a result (`results.REQUEST_RESULTS`), write the letters and stop the clock.

    A disclosure hands out the registered materials.

    Args:
        told: the information itself, or how, where and when it is provided.
        override: the public interest that outweighs a third party's objection, or why it is unfounded.
        outside: true if a partial disclosure leaves out what the third party objects to; a full one ignores it.
        withheld: the ground for withholding the rest of a partial disclosure (a key of `results.WITHHOLDING_GROUNDS`).
        already_public: true if told where the information is public (条例第三十六条第（一）项).
        not_responsible: true if information not held is another body's to disclose (第（五）项), false if there is none.
        wishes_met: how the applicant's wishes were met, or the reason if not.
        unasked: the reason for not consulting the third party that is protected.
        past: true to record an earlier answer, even if it was late or out of order.
    """
    request = load_request(entry)
    _require_valid_result(
        request, result, ground, NOT_GOVERNMENT_INFORMATION if past else withheld, on if past else None
    )
    day, discloses = check_day(on), result in {FULLY_DISCLOSED, PARTLY_DISCLOSED}
    decision = Decision(
        request=request,
        result=result,
        ground=ground.strip(),
        law=get_provision_of_result(
            result, already_public=already_public, withheld=withheld, not_responsible=not_responsible
        ),
        told=told.strip(),
        form_given=form_given,
        decided_on=day,
        decided_by=by.name,
        past=past,
        override=override.strip()[:500] if discloses else "",
        unfounded=unfounded,
        outside=outside and result == PARTLY_DISCLOSED,
        unasked=unasked.strip()[:500] if lacks_consultation(entry, result, withheld) else "",
    )
    met_words, predates_entry = wishes_met.strip()[:500], past and day < _get_day_entered(entry)
    reasons = _find_decision_objections(entry, result, form_given, answered=bool(decision.override) or decision.outside)
    reasons += [] if past else _find_unfinished_steps(entry, decision, withheld, met_words, by)
    if discloses and not predates_entry:
        reasons += _find_missing_materials(entry, decision, already_public=already_public)
    if reasons:
        raise Refused(reasons)
    return _store_decision(decision, entry, met_words, on, predates_entry=predates_entry)


def _store_decision(
    decision: Decision, entry: Entry, wishes_met: str, on: date | None, *, predates_entry: bool
) -> ActionResult:
    """Store decision, materials (unchecked if the answer `predates_entry`) and letters; return the clock's result."""
    day, past = decision.decided_on, decision.past
    released = release_materials(entry, decision.result, day, is_past_record=past, predates_entry=predates_entry)
    files = [material.released_id for material in released]
    decision.save()
    decision.request.wishes_met = wishes_met
    decision.request.save(update_fields=["wishes_met"])
    record_first_ending(decision.request, day, decision.result)
    entry.outcome = decision.result
    letter = "" if past else _write_answer_letter(decision, entry, len(files))
    facts = {"letter": letter, "decision": decision.pk, "result": decision.result, "files": files}
    return ActionResult(
        f"答复：{decision.row}", facts=facts, events=(make_clock_event("replied", on),), past=past, result=decision
    )


def _find_unfinished_steps(entry: Entry, decision: Decision, withheld: str, wishes_met: str, by: Actor) -> list[str]:
    """Return reasons to postpone a decision: second person, fees, consultations, unmet wishes."""
    return [
        *([NEEDS_SECOND_PERSON_MESSAGE] if decides_alone(by, entry) else []),
        *find_open_fee_steps(entry),
        *find_pending_consultations(entry, decision.result, decision.decided_on),
        *_find_unmet_wishes(decision.request, decision.result, decision.form_given, wishes_met),
        *_list_reasons_unless_third_party_consulted(entry, decision.result, withheld, decision.unasked),
    ]


def _find_decision_objections(entry: Entry, result: str, form_given: str, *, answered: bool) -> list[str]:
    """Return reasons: unknown form of provision, or an objection that was not `answered`."""
    if form_given and form_given not in ProvisionForm.values:
        return ["没有这种提供方式。"]
    if result not in {FULLY_DISCLOSED, PARTLY_DISCLOSED} or answered or not list_objecting_parties(entry).exists():
        return []
    demand = "第三方不同意公开：决定公开的，请说明不公开会对公共利益造成重大影响，或者第三方的理由为什么不成立（《条例》第三十二条）"
    option = "；提供的部分不涉及第三方不同意公开的内容的，核对遮盖副本后勾选。" if result == PARTLY_DISCLOSED else "。"
    return [demand + option]


def find_pending_consultations(entry: Entry, result: str, day: date) -> list[str]:
    """Return a reason for each consulted party whose term runs on `day`."""
    if result not in {FULLY_DISCLOSED, PARTLY_DISCLOSED}:
        return []
    waits = [
        consultation
        for consultation in entry.request.consultations.filter(replied_on=None)
        if day <= consultation.until
    ]
    return [
        f"{consultation.who.reveal()}的意见还没有收到，提出意见的期限到{day_in_words(consultation.until)}才届满，此前不能决定公开。"
        for consultation in waits
    ]


def lacks_consultation(entry: Entry, result: str, withheld: str) -> bool:
    """Return true if the result protects a third party that was never consulted."""
    spared = HARMS_THIRD_PARTY in {result, withheld if result == PARTLY_DISCLOSED else ""}
    return spared and not Consultation.objects.filter(request=entry.pk, kind="third_party").exists()


def _list_reasons_unless_third_party_consulted(entry: Entry, result: str, withheld: str, explanation: str) -> list[str]:
    """Return a reason if the result protects a third party that was not consulted, without `explanation`."""
    if len(explanation) >= 4 or not lacks_consultation(entry, result, withheld):
        return []
    return [
        "以保护第三方合法权益为由不予公开的，应当先书面征求第三方的意见（《条例》第三十二条）：请先“征求第三方意见”；确实不需要、不能够征求的，请填写“没有征求第三方意见的理由”。"
    ]


def _write_answer_letter(decision: Decision, entry: Entry, files: int) -> str:
    """Write the answer letter and those to overridden parties; return its digest."""
    day = decision.decided_on
    letter = make_letter(
        entry, "reply", on=day, fields=_make_answer_letter_fields(decision, entry, files), decision=decision
    )
    if decision.override:
        _notify_objecting_parties(entry, decision, day)
    return letter.digest


def _notify_objecting_parties(entry: Entry, decision: Decision, day: date) -> None:
    """Write to each third party that objected why its information is disclosed."""
    # Third parties who oppose disclosure may sue at once: 行政复议法第二十三条 covers refusals only.
    remedies = describe_remedies(REQUEST_RESULTS[FULLY_DISCLOSED], entry.body, document_name="本决定")
    reason = "你方不同意公开的理由不成立" if decision.unfounded else "不公开可能对公共利益造成重大影响"
    result = "部分公开，其余内容不予公开" if decision.result == PARTLY_DISCLOSED else "予以公开"
    fields = {
        "事项": reason,
        "理由": end_with_full_stop(decision.override),
        "告知内容": end_with_full_stop(decision.told),
        "救济": remedies,
        "结果": result,
    }
    for party in list_objecting_parties(entry):
        texts = fields | {
            "第三方意见": PartyOpinion(party.opinion).label,
            "此前": _describe_replaced_notice(decision, party),
        }
        name, kind = party.who.reveal(), "third_party_told"
        make_letter(entry, kind, on=day, addressee=name, fields=texts, consultation=party, decision=decision)


def _find_unmet_wishes(request: Request, result: str, form_given: str, wishes_met: str) -> list[str]:
    """Return a reason if a disclosure leaves wishes unmet and `wishes_met` is empty."""
    if wishes_met or result not in {FULLY_DISCLOSED, PARTLY_DISCLOSED}:
        return []
    if request.wishes:
        return [f"申请人另有要求“{request.wishes.reveal()[:60]}”，请填写满足情况；没有满足的，写明原因。"]
    if form_given in ProvisionForm.values and form_given != request.form_wanted:
        wanted_label, given_label = ProvisionForm(request.form_wanted).label, ProvisionForm(form_given).label
        return [f"申请人要求的提供方式是“{wanted_label}”，改为“{given_label}”的，请填写原因（《条例》第四十条）。"]
    return []


def _is_fetched_online(request: Request, form_given: str) -> bool:
    return (form_given or request.form_wanted, request.route_wanted) == (ProvisionForm.ELECTRONIC, DeliveryRoute.PAGE)


def _get_day_entered(entry: Entry) -> date:
    """Return the day on which a request was entered in the system, today without a log record."""
    first = Movement.objects.filter(stream=f"entry/{entry.pk}").order_by("pk").first()
    return timezone.localdate(first.at) if first else timezone.localdate()


# Phrases in an answer that refer to attached files.
_ATTACHMENT_PHRASES_RE = re.compile(r"附件|附后|随附|见附|附上")


def _find_missing_materials(entry: Entry, decision: Decision, *, already_public: bool) -> list[str]:
    """Return reasons against a disclosure without files: no secrecy review, or too little content told.

    A request with files has none.
    """
    if list_current_materials(entry):
        return []
    result, told = decision.result, len(decision.told) >= 4
    if already_public:
        hint = "已经公开的，请在“告知内容”写明获取该信息的方式、途径（《条例》第三十六条第（一）项）。"
        return [*([] if told else [hint]), *(find_missing_secrecy_review(entry) if result == PARTLY_DISCLOSED else [])]
    reasons = find_missing_secrecy_review(entry)
    fetched = not decision.past and _is_fetched_online(decision.request, decision.form_given)
    if fetched and (reasons or not told or _ATTACHMENT_PHRASES_RE.search(decision.told)):
        return [
            "申请人在查询页面领取电子文档，还没有登记拟提供的材料：请先登记，经保密审查后一并提供；信息不多、直接写在答复里的，先“保密审查”，再在“告知内容”写出信息本身，不要提到附件；信息已经公开的，勾选“已经公开”；邮寄、当面提供的，改选实际提供方式并写明原因。"
        ]
    if not told:
        reasons.append(
            "没有登记材料的，请在“告知内容”写明提供什么，以什么方式、途径、在什么时间提供（《条例》第三十六条第（二）项）。"
        )
    return reasons


def _make_answer_letter_fields(decision: Decision, entry: Entry, files: int) -> dict[str, str]:
    """Return the answer letter's fields, such as result, law, reason and remedies."""
    row = REQUEST_RESULTS[decision.result]
    attached = f"附件：提供的材料{files}件，{describe_provision(decision)}" if files else ""
    wishes = f"关于您的要求：{decision.request.wishes_met}" if decision.request.wishes_met else ""
    return {
        "结果": row.state(decision.law),
        "依据": expand_law_names(decision.law),
        "此前": _describe_replaced_answer(decision, entry),
        "理由": end_with_full_stop(decision.ground),
        "告知内容": "\n".join(
            end_with_full_stop(sentence) for sentence in (decision.told, wishes, attached) if sentence
        ),
        "救济": describe_remedies(row, entry.body),
    }


def _describe_replaced_answer(decision: Decision, entry: Entry) -> str:
    """Return that this answer replaces an earlier one and why; "" for the first."""
    earlier_decision = decision.request.decisions.filter(pk__lt=decision.pk).last()
    if earlier_decision is None:
        return ""
    letter = earlier_decision.letters.filter(consultation=None).last()
    old_answer = f"本机关原答复（{letter.number if letter else day_in_words(earlier_decision.decided_on)}）"
    if earlier_decision.revoked_on:
        return f"{old_answer}已于{day_in_words(earlier_decision.revoked_on)}由本机关撤销，以本答复为准。"
    ruled = Dispute.objects.filter(request=entry.pk, orders_anew=True).order_by("decided_on", "pk").last()
    if ruled is None:
        return f"{old_answer}不再执行，以本答复为准。"
    case = f"{ruled.organ}{ruled.number and f'（{ruled.number}）'}"
    return f"{old_answer}经{ruled.get_kind_display()}由{case}纠正，责令重新处理；原答复不再执行，以本答复为准。"


def _describe_replaced_notice(decision: Decision, consultation: Consultation) -> str:
    earlier = consultation.letters.filter(kind="third_party_told", decision__lt=decision.pk, revoked_on=None).last()
    return f"此前的决定告知书（{earlier.number}）不再执行，以本告知书为准。" if earlier else ""


def list_objecting_parties(entry: Entry) -> "QuerySet[Consultation, Consultation]":
    """Return the consulted third parties that object, in whole or in part."""
    consultations = Consultation.objects.filter(request=entry.pk, kind="third_party")
    return consultations.filter(opinion__in=[PartyOpinion.OBJECTS, PartyOpinion.PARTLY])


@entry_act("extend")
def extend_answer_period(
    entry: Entry, *, by: Actor, days: int, reason: str, on: date | None = None, past: bool = False
) -> ActionResult:
    """Extend the answer period by `days` working days; `past`: without a notice."""
    why = require_text(reason, "请写明延长的理由，并告知申请人。", 4)
    text = f"同意延长{days}个工作日：{why}"
    event = make_clock_event("extended", on, value=days)
    values = {"理由": why, "期限": str(days), "届满日期": describe_new_due_date(entry, event)}
    letter = None if past else make_letter(entry, "extension", on=on, fields=values)
    return ActionResult(
        words=text, facts={"days": days, "letter": letter.digest if letter else ""}, events=(event,), past=past
    )


@entry_act("deliver")
def record_delivery(entry: Entry, *, by: Actor, route: str, proof: str, on: date | None = None) -> ActionResult:
    """Record the delivery of the last decision by a `DeliveryRoute`, with its proof.

    Raises:
        Refused: the route is unknown, the proof is missing or the day precedes the decision.
    """
    if route not in DeliveryRoute.values:
        raise Refused("没有这种送达方式。")
    text = require_text(proof, "请填写送达凭证，如挂号信编号、签收人、发送记录。", 2)
    day = check_day(on)
    last = Decision.objects.filter(request=entry.pk).last()
    if last and day < last.decided_on:
        raise Refused("送达日期不能早于决定日期，请填实际送达的日期。")
    Delivery.objects.create(request_id=entry.pk, decision=last, route=route, on=day, proof=text[:200])
    return ActionResult(words=f"{day:%Y-%m-%d}{DeliveryRoute(route).label}送达", facts={"route": route})
