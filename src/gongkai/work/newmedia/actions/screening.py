"""Actions of the quarterly screening of accounts."""

from collections.abc import Collection
from datetime import date, timedelta

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.ledger.rectification import FoundFault, order_rectification
from gongkai.core.units.actors import Actor
from gongkai.core.units.another_person import check_clears_other_unit
from gongkai.core.units.models import Body
from gongkai.work.newmedia.account_checks import find_account_problems
from gongkai.work.newmedia.models import Account, AccountDecision, AccountProblem, AccountState, Hit, Screening
from gongkai.work.newmedia.queries import find_double_accounts, list_accounts_under
from gongkai.work.newmedia.rules import list_reasons_unless_supervisor

SCREENING_BASIS = "国办发〔2018〕123号；政务新媒体排查整治"
# Default number of days for a unit to correct its account.
DEFAULT_CORRECTION_DAYS = 30


def format_quarter(day: date) -> str:
    """Return the quarter of a day, for example 2026Q4."""
    return f"{day.year}Q{(day.month + 2) // 3}"


@action("newmedia.open_screening", label="开展季度排查", rule=list_reasons_unless_supervisor)
def open_screening(body: Body, *, by: Actor) -> ActionResult:
    """List the open accounts of a government with problems this quarter; return the `Screening`.

    A repeated call adds new problems; decisions stay.
    """
    today = timezone.localdate()
    rows = list(list_accounts_under(body).filter(state=AccountState.OPEN))
    screening, is_new = Screening.objects.get_or_create(body=body, quarter=format_quarter(today))
    doubled_accounts = find_double_accounts(rows)
    hits_by_account = {stored_hit.account_id: stored_hit for stored_hit in screening.hits.all()}
    added = 0
    for account in rows:
        reasons = [reason.value for reason in find_account_problems(account, today, account.pk in doubled_accounts)]
        stored_hit = hits_by_account.get(account.pk)
        if reasons and stored_hit is None:
            Hit.objects.create(screening=screening, account=account, reasons=reasons)
            added += 1
        elif stored_hit is not None and not stored_hit.decision and set(reasons) - set(stored_hit.reasons):
            stored_hit.reasons = [*stored_hit.reasons, *(value for value in reasons if value not in stored_hit.reasons)]
            stored_hit.save(update_fields=["reasons"])
    Screening.objects.filter(pk=screening.pk).update(looked_at=len(rows))
    text = f"{'开展排查' if is_new else '重新排查'}{len(rows)}个账号，{'' if is_new else '新'}发现{added}个有问题"
    return ActionResult(
        words=text, facts={"accounts": len(rows), "hits": added}, result=screening, stream=screening.stream
    )


def _list_reasons_unless_screening_supervisor(by: Actor, target: Screening | Hit) -> list[str]:
    """Return the Chinese reason if the user does not supervise the unit of a screening."""
    screening = target.screening if isinstance(target, Hit) else target
    return list_reasons_unless_supervisor(by, screening.body)


@action("newmedia.add_hit", label="列入问题清单", rule=_list_reasons_unless_screening_supervisor)
def add_screening_hit(
    screening: Screening, *, by: Actor, account: Account, reasons: Collection[str], words: str
) -> ActionResult:
    """Add, with a reason, an account that only people can judge; return the `Hit`."""
    valid_reasons = [reason for reason in reasons if reason in AccountProblem.values]
    if not valid_reasons or not words.strip():
        raise Refused("请选择问题，并写明情况。")
    if account.state != AccountState.OPEN or not list_accounts_under(screening.body).filter(pk=account.pk).exists():
        raise Refused("只能列入本地区运行中的账号。")
    hit, _ = Hit.objects.get_or_create(screening=screening, account=account)
    if hit.decision:
        raise Refused("这个账号本季度已经作出处理决定。")
    hit.reasons = [*hit.reasons, *(value for value in valid_reasons if value not in hit.reasons)]
    hit.words = words.strip()[:300]
    hit.save(update_fields=["reasons", "words"])
    return ActionResult(words=f"列入{account}：{hit.reasons_label}", result=hit)


def _list_reasons_if_decided(hit: Hit) -> list[str]:
    return ["已经作出处理决定。"] if hit.decision else []


@action(
    "newmedia.decide_hit",
    label="作出处理决定",
    rule=_list_reasons_unless_screening_supervisor,
    ready=_list_reasons_if_decided,
)
def decide_screening_hit(hit: Hit, *, by: Actor, decision: str, words: str, until: date | None = None) -> ActionResult:
    """Decide on a screening hit: keep the account with a reason, or order a rectification."""
    if decision not in AccountDecision.values:
        raise Refused("请选择处理方式。")
    chosen, text = AccountDecision(decision), words.strip()
    if not text:
        raise Refused("请写明处理的理由或者要求。")
    conflict_words = "决定本单位有问题的账号继续运行，可以选择整改、整合或者关停"
    if chosen == AccountDecision.KEEP and (reasons := check_clears_other_unit(by, hit.account.body, conflict_words)):
        raise Refused(*reasons)
    today = timezone.localdate()
    if chosen != AccountDecision.KEEP:
        demand = {
            AccountDecision.MEND: "按要求整改，并恢复正常更新和管理。",
            AccountDecision.MERGE: "与本单位其他账号整合，按程序办理关停备案。",
            AccountDecision.CLOSE: "按程序办理关停备案，做好公告、内容保存和用户引导。",
        }[chosen]
        fault = FoundFault(
            source="newmedia",
            ref=f"hit/{hit.pk}",
            title=f"{chosen.label}：{hit.account}",
            what=f"{hit.account}：{hit.reasons_label}。{hit.words}",
            demand=f"{text} {demand}",
            basis=SCREENING_BASIS,
            address=hit.account.address,
        )
        hit.entry = order_rectification(
            hit.account.body, by=by, found=fault, until=until or today + timedelta(days=DEFAULT_CORRECTION_DAYS)
        )
    hit.decision, hit.decision_words, hit.decided_on, hit.decided_by = (chosen.value, text[:300], today, by.name)
    hit.save(update_fields=["decision", "decision_words", "decided_on", "decided_by", "entry"])
    return ActionResult(words=f"{hit.account}：{chosen.label}，{text}", facts={"hit": hit.pk, "decision": chosen.value})
