"""One answer for several applicants who asked for the same (条例第四十四条), one letter each."""

from collections.abc import Sequence

from gongkai.core.acts.action import ActionResult, Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.models import Entry
from gongkai.work.requests.actions.acting import act
from gongkai.work.requests.actions.deciding import decide, law_of, nobody_asked
from gongkai.work.requests.actions.materials import standing
from gongkai.work.requests.deidentification import for_addressee
from gongkai.work.requests.machine import RUNNING
from gongkai.work.requests.models import Decision, Material, Request, SecrecyReview
from gongkai.work.requests.queries.cases import COMPARED, LEAST, tokens_of, word_overlap
from gongkai.work.requests.results import DISCLOSED, PARTLY, WITHHELD

# Maximum number of requests answered at once, and offered for it.
MOST = 50


def answerable_alike(entry: Entry) -> list[Request]:
    """Return the unit's open requests with similar content, the most similar first."""
    rows = Request.objects.filter(entry__body=entry.body_id, entry__kind="request", entry__state__in=RUNNING)
    asked = tokens_of(entry.request.content.reveal())
    newest = rows.exclude(pk=entry.pk).select_related("entry").order_by("-pk")[:COMPARED]
    rated = [(word_overlap(asked, one.content.reveal()), one) for one in newest]
    similar = [pair for pair in rated if pair[0] >= LEAST]
    return [one for _, one in sorted(similar, key=lambda pair: (-pair[0], pair[1].pk))[:MOST]]


def _answered(entry: Entry) -> list[str]:
    decision = entry.request.decided
    if decision is None or decision.result != entry.outcome or decision.past:
        return ["先答复其中一件，再用同一答复一并答复其他相同申请。"]
    return [] if answerable_alike(entry) else ["本单位没有其他办理中的相同申请。"]


@act("answer_alike", ready=_answered)
def answer_alike(entry: Entry, *, by: Actor, others: Sequence[int], wishes_met: str = "") -> ActionResult:
    """Answer similar requests like this one: each gets a decision, the files and a letter.

    Args:
        entry: the answered request.
        by: the decider.
        others: primary keys of the other requests.
        wishes_met: how the applicants' wishes were met, or the reason if not.
    """
    chosen = {one.pk: one for one in answerable_alike(entry)}
    if not others or not set(others) <= chosen.keys():
        raise Refused("请选择本单位办理中的相同申请。")
    decision = entry.request.decided
    assert decision is not None  # `_answered` guarantees it
    answered = []
    for pk in dict.fromkeys(others):
        other = Entry.objects.get(pk=pk)
        _take_files_over(entry, other)
        try:
            decide(other, by=by, **_terms(entry, other, decision), wishes_met=wishes_met)
        except Refused as refused:
            raise Refused([f"{other.number}：{reason}" for reason in refused.reasons]) from refused
        answered.append(other.number)
    return ActionResult(
        words=f"以本件的答复一并答复相同申请{len(answered)}件：{'、'.join(answered)}",
        facts={"answered": list(others)},
    )


def _terms(entry: Entry, other: Entry, decision: Decision) -> dict[str, object]:
    withheld = next((key for key in WITHHELD if decision.law == law_of(decision.result, withheld=key)), "")
    unasked = (
        f"已就相同内容的{entry.number}征求第三方意见"
        if nobody_asked(other, decision.result, withheld)
        else ""
    )
    return {
        "result": decision.result,
        "ground": for_addressee(entry.request, decision.ground, "").text,
        "told": for_addressee(entry.request, decision.told, "").text,
        "form_given": decision.form_given,
        "withheld": withheld,
        "already_public": decision.law == law_of(DISCLOSED, already_public=True),
        "unasked": decision.unasked or unasked,
    }


def _take_files_over(entry: Entry, other: Entry) -> None:
    if standing(other):
        raise Refused(f"{other.number}已经登记自己的材料，请单独答复。")
    review = SecrecyReview.objects.filter(request=entry.pk, outdated=False).last()
    if review is None or entry.outcome not in {DISCLOSED, PARTLY}:
        return
    for file in standing(entry):
        file.pk, file.request_id = None, other.pk
        file.released, file.released_on, file.opened_at, file.recalled_on = None, None, None, None
        file._state.adding = True
        Material.save(file)
    said = f"与{entry.number}的申请内容相同，以其保密审查为准。{review.opinion}"
    SecrecyReview.objects.create(
        request_id=other.pk,
        verdict=review.verdict,
        basis=review.basis,
        opinion=said,
        materials=review.materials,
        by=review.by,
        person=review.person,
        on=review.on,
    )
