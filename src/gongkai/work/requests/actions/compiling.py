"""Actions that compile closed requests as anonymous training cases (R-03)."""

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import work
from gongkai.work.requests.actions.acting import entry_act, load_request, require_text
from gongkai.work.requests.deidentification import deidentify_for_publication
from gongkai.work.requests.models import Case, Request
from gongkai.work.requests.results import RESULTS


def mask_for_publication(request: Request, text: str) -> str:
    """Return a text without anything that identifies the people of a request."""
    return deidentify_for_publication(request, text).text


def _check_no_case(entry: Entry) -> list[str]:
    return ["已经编为案例。"] if Case.objects.filter(request=entry.pk).exists() else []


@entry_act("compile_case", ready=_check_no_case)
def compile_case(entry: Entry, *, by: Actor, title: str, comment: str, tags: str = "") -> ActionResult:
    """Compile a decided request as a case with a comment; the action's result is the `Case`."""
    request = load_request(entry)
    decision = request.decided
    if decision is None:
        raise Refused("没有作出答复的申请不编为案例。")
    disputes = [
        f"{dispute.get_kind_display()}：{dispute.get_result_display() or '尚未审结'}。{dispute.finding}"
        for dispute in request.disputes.all()
    ]
    made = Case.objects.create(
        request=request,
        body=entry.body,
        year=decision.decided_on.year,
        title=mask_for_publication(request, require_text(title, "请填写案例名称。", 4))[:120],
        wanted=mask_for_publication(request, request.content.reveal()),
        result=decision.result,
        law=RESULTS[decision.result].law,
        ground=mask_for_publication(request, decision.ground),
        dispute=mask_for_publication(request, "\n".join(disputes)),
        comment=mask_for_publication(request, require_text(comment, "请写评析：焦点、理由、可以借鉴的做法。", 10)),
        tags=mask_for_publication(request, " ".join(tags.split()))[:200],
        by=by.name,
    )
    return ActionResult(words=f"编为案例：{made.title}", facts={"case": made.pk}, result=made)


def _check_case_editor(by: Actor, case: Case) -> list[str]:
    return work(by, Entry.objects.select_related("body").get(pk=case.request_id))


@action("requests.revise_case", label="修改案例", rule=_check_case_editor)
def revise_case(case: Case, *, by: Actor, title: str, comment: str, tags: str = "") -> ActionResult:
    """Change title, comment and tags of a case and mask them again."""
    request = Request.objects.select_related("entry").get(pk=case.request_id)
    case.title = mask_for_publication(request, require_text(title, "请填写案例名称。", 4))[:120]
    case.comment = mask_for_publication(request, require_text(comment, "请写评析。", 10))
    case.tags = mask_for_publication(request, " ".join(tags.split()))[:200]
    case.save(update_fields=["title", "comment", "tags", "at"])
    return ActionResult(words="修改案例", stream=f"entry/{case.request_id}", facts={"case": case.pk})


@action("requests.withdraw_case", label="撤下案例", rule=_check_case_editor)
def withdraw_case(case: Case, *, by: Actor, words: str) -> ActionResult:
    """Withdraw a case from the compilation, with a reason."""
    why = require_text(words, "请写明撤下的原因。")
    case.withdrawn = True
    case.save(update_fields=["withdrawn"])
    return ActionResult(words=f"撤下案例：{why}", stream=f"entry/{case.request_id}", facts={"case": case.pk})
