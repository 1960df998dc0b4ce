"""One answer for several applicants who asked for the same (条例第四十四条), one letter each."""

from collections.abc import Mapping, Sequence

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.models import Entry
from gongkai.work.requests.actions.base import entry_act
from gongkai.work.requests.actions.decisions import (
    decide_request,
    find_pending_consultations,
    lacks_consultation,
    list_objecting_parties,
)
from gongkai.work.requests.actions.materials import list_current_materials
from gongkai.work.requests.deidentification import (
    LOOK_FIRST_MESSAGE,
    deidentify_for_addressee,
    find_applicant_in_files,
    has_unread_parts,
)
from gongkai.work.requests.models import Decision, Material, Request, SecrecyReview
from gongkai.work.requests.queries.fees import find_open_fee_steps
from gongkai.work.requests.queries.request_list import (
    MAX_COMPARED_TEXTS,
    MIN_WORD_OVERLAP,
    compute_word_overlap,
    get_word_set,
)
from gongkai.work.requests.results import (
    FULLY_DISCLOSED,
    NOT_RESPONSIBLE_LAW,
    PARTLY_DISCLOSED,
    WITHHOLDING_GROUNDS,
    get_provision_of_result,
)
from gongkai.work.requests.states import UNIT_STATES

# Maximum number of requests answered at once, and offered for it.
MAX_JOINT_ANSWERS = 50


def find_similar_open_requests(entry: Entry) -> list[Request]:
    """Return at most MAX_JOINT_ANSWERS similar requests that the same unit handles, most similar first."""
    rows = Request.objects.filter(entry__body=entry.body_id, entry__kind="request", entry__state__in=UNIT_STATES)
    own_words = get_word_set(entry.request.content.reveal())
    newest = rows.exclude(pk=entry.pk).select_related("entry").order_by("-pk")[:MAX_COMPARED_TEXTS]
    rated = [(compute_word_overlap(own_words, request.content.reveal()), request) for request in newest]
    similar = [pair for pair in rated if pair[0] >= MIN_WORD_OVERLAP]
    return [request for _, request in sorted(similar, key=lambda pair: (-pair[0], pair[1].pk))[:MAX_JOINT_ANSWERS]]


def find_obstacles(entry: Entry, other: Request) -> list[str]:
    """Return the reasons why a similar request cannot get the answer of `entry` at once: its own open steps."""
    decision = entry.request.decided
    result = decision.result if decision else ""
    reasons = [
        *find_open_fee_steps(other.entry),
        *find_pending_consultations(other.entry, result, timezone.localdate()),
    ]
    if result in {FULLY_DISCLOSED, PARTLY_DISCLOSED} and list_objecting_parties(other.entry).exists():
        reasons.append("第三方不同意公开，请单独答复。")
    if list_current_materials(other.entry):
        reasons.append("已经登记自己的材料，请单独答复。")
    return reasons


def _find_reuse_errors(entry: Entry) -> list[str]:
    decision = entry.request.decided
    if decision is None or decision.result != entry.outcome or decision.past:
        return ["先答复其中一件，再用同一答复一并答复其他相同申请。"]
    obstacles: list[str] = []
    for similar in find_similar_open_requests(entry):
        reasons = find_obstacles(entry, similar)
        if not reasons:
            return []
        obstacles.append(f"{similar.entry.number}：{''.join(reasons)}")
    return obstacles or ["本单位没有其他办理中的相同申请。"]


def _refuse_files_with_applicant(
    entry: Entry, *, by: Actor, looked_at: bool = False, **facts: object
) -> Mapping[str, object]:
    """Read the current files before the transaction; add no arguments.

    Raises:
        Refused: one names the applicant, or nobody looked at the pictures in it.
    """
    files = [(file.suffix, file.masked or file.stored) for file in list_current_materials(entry)]
    if not looked_at and has_unread_parts(files):
        raise Refused(LOOK_FIRST_MESSAGE.format(who="该件申请人"))
    if applicant := find_applicant_in_files(entry.request, files):
        raise Refused(f"{entry.number}的材料写有该件申请人：{'、'.join(applicant)}。请先遮盖，或者分别答复。")
    return {}


@entry_act("answer_alike", ready=_find_reuse_errors, ahead=_refuse_files_with_applicant)
def answer_similar_requests(
    entry: Entry, *, by: Actor, others: Sequence[int], wishes_met: str = "", looked_at: bool = False
) -> ActionResult:
    """Answer similar requests of the unit like this one, all or none.

    Args:
        others: primary keys of the other requests.
        wishes_met: how the applicants' wishes were met, or the reason if not.
        looked_at: true if the decider looked at each picture in the files.
    """
    chosen = {similar.pk: similar for similar in find_similar_open_requests(entry)}
    if not others or not set(others) <= chosen.keys():
        raise Refused("请选择本单位办理中的相同申请。")
    decision = entry.request.decided
    assert decision is not None  # `_find_reuse_errors` guarantees it
    wishes_words, answered = deidentify_for_addressee(entry.request, wishes_met, "").text, []
    for pk in dict.fromkeys(others):
        similar_entry = Entry.objects.get(pk=pk)
        if reasons := find_obstacles(entry, chosen[pk]):
            raise Refused([f"{similar_entry.number}：{reason}" for reason in reasons])
        _copy_materials(entry, similar_entry)
        try:
            decide_request(
                similar_entry, by=by, **_copy_decision_terms(entry, similar_entry, decision), wishes_met=wishes_words
            )
        except Refused as refused:
            raise Refused([f"{similar_entry.number}：{reason}" for reason in refused.reasons]) from refused
        answered.append(similar_entry.number)
    return ActionResult(
        words=f"以本件的答复一并答复相同申请{len(answered)}件：{'、'.join(answered)}",
        facts={"answered": list(others), "looked_at": looked_at},
    )


def _copy_decision_terms(entry: Entry, other: Entry, decision: Decision) -> dict[str, object]:
    """Return the arguments of `decide_request` for a similar request, with texts de-identified."""
    withheld = next(
        (key for key in WITHHOLDING_GROUNDS if decision.law == get_provision_of_result(decision.result, withheld=key)),
        "",
    )
    unasked = (
        f"已就相同内容的{entry.number}征求第三方意见" if lacks_consultation(other, decision.result, withheld) else ""
    )
    return {
        "result": decision.result,
        "ground": deidentify_for_addressee(entry.request, decision.ground, "").text,
        "told": deidentify_for_addressee(entry.request, decision.told, "").text,
        "form_given": decision.form_given,
        "withheld": withheld,
        "not_responsible": decision.law == NOT_RESPONSIBLE_LAW,
        "already_public": decision.law == get_provision_of_result(FULLY_DISCLOSED, already_public=True),
        "unasked": decision.unasked or unasked,
    }


def _copy_materials(entry: Entry, other: Entry) -> None:
    """Copy the files of a disclosure and their secrecy review to a similar request without files of its own."""
    review = SecrecyReview.objects.filter(request=entry.pk, outdated=False).last()
    if review is None or entry.outcome not in {FULLY_DISCLOSED, PARTLY_DISCLOSED}:
        return
    for file in list_current_materials(entry):
        file.pk, file.request_id = None, other.pk
        file.released, file.released_on, file.opened_at, file.recalled_on = None, None, None, None
        file._state.adding = True
        Material.save(file)
    text = f"与{entry.number}的申请内容相同，以其保密审查为准。{review.opinion}"
    SecrecyReview.objects.create(
        request_id=other.pk,
        verdict=review.verdict,
        basis=review.basis,
        opinion=text,
        materials=review.materials,
        by=review.by,
        person=review.person,
        on=review.on,
    )
