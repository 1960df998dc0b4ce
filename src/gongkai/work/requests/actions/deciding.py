"""Proposing and deciding a result, extending the period, delivering the answer."""

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.kinds import url_of
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Role
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import day_in_words
from gongkai.work.requests.actions.acting import (
    act,
    due_after,
    end,
    facts_of,
    happened,
    needed,
    not_to_come,
    with_stop,
)
from gongkai.work.requests.actions.materials import release, standing, unreviewed
from gongkai.work.requests.letters import in_full, make_letter, remedies
from gongkai.work.requests.models import (
    Consultation,
    Decision,
    Delivery,
    Dispute,
    Form,
    Opinion,
    Request,
    Route,
)
from gongkai.work.requests.queries.fees import unsettled
from gongkai.work.requests.results import (
    DECIDED,
    DISCLOSED,
    NO_INFORMATION,
    PARTLY,
    RESULTS,
    THIRD_PARTY,
    WITHHELD,
)
from gongkai.work.requests.rules import decides_alone


def _checked(request: Request, result: str, ground: str, withheld: str, on: date | None = None) -> None:
    """Refuse what is no result, or one without the reasons or the facts that it rests on."""
    if result not in DECIDED:
        raise Refused("请选择办理结果；逾期不补正、逾期不缴费的请用“不再处理”。")
    if RESULTS[result].asks_ground:
        needed(ground, f"“{RESULTS[result].name}”须说明理由（《条例》第三十六条）。", 4)
    came = request.entry.clock_events.filter(kind="corrected", voids=None, voided_by=None)
    # On an earlier day only what had come by then: no answer rests on what came later.
    corrected = came.filter(on__lte=on).exists() if on else request.corrected_wanted or came.exists()
    if result == PARTLY and withheld not in WITHHELD:
        raise Refused("部分公开的，请选择“不予公开的部分”属于哪一种（《条例》第三十七条）。")
    if result == "3.4.3" and not corrected:
        raise Refused("没有经过补正，不能以“补正后申请内容仍不明确”答复（《条例》第三十条）。")


@act("propose")
def propose(
    entry: Entry, *, by: Actor, result: str, ground: str = "", told: str = "", withheld: str = ""
) -> ActionResult:
    """Say what the answer should be, for whoever decides; their form is filled in with it."""
    if decides_alone(by, entry):
        raise Refused(f"{entry.body.label}除您以外没有人可以作出答复，不必拟办，请直接“作出答复”。")
    request = facts_of(entry)
    _checked(request, result, ground, withheld)
    said = {"result": result, "ground": ground.strip(), "told": told.strip(), "by": by.name}
    request.proposal = said | ({"withheld": withheld} if result == PARTLY else {})
    request.save(update_fields=["proposal"])
    tell = Notification(
        subject=f"请答复信息公开申请：{entry.number}",
        body=f"{by.name}已对{entry.number}拟办：{RESULTS[result].name}，请审阅并作出答复。",
        link=url_of(entry),
        key=f"request/{entry.pk}/proposed/{entry.version}",
        posts=((Role.LEAD.value, entry.body_id),),
    )
    return ActionResult(words=f"拟办：{RESULTS[result].name}", facts={"result": result}, tell=(tell,))


@act("decide")
def decide(
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
    wishes_met: str = "",
    unasked: str = "",
    on: date | None = None,
    past: bool = False,
) -> ActionResult:
    """Decide a row of table three (`results.RESULTS`), and close the clock. What was kept as material is handed out with a disclosure.

    Args:
        entry, by, result: the request, who decides, and the row.
        ground: why, where the result needs it.
        told, form_given: what is disclosed, or the way, route and time of it, whom else to ask; in which form it is given.
        override: why it is disclosed though a third party objects: for the public interest; `unfounded`: since its reasons do not hold.
        outside: what is disclosed in part lies outside what the third party objects to.
        withheld: why the other part is withheld, where part is disclosed: a key of `results.WITHHELD`.
        already_public: it is public already, and the applicant is told where (条例第三十六条第（一）项); else it is given or found (第（二）项).
        wishes_met: how individual wishes were met, or why not.
        unasked: why no third party was asked though something is withheld for the sake of one.
        on, past: the day of the answer (today); it was so, though too late or out of order.
    """
    request = facts_of(entry)
    _checked(request, result, ground, NO_INFORMATION if past else withheld, on if past else None)
    met, day = wishes_met.strip()[:500], not_to_come(on)
    why_unasked = unasked.strip()[:500] if nobody_asked(entry, result, withheld) else ""
    reasons = _against(entry, result, form_given, answered=bool(override.strip()) or outside)
    if not past:
        reasons += [
            *unsettled(entry),
            *_still_asked(entry, result, day),
            *_unmet(request, result, form_given, met),
        ]
        reasons += _unheard(entry, result, withheld, why_unasked)
    gone = past and day < _entered_on(entry)
    if result in {DISCLOSED, PARTLY} and not gone:
        fetched = not past and _fetched(request, form_given)
        reasons += _nothing_there(entry, told, result, fetched=fetched, already_public=already_public)
    if reasons:
        raise Refused(reasons)
    files = [material.released_id for material in release(entry, result, day, past=past, gone=gone)]
    made = Decision.objects.create(
        request=request,
        result=result,
        ground=ground.strip(),
        law=law_of(result, already_public=already_public, withheld=withheld),
        told=told.strip(),
        form_given=form_given,
        decided_on=day,
        decided_by=by.name,
        past=past,
        override=override.strip()[:500] if result in {DISCLOSED, PARTLY} else "",
        unfounded=unfounded,
        outside=outside and result == PARTLY,
        unasked=why_unasked,
    )
    Request.objects.filter(pk=entry.pk).update(wishes_met=met)
    end(request, day, result)
    entry.outcome = result
    letter = "" if past else _write(made, entry, len(files))
    facts = {"letter": letter, "decision": made.pk, "result": result, "files": files}
    return ActionResult(
        f"答复：{made.row}", facts=facts, events=(happened("replied", on),), past=past, result=made
    )


def law_of(result: str, *, already_public: bool = False, withheld: str = "") -> str:
    """Return the provision that a result rests on.

    A disclosure rests on one of two (条例第三十六条第（一）项、第（二）项), one in part on 第三十七条 and on why the rest is withheld.
    """
    if result == PARTLY and withheld == NO_INFORMATION:
        return f"{RESULTS[result].law}（其余内容不属于政府信息）"
    if result == PARTLY and withheld:
        return f"{RESULTS[result].law}（不予公开的部分：{RESULTS[withheld].law.removeprefix('《条例》')}）"
    if result != DISCLOSED:
        return RESULTS[result].law
    return "《条例》第三十六条第（一）项" if already_public else "《条例》第三十六条第（二）项"


def _against(entry: Entry, result: str, form_given: str, *, answered: bool) -> list[str]:
    """Return what speaks against a decision: a form that there is not, a third party that objects and is not answered."""
    if form_given and form_given not in Form.values:
        return ["没有这种提供方式。"]
    if result not in {DISCLOSED, PARTLY} or answered or not _objected(entry):
        return []
    why = "第三方不同意公开：决定公开的，请说明不公开会对公共利益造成重大影响，或者第三方的理由为什么不成立（《条例》第三十二条）"
    other = "；提供的部分不涉及第三方不同意公开的内容的，核对遮盖副本后勾选。" if result == PARTLY else "。"
    return [why + other]


def _still_asked(entry: Entry, result: str, day: date) -> list[str]:
    """Return whose opinion is still to be waited for before anything is disclosed (条例第三十二条、第三十四条: fifteen working days)."""
    if result not in {DISCLOSED, PARTLY}:
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


def nobody_asked(entry: Entry, result: str, withheld: str) -> bool:
    """Whether something is withheld for the sake of a third party, and none was asked."""
    spared = THIRD_PARTY in {result, withheld if result == PARTLY else ""}
    return spared and not Consultation.objects.filter(request=entry.pk, kind="third_party").exists()


def _unheard(entry: Entry, result: str, withheld: str, why: str) -> list[str]:
    """Return that a third party must be asked in writing before something is withheld for its sake (条例第三十二条): it may agree (第十五条)."""
    if len(why) >= 4 or not nobody_asked(entry, result, withheld):
        return []
    return [
        "以保护第三方合法权益为由不予公开的，应当先书面征求第三方的意见（《条例》第三十二条）：请先“征求第三方意见”；确实不需要、不能够征求的，请填写“没有征求第三方意见的理由”。"
    ]


def _write(made: Decision, entry: Entry, files: int) -> str:
    """Write the answer, and to third parties whom it goes against; return the answer's digest."""
    day = made.decided_on
    letter = make_letter(entry, "reply", on=day, fields=_said(made, entry, files), decision=made)
    if made.override:
        _tell_third_parties(entry, made, day)
    return letter.digest


def _tell_third_parties(entry: Entry, made: Decision, day: date) -> None:
    """Write to each third party that does not agree what is disclosed all the same, and why (条例第三十二条)."""
    # Who fights a disclosure is refused nothing: a lawsuit is open at once (行政复议法第二十三条 speaks of refusals only).
    said = remedies(RESULTS[DISCLOSED], entry.body, of="本决定")
    why = "你方不同意公开的理由不成立" if made.unfounded else "不公开可能对公共利益造成重大影响"
    result = "部分公开，其余内容不予公开" if made.result == PARTLY else "予以公开"
    fields = {
        "事项": why,
        "理由": with_stop(made.override),
        "告知内容": with_stop(made.told),
        "救济": said,
        "结果": result,
    }
    for asked in objecting(entry):
        told = fields | {"第三方意见": Opinion(asked.opinion).label, "此前": _told_before(made, asked)}
        make_letter(
            entry, "third_party_told", on=day, to=asked.who.reveal(), fields=told, asked=asked, decision=made
        )


def _unmet(request: Request, result: str, form_given: str, met: str) -> list[str]:
    """Return what must be said of the applicant's wishes, where something is given: other wishes, another form than was wanted (条例第四十条)."""
    if met or result not in {DISCLOSED, PARTLY}:
        return []
    if request.wishes:
        return [f"申请人另有要求“{request.wishes.reveal()[:60]}”，请填写满足情况；没有满足的，写明原因。"]
    if form_given in Form.values and form_given != request.form_wanted:
        wanted, given = Form(request.form_wanted).label, Form(form_given).label
        return [f"申请人要求的提供方式是“{wanted}”，改为“{given}”的，请填写原因（《条例》第四十条）。"]
    return []


def _fetched(request: Request, form_given: str) -> bool:
    """Whether the applicant fetches what is given on their own page."""
    return (form_given or request.form_wanted, request.route_wanted) == (Form.ELECTRONIC, Route.PAGE)


def _entered_on(entry: Entry) -> date:
    """Return the day on which a request was entered here, whenever it had come in.

    Only what was given before that day is entered afterwards without a secrecy review: it went out by another register. Since then the
    request stood here, and what is given is reviewed before (条例第十七条), on paper or not; a review made on paper is entered with its day.
    """
    first = Movement.objects.filter(stream=f"entry/{entry.pk}").order_by("pk").first()
    return timezone.localdate(first.at) if first else timezone.localdate()


#: An answer that speaks of what lies beside it.
_BESIDE = re.compile(r"附件|附后|随附|见附|附上")


def _nothing_there(entry: Entry, told: str, result: str, *, fetched: bool, already_public: bool) -> list[str]:
    """Return what is still to be done before something is given that is not kept as files (those `release` asks for).

    What is public already is named with where it is got (条例第三十六条第（一）项); of what is public in part somebody drew the line, and that
    is reviewed. Else either files are kept, or somebody reviewed for secrets what is given otherwise (条例第十七条) and the answer says what
    is given and how (第三十六条第（二）项), or, where the applicant fetches it, the information itself.
    """
    if standing(entry):
        return []
    said = len(told.strip()) >= 4
    if already_public:
        where = "已经公开的，请在“告知内容”写明获取该信息的方式、途径（《条例》第三十六条第（一）项）。"
        return [*([] if said else [where]), *(unreviewed(entry) if result == PARTLY else [])]
    reasons = unreviewed(entry)
    if fetched and (reasons or not said or _BESIDE.search(told)):
        return [
            "申请人在查询页面领取电子文档，还没有登记拟提供的材料：请先登记，经保密审查后一并提供；信息不多、直接写在答复里的，先“保密审查”，再在“告知内容”写出信息本身，不要提到附件；信息已经公开的，勾选“已经公开”；邮寄、当面提供的，改选实际提供方式并写明原因。"
        ]
    if not said:
        reasons.append(
            "没有登记材料的，请在“告知内容”写明提供什么，以什么方式、途径、在什么时间提供（《条例》第三十六条第（二）项）。"
        )
    return reasons


def _said(made: Decision, entry: Entry, files: int) -> dict[str, str]:
    """Return what the letter of a decision says, and how many files go with it."""
    row = RESULTS[made.result]
    attached = f"附件：提供的材料{files}件，可以在查询页面下载" if files else ""
    return {
        "结果": row.said,
        "依据": in_full(made.law),
        "此前": _before(made, entry),
        "理由": with_stop(made.ground),
        "告知内容": "\n".join(one for one in (with_stop(made.told), with_stop(attached)) if one),
        "救济": remedies(row, entry.body),
    }


def _before(made: Decision, entry: Entry) -> str:
    """Return what became of an answer that this one replaces: which review or judgment, or the unit itself, set it aside."""
    earlier = made.request.decisions.filter(pk__lt=made.pk).last()
    if earlier is None:
        return ""
    letter = earlier.letters.filter(consultation=None).last()
    old = f"本机关原答复（{letter.number if letter else day_in_words(earlier.decided_on)}）"
    if earlier.revoked_on:
        return f"{old}已于{day_in_words(earlier.revoked_on)}由本机关撤销，以本答复为准。"
    ruled = Dispute.objects.filter(request=entry.pk, orders_anew=True).order_by("decided_on", "pk").last()
    if ruled is None:
        return f"{old}不再执行，以本答复为准。"
    case = f"{ruled.organ}{ruled.number and f'（{ruled.number}）'}"
    return f"{old}经{ruled.get_kind_display()}由{case}纠正，责令重新处理；原答复不再执行，以本答复为准。"


def _told_before(made: Decision, asked: Consultation) -> str:
    """Return which earlier letter to the same third party this one replaces."""
    earlier = asked.letters.filter(kind="third_party_told", decision__lt=made.pk, revoked_on=None).last()
    return f"此前的决定告知书（{earlier.number}）不再执行，以本告知书为准。" if earlier else ""


def _objected(entry: Entry) -> bool:
    """Whether a third party does not agree that it be published."""
    return objecting(entry).exists()


def objecting(entry: Entry) -> "QuerySet[Consultation, Consultation]":
    """Return the third parties that do not agree, or only in part."""
    asked = Consultation.objects.filter(request=entry.pk, kind="third_party")
    return asked.filter(opinion__in=[Opinion.OBJECTS, Opinion.PARTLY])


@act("extend")
def extend(
    entry: Entry, *, by: Actor, days: int, reason: str, on: date | None = None, past: bool = False
) -> ActionResult:
    """Extend the period, as its head; the applicant is told."""
    why = needed(reason, "请写明延长的理由，并告知申请人。", 4)
    words = f"同意延长{days}个工作日：{why}"
    event = happened("extended", on, value=days)
    said = {"理由": why, "期限": str(days), "届满日期": due_after(entry, event)}
    letter = None if past else make_letter(entry, "extension", on=on, fields=said)
    return ActionResult(
        words=words,
        facts={"days": days, "letter": letter.digest if letter else ""},
        events=(event,),
        past=past,
    )


@act("deliver")
def deliver(entry: Entry, *, by: Actor, route: str, proof: str, on: date | None = None) -> ActionResult:
    """Note how the answer reached the applicant, with its proof."""
    if route not in Route.values:
        raise Refused("没有这种送达方式。")
    said = needed(proof, "请填写送达凭证，如挂号信编号、签收人、发送记录。")
    day = not_to_come(on)
    last = Decision.objects.filter(request=entry.pk).last()
    if last and day < last.decided_on:
        raise Refused("送达日期不能早于决定日期，请填实际送达的日期。")
    Delivery.objects.create(request_id=entry.pk, decision=last, route=route, on=day, proof=said[:200])
    return ActionResult(words=f"{day:%Y-%m-%d}{Route(route).label}送达", facts={"route": route})
