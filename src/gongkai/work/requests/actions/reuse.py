"""Actions that compile closed requests as anonymous training cases (R-03)."""

from collections.abc import Iterable, Mapping

from django.utils import timezone

from gongkai.content.editions.models.editions import DisclosureAttribute
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Movement
from gongkai.core.files.models import StoredFile
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import check_may_work
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.richtext.composing import make_paragraphs
from gongkai.lib.writing.titles import cite_title
from gongkai.work.requests.actions.base import entry_act, load_request
from gongkai.work.requests.deidentification import (
    LOOK_FIRST_MESSAGE,
    deidentify_for_publication,
    find_applicant_in_files,
    has_unread_parts,
)
from gongkai.work.requests.models import Case, Material, Request
from gongkai.work.requests.results import FULLY_DISCLOSED, PARTLY_DISCLOSED, REQUEST_RESULTS


def mask_for_publication(request: Request, text: str, other_texts: Iterable[str] = ()) -> str:
    """Return a text without anything that identifies people of the request or people named in `other_texts`."""
    return deidentify_for_publication(request, text, other_texts).text


def get_case_texts(request: Request) -> dict[str, str]:
    """Return the texts of a request by field of `Case`, not yet de-identified."""
    disputes = [
        f"{dispute.get_kind_display()}：{dispute.get_result_display() or '尚未审结'}。{dispute.finding}"
        for dispute in request.disputes.all()
    ]
    return {
        "wanted": request.content.reveal(),
        "ground": request.decided.ground if request.decided else "",
        "dispute": "\n".join(disputes),
    }


def _find_compiling_errors(entry: Entry) -> list[str]:
    if load_request(entry).decided is None:
        return ["没有作出答复的申请不编为案例。"]
    return ["已经编为案例。"] if Case.objects.filter(request=entry.pk, withdrawn=False).exists() else []


@entry_act("compile_case", ready=_find_compiling_errors)
def compile_case(entry: Entry, *, by: Actor, title: str, comment: str, tags: str = "") -> ActionResult:
    """Compile a request with an answer in force as a de-identified case, in place of a withdrawn one."""
    request = load_request(entry)
    decision = request.decided
    assert decision is not None  # `_find_compiling_errors` guarantees it
    case_texts = get_case_texts(request)
    all_texts = [*case_texts.values(), title, comment, tags]
    texts = {name: mask_for_publication(request, text, all_texts) for name, text in case_texts.items()}
    facts = {
        "body": entry.body,
        "year": decision.decided_on.year,
        "title": mask_for_publication(request, require_text(title, "请填写案例名称。", 4), all_texts)[:120],
        **texts,
        "result": decision.result,
        "law": REQUEST_RESULTS[decision.result].law,
        "comment": mask_for_publication(
            request, require_text(comment, "请写评析：焦点、理由、可以借鉴的做法。", 10), all_texts
        ),
        "tags": mask_for_publication(request, " ".join(tags.split()), all_texts)[:200],
        "by": by.name,
        "withdrawn": False,
    }
    case, _ = Case.objects.update_or_create(request=request, defaults=facts)
    return ActionResult(words=f"编为案例：{case.title}", facts={"case": case.pk}, result=case)


def _list_reasons_unless_case_editor(by: Actor, case: Case) -> list[str]:
    return check_may_work(by, Entry.objects.select_related("body").get(pk=case.request_id))


@action("requests.revise_case", label="修改案例", rule=_list_reasons_unless_case_editor)
def revise_case(case: Case, *, by: Actor, title: str, comment: str, tags: str = "") -> ActionResult:
    """Replace title, comment and tags of a case, masked again."""
    request = Request.objects.select_related("entry").get(pk=case.request_id)
    all_texts = [*get_case_texts(request).values(), title, comment, tags]
    case.title = mask_for_publication(request, require_text(title, "请填写案例名称。", 4), all_texts)[:120]
    case.comment = mask_for_publication(request, require_text(comment, "请写评析。", 10), all_texts)
    case.tags = mask_for_publication(request, " ".join(tags.split()), all_texts)[:200]
    case.save(update_fields=["title", "comment", "tags", "at"])
    return ActionResult(words="修改案例", stream=f"entry/{case.request_id}", facts={"case": case.pk})


@action("requests.withdraw_case", label="撤下案例", rule=_list_reasons_unless_case_editor)
def withdraw_case(case: Case, *, by: Actor, words: str) -> ActionResult:
    """Withdraw a case from the compilation, with a reason (`words`)."""
    why = require_text(words, "请写明撤下的原因。", 2)
    case.withdrawn = True
    case.save(update_fields=["withdrawn"])
    return ActionResult(words=f"撤下案例：{why}", stream=f"entry/{case.request_id}", facts={"case": case.pk})


# Reasons for proactive disclosure: 条例第四十四条 (two cases) and 第十九条.
DISCLOSURE_REASONS = {
    "several": "多个申请人申请相同的政府信息（《条例》第四十四条第一款）",
    "suggested": "申请人建议纳入主动公开的范围，经审核属于主动公开范围（《条例》第四十四条第二款）",
    "own": "涉及公众利益调整、需要公众广泛知晓或者参与决策（《条例》第十九条）",
}


def list_drafted_items(entry: Entry) -> list[ItemPage]:
    """Return the items, drafted or published, that `draft_item_from_answer` made from a request's answer."""
    rows = Movement.objects.filter(stream=entry.stream, action="request.open_to_all")
    drafted_items = ItemPage.objects.filter(pk__in=[movement.facts["drafted"] for movement in rows])
    return list(drafted_items.order_by("pk"))


def _list_given_files(request: Request) -> list[tuple[str, StoredFile]]:
    """Return (suffix, file) of the files given to the applicant and still released."""
    released_materials = Material.objects.filter(
        request=request, released__isnull=False, recalled_on=None, dropped=False
    )
    return [(file.suffix, file.released) for file in released_materials.select_related("released") if file.released]


def _refuse_files_with_applicant(
    entry: Entry, *, by: Actor, with_files: bool = True, looked_at: bool = False, **facts: object
) -> Mapping[str, object]:
    """Read attached files given to the applicant before the transaction.

    Raises:
        Refused: one names the applicant, or nobody looked at the pictures in it.
    """
    request = load_request(entry)
    files = _list_given_files(request) if with_files else []
    if not looked_at and has_unread_parts(files):
        raise Refused(LOOK_FIRST_MESSAGE.format(who="申请人"))
    applicant = find_applicant_in_files(request, files)
    if applicant:
        raise Refused(f"材料中写有申请人：{'、'.join(applicant)}。请不勾选附上材料，遮盖后在信息页面上传。")
    return {}


def _list_reasons_unless_information_given(entry: Entry) -> list[str]:
    """Return reasons unless the answer in force disclosed something and no item was drafted from it."""
    decision = load_request(entry).decided
    if decision is None or decision.revoked_on or decision.result not in {FULLY_DISCLOSED, PARTLY_DISCLOSED}:
        return ["没有决定公开的答复，不能转为主动公开。"]
    drafted_items = list_drafted_items(entry)
    return [f"已经起草主动公开的信息《{drafted_items[-1].title}》。"] if drafted_items else []


@entry_act("open_to_all", ready=_list_reasons_unless_information_given, ahead=_refuse_files_with_applicant)
def draft_item_from_answer(
    entry: Entry, *, by: Actor, why: str, title: str, text: str = "", with_files: bool = True, looked_at: bool = False
) -> ActionResult:
    """Draft an item from an answer; the action's result is the `ItemPage`.

    Anything that identifies the applicant is masked. The item is public only after review and
    signature.

    Args:
        why: a key of `DISCLOSURE_REASONS`.
        with_files: true to attach the released files.
        looked_at: true if the clerk looked at each picture in the files.
    """
    if why not in DISCLOSURE_REASONS:
        raise Refused("请选择转为主动公开的理由。")
    request = load_request(entry)
    decision = request.decided
    assert decision is not None
    files = enumerate(_list_given_files(request) if with_files else (), 1)
    # Names of files may identify people.
    attached = [(f"提供的材料{number}.{suffix}", stored) for number, (suffix, stored) in files]
    item: ItemPage = publishing.create_draft(
        entry.body,
        by=by,
        attachments=attached,
        title=mask_for_publication(request, require_text(title, "请填写信息的标题。", 4))[:255],
        body=make_paragraphs(mask_for_publication(request, text)),
        formed_on=timezone.localdate(),  # due for publication from today (条例第二十六条)
        issuer=entry.body.name[:120],
        source=entry.body.label[:120],
        attribute=DisclosureAttribute.PROACTIVE,
        attribute_reason=f"{DISCLOSURE_REASONS[why]}，{day_in_words(decision.decided_on)}依申请公开",
    )
    words = f"转为主动公开：{DISCLOSURE_REASONS[why]}，起草信息{cite_title(item.title)}"
    return ActionResult(words=words, facts={"drafted": item.pk, "why": why, "looked_at": looked_at}, result=item)
