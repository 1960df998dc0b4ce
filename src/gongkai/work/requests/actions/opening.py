"""Draft information given to one applicant for proactive disclosure (条例第四十四条).

The draft is reviewed and published like any other item of the unit.
"""

from django.utils import timezone

from gongkai.content.editions.vocabulary import Attribute
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.action import ActionResult, Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.models import Entry
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.richtext.composing import paragraphs
from gongkai.lib.writing.titles import cited
from gongkai.work.requests.actions.acting import entry_act, load_request, require_text
from gongkai.work.requests.actions.compiling import mask_for_publication
from gongkai.work.requests.models import Material
from gongkai.work.requests.results import FULLY_DISCLOSED, PARTLY_DISCLOSED

# Reasons for proactive disclosure: 条例第四十四条 (two cases) and 第十九条.
DISCLOSURE_REASONS = {
    "several": "多个申请人申请相同的政府信息（《条例》第四十四条第一款）",
    "suggested": "申请人建议纳入主动公开的范围，经审核属于主动公开范围（《条例》第四十四条第二款）",
    "own": "涉及公众利益调整、需要公众广泛知晓或者参与决策（《条例》第十九条）",
}


def list_drafted_items(entry: Entry) -> list[ItemPage]:
    """Return the drafted or published items that came from a request's answer."""
    rows = Movement.objects.filter(stream=entry.stream, action="request.open_to_all")
    found = ItemPage.objects.filter(pk__in=[movement.facts["drafted"] for movement in rows])
    return list(found.order_by("pk"))


def _check_information_given(entry: Entry) -> list[str]:
    decision = load_request(entry).decided
    if decision is None or decision.revoked_on or decision.result not in {FULLY_DISCLOSED, PARTLY_DISCLOSED}:
        return ["没有决定公开的答复，不能转为主动公开。"]
    known = list_drafted_items(entry)
    return [f"已经起草主动公开的信息《{known[-1].title}》。"] if known else []


@entry_act("open_to_all", ready=_check_information_given)
def open_to_all(
    entry: Entry, *, by: Actor, why: str, title: str, text: str = "", with_files: bool = True
) -> ActionResult:
    """Draft an item from an answer; the action's result is the `ItemPage`.

    Anything that identifies the applicant is masked. The item is public only after review and
    signature.

    Args:
        entry: the answered request.
        by: the clerk.
        why: a key of `WHY`.
        title: the title of the item.
        text: the text of the item.
        with_files: true to attach the released files.
    """
    if why not in DISCLOSURE_REASONS:
        raise Refused("请选择转为主动公开的理由。")
    request = load_request(entry)
    decision = request.decided
    assert decision is not None
    given = Material.objects.filter(request=request, released__isnull=False, recalled_on=None, dropped=False)
    attached = (
        [(material.name, material.released) for material in given.select_related("released") if material.released]
        if with_files
        else []
    )
    item: ItemPage = publishing.draft(
        entry.body,
        by=by,
        attachments=attached,
        title=mask_for_publication(request, require_text(title, "请填写信息的标题。", 4))[:255],
        body=paragraphs(mask_for_publication(request, text)),
        formed_on=timezone.localdate(),  # due for publication from today (条例第二十六条)
        issuer=entry.body.name[:120],
        source=entry.body.label[:120],
        attribute=Attribute.PROACTIVE,
        attribute_reason=f"{DISCLOSURE_REASONS[why]}，{day_in_words(decision.decided_on)}依申请公开",
    )
    words = f"转为主动公开：{DISCLOSURE_REASONS[why]}，起草信息{cited(item.title)}"
    return ActionResult(words=words, facts={"drafted": item.pk, "why": why}, result=item)
