"""Actions for applicants who fetch letters and files online; the first opening is recorded.

Opening the answer records its delivery.
"""

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, action
from gongkai.core.acts.actors import ANONYMOUS, SYSTEM, Actor
from gongkai.core.ledger.models import Entry
from gongkai.lib.chinese.days import day_in_words
from gongkai.work.requests.actions.deciding import deliver
from gongkai.work.requests.actions.serving import record_opened_notice
from gongkai.work.requests.letters import is_readable_by_applicant
from gongkai.work.requests.machine import RequestState
from gongkai.work.requests.models import DeliveryRoute, Letter, Material, Request


def _check_code_holder(by: Actor, target: object) -> list[str]:
    return [] if by == ANONYMOUS else ["只有收件人可以凭查询码领取。"]


def _check_letter_readable(letter: Letter) -> list[str]:
    if letter.withheld:
        return ["这份文书已经撤销，不再提供；理由见撤销告知书。"]
    theirs = is_readable_by_applicant(letter) or (letter.consultation_id and letter.key)
    return [] if theirs else ["没有这份文书。"]


@action(
    "requests.collect_letter",
    label="收件人领取文书",
    rule=_check_code_holder,
    ready=_check_letter_readable,
    quiet=True,
)
def collect_letter(letter: Letter, *, by: Actor) -> ActionResult:
    """Hand out a letter to its recipient; the action's result is the `Letter`.

    The first opening is recorded. It counts as delivery of an answer that was wanted online.
    """
    first = letter.opened_at is None
    if first:
        letter.opened_at = timezone.now()
        letter.save(update_fields=["opened_at"])
    if letter.kind == "reply" and not letter.revoked_on:
        _record_online_delivery(letter)
    if letter.kind in {"correction", "fee"} and first:
        record_opened_notice(letter)
    who = "被征求意见的一方" if letter.consultation_id else "申请人"
    words = f"{who}{'首次' if first else ''}打开{letter.number}"
    return ActionResult(words=words, facts={"letter": letter.digest}, result=letter)


def _record_online_delivery(letter: Letter) -> None:
    request = Request.objects.select_related("entry__body").get(pk=letter.request_id)
    if request.route_wanted != DeliveryRoute.PAGE or request.entry.state != RequestState.ANSWERED:
        return
    at = timezone.localtime(letter.opened_at)
    proof = f"申请人于{at:%Y-%m-%d %H:%M}凭查询码首次打开{letter.number}"
    deliver(Entry.objects.get(pk=request.pk), by=SYSTEM, route=DeliveryRoute.PAGE, proof=proof)


def _check_material_released(material: Material) -> list[str]:
    if material.recalled_on:
        return [f"这份材料已于{day_in_words(material.recalled_on)}收回，不再提供；撤销答复的理由见告知书。"]
    return [] if material.released_id else ["没有这份材料。"]


@action(
    "requests.collect_material",
    label="申请人领取材料",
    rule=_check_code_holder,
    ready=_check_material_released,
    quiet=True,
)
def collect_material(material: Material, *, by: Actor) -> ActionResult:
    """Hand out a released file to the applicant; the action's result is the `StoredFile`."""
    first = material.opened_at is None
    if first:
        material.opened_at = timezone.now()
        material.save(update_fields=["opened_at"])
    facts = {"material": material.pk, "digest": material.released_id}
    return ActionResult(words=f"申请人{'首次' if first else ''}打开材料", facts=facts, result=material.released)
