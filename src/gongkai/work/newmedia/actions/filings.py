"""Filings to open, change or close an account, and changes without filing."""

from datetime import date

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.acts.public_words import refuse_personal_in, refuse_personal_rows
from gongkai.core.files.models import StoredFile
from gongkai.core.ledger.clock import make_event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.kinds import get_entry_url, make_entry_notification
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import check_may_judge, check_may_work
from gongkai.core.units.actors import Actor, get_reach, in_force_q
from gongkai.core.units.models import Appointment, Body, Person, Role
from gongkai.core.units.unit_filters import find_government
from gongkai.lib.outbound.permitted_hosts import get_host_name
from gongkai.work.newmedia.account_checks import is_unit_shown_in_name, list_missing_column_fields
from gongkai.work.newmedia.actions.posting import decline_post
from gongkai.work.newmedia.models import (
    Account,
    AccountColumn,
    AccountState,
    Filing,
    FilingKind,
    Update,
    get_field_label,
)
from gongkai.work.newmedia.queries import list_double_accounts, list_permitted_names
from gongkai.work.newmedia.rules import list_reasons_unless_filing_approver, list_reasons_unless_unit_staff
from gongkai.work.newmedia.states import ACCOUNT_FILING_KIND_NAME, POST_MACHINE, FilingState

#: Fields of an account that an accepted filing changes; the unit itself changes only `operator` of them.
FILED_FIELDS = ("name", "address", "functions", "operator", "why_name")
# Fields in the public list of accounts.
PUBLIC_FIELDS = ("name", "handle", "address", "functions")
# Proof: file name and file.
ProofFile = tuple[str, StoredFile]


@action("newmedia.file_opening", label="提出开设备案", rule=list_reasons_unless_unit_staff)
def file_account_opening(
    body: Body, *, by: Actor, reason: str, leader: Person | None, proof: ProofFile | None = None, **facts: object
) -> ActionResult:
    """File the opening of an account with its responsible leader; return the `Filing`."""
    account = Account(body=body, leader=leader, **facts)
    refuse_personal_rows([account], *PUBLIC_FIELDS)
    reasons = _find_account_faults(account)
    if not reason.strip():
        reasons.append("请写明开设的理由。")
    if leader is None:
        reasons.append("请明确责任领导（网络意识形态责任制）。")
    if reasons:
        raise Refused(reasons)
    account.save()
    return _store_filing(account, FilingKind.OPEN, by=by, reason=reason, proof=proof)


def _find_account_faults(account: Account) -> list[str]:
    """Return reasons against an account: double, foreign name, or name in use."""
    reasons = []
    if list_double_accounts(account).exists() and not account.why_more.strip():
        reasons.append(
            f"{account.body.label}在{account.get_platform_display()}已有账号，一个单位在同一平台原则上只开设一个；确需增加的，请写明理由。"
        )
    if not is_unit_shown_in_name(account.name, list_permitted_names(account.body)) and not account.why_name.strip():
        reasons.append("账号名称看不出主办单位：请改名，或者写明名称与单位不一致的理由。")
    same_accounts = Account.objects.filter(platform=account.platform, name=account.name)
    if same_accounts.filter(state__in=[AccountState.FILING, AccountState.OPEN]).exclude(pk=account.pk).exists():
        reasons.append(f"{account.get_platform_display()}上已经登记了同名账号“{account.name}”。")
    return reasons


def _list_reasons_against_filing(account: Account) -> list[str]:
    """Return reasons unless the account is open and has no pending filing."""
    reasons = [] if account.state == AccountState.OPEN else ["只有运行中的账号可以提出。"]
    pending = Filing.objects.filter(account=account, entry__closed_at=None).exists()
    return [*reasons, "这个账号还有备案没有办结。"] if pending else reasons


@action(
    "newmedia.file_change",
    label="提出变更备案",
    rule=list_reasons_unless_unit_staff,
    ready=_list_reasons_against_filing,
)
def file_account_change(
    account: Account, *, by: Actor, reason: str, proof: ProofFile | None = None, **changes: object
) -> ActionResult:
    """File a change of an account, in effect on acceptance. Return the `Filing`."""
    changed_values = {
        name: changes[name] for name in FILED_FIELDS if name in changes and changes[name] != getattr(account, name)
    }
    if not changed_values:
        raise Refused("没有要变更的内容。")
    reason = require_text(reason, "请写明变更的理由。")
    current_values, current_name = {name: getattr(account, name) for name in changed_values}, str(account)
    for name, value in changed_values.items():
        setattr(account, name, value)
    refuse_personal_in(Account, **{name: changed_values[name] for name in changed_values if name in PUBLIC_FIELDS})
    if reasons := _find_account_faults(account):
        raise Refused(reasons)
    for name, value in current_values.items():
        setattr(account, name, value)  # it changes on acceptance
    title_words = f"{current_name}改名为“{changed_values['name']}”" if "name" in changed_values else current_name
    return _store_filing(
        account,
        FilingKind.CHANGE,
        by=by,
        reason=reason,
        proof=proof,
        title_words=title_words,
        changes=changed_values,
        before=current_values,
    )


@action(
    "newmedia.file_closing",
    label="提出关停备案",
    rule=list_reasons_unless_unit_staff,
    ready=_list_reasons_against_filing,
)
def file_account_closing(
    account: Account, *, by: Actor, reason: str, aftercare: str, proof: ProofFile | None = None
) -> ActionResult:
    """File the closing of an account with its aftercare plan; return the `Filing`."""
    reasons = []
    if not reason.strip():
        reasons.append("请写明关停的理由。")
    if not aftercare.strip():
        reasons.append("请写明善后安排：向公众告知的方式、内容的保存、关注用户的引导。")
    if reasons:
        raise Refused(reasons)
    return _store_filing(
        account, FilingKind.CLOSE, by=by, reason=reason, proof=proof, aftercare=aftercare.strip()[:500]
    )


def _store_filing(
    account: Account,
    kind: FilingKind,
    *,
    by: Actor,
    reason: str,
    proof: ProofFile | None,
    title_words: str = "",
    **facts: object,
) -> ActionResult:
    """Store a filing with its entry and notify the office that decides."""
    filed_at = timezone.now()
    entry = Entry(
        kind=ACCOUNT_FILING_KIND_NAME,
        title=f"{kind.label}政务新媒体账号：{title_words or account}"[:300],
        body=account.body,
        year=timezone.localdate().year,
        opened_at=filed_at,
    )
    make_entries([entry], by=by, words=f"提出{kind.label}备案", events=lambda _: [make_event("received", filed_at)])
    proof_fields = {"proof": proof[1], "proof_name": proof[0][-200:]} if proof else {}
    filing = Filing.objects.create(
        entry=entry, account=account, kind=kind, reason=reason.strip()[:500], **proof_fields, **facts
    )
    office = _find_deciding_bodies(account.body)
    tell = Notification(
        subject=f"新媒体{kind.label}备案：{account}"[:120],
        body=f"{account.body.label}提出{kind.label}备案（{entry.number}）：{filing.reason}",
        link=get_entry_url(entry),
        key=f"account_filing:{entry.pk}",
        posts=tuple((str(Role.CHIEF), pk) for pk in office),
    )
    return ActionResult(
        words=f"提出{kind.label}备案：{filing.reason}",
        facts={"entry": entry.pk, "kind": kind.value},
        tell=(tell,),
        result=filing,
        stream=account.stream,
    )


def _find_deciding_bodies(body: Body) -> list[int]:
    """Return the ids of the bodies with a 政务公开办 that decides for the government of a unit."""
    top = find_government(body)
    chiefs = Appointment.objects.filter(in_force_q(), role=Role.CHIEF).select_related("body__parent")
    return sorted({chief.body_id for chief in chiefs if get_reach(chief.role, chief.body) == top.path})


def _apply_filing_to_account(filing: Filing) -> Account:
    """Return the account as an accepted filing makes it, unsaved."""
    account = filing.account
    for name, value in filing.changes.items():
        setattr(account, name, value)
    return account


def _list_faults_after_change(entry: Entry) -> list[str]:
    """Return the faults that an account would have after an accepted change; [] for other filings."""
    filing: Filing = Filing.objects.select_related("account__body").get(pk=entry.pk)
    return _find_account_faults(_apply_filing_to_account(filing)) if filing.kind == FilingKind.CHANGE else []


@entry_action(
    ACCOUNT_FILING_KIND_NAME,
    "accept",
    label="同意备案",
    rule=list_reasons_unless_filing_approver,
    ready=_list_faults_after_change,
)
def accept_filing(entry: Entry, *, by: Actor, words: str = "") -> ActionResult:
    """Accept a filing: a change takes effect at once, the unit carries out the others."""
    filing: Filing = entry.account_filing
    text = words.strip() or f"同意{filing.get_kind_display()}"
    if filing.kind != FilingKind.CHANGE:
        return ActionResult(
            words=text, to_state=FilingState.ACCEPTED, tell=(_make_unit_notification(entry, "同意备案", text),)
        )
    _apply_filing_to_account(filing).save(update_fields=list(filing.changes))
    Filing.objects.filter(pk=filing.pk).update(done_on=timezone.localdate())
    entry.outcome = FilingState.DONE
    return ActionResult(
        words=text,
        to_state=FilingState.DONE,
        tell=(_make_unit_notification(entry, "已备案", text),),
        events=(make_event("closed"),),
    )


def _make_unit_notification(entry: Entry, subject: str, text: str) -> Notification:
    """Return the notification of the unit's clerks about a filing."""
    return make_entry_notification(
        entry, subject, f"{subject}。{text}", "account_filing", posts=((Role.CLERK, entry.body_id),)
    )


@entry_action(ACCOUNT_FILING_KIND_NAME, "finish", label="办理完毕", rule=check_may_work)
def finish_filing(entry: Entry, *, by: Actor, on: date, address: str) -> ActionResult:
    """Record that an accepted opening or closing was carried out."""
    filing: Filing = entry.account_filing
    if on > timezone.localdate():
        raise Refused("办理日期不能晚于今天。")
    if not address:
        opening = filing.kind == FilingKind.OPEN
        raise Refused("请填写账号的主页地址。" if opening else "请填写向公众告知的公告地址。")
    account = Account.objects.filter(pk=filing.account_id)
    if filing.kind == FilingKind.OPEN:
        account.update(state=AccountState.OPEN, opened_on=on, address=address)
    else:
        if filing.account.opened_on and on < filing.account.opened_on:
            raise Refused("关停日期不能早于开设日期。")
        account.update(state=AccountState.CLOSED, closed_on=on)
        for post in filing.account.posts.exclude(state__in=POST_MACHINE.closed):
            decline_post(post, by=by, reason=f"账号已于{on}关停")
        Filing.objects.filter(pk=filing.pk).update(notice=address)
    Filing.objects.filter(pk=filing.pk).update(done_on=on)
    filing.done_on = on
    early = "（先办理、后备案）" if filing.is_early else ""
    entry.outcome = FilingState.DONE
    return ActionResult(words=f"{on}{filing.get_kind_display()}{early}，{address}", events=(make_event("closed"),))


@entry_action(ACCOUNT_FILING_KIND_NAME, "return", label="退回补正", rule=check_may_judge)
def return_filing(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Return a filing to the unit; `reason` states what is missing."""
    return ActionResult(
        words=require_text(reason, "请写明理由。", 2),
        tell=(_make_unit_notification(entry, "退回补正", reason.strip()),),
    )


@entry_action(ACCOUNT_FILING_KIND_NAME, "resubmit", label="补正后再提出", rule=check_may_work)
def resubmit_filing(entry: Entry, *, by: Actor, reason: str, aftercare: str = "") -> ActionResult:
    """Submit a returned filing again with changes."""
    text = require_text(reason, "请写明理由。", 2)
    changed = {"reason": text[:500]} | ({"aftercare": aftercare.strip()[:500]} if aftercare.strip() else {})
    Filing.objects.filter(pk=entry.pk).update(**changed)
    return ActionResult(words=text)


@entry_action(ACCOUNT_FILING_KIND_NAME, "refuse", label="不予备案", rule=check_may_judge)
def refuse_filing(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Refuse a filing; an account to be opened is then not opened."""
    text = require_text(reason, "请写明理由。", 2)
    _mark_account_refused(entry)
    entry.outcome = FilingState.REFUSED
    return ActionResult(
        words=text, tell=(_make_unit_notification(entry, "不予备案", text),), events=(make_event("closed"),)
    )


@entry_action(ACCOUNT_FILING_KIND_NAME, "withdraw", label="撤回备案", rule=check_may_work)
def withdraw_filing(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Withdraw a filing before it is carried out; an account to be opened is marked as refused."""
    text = require_text(reason, "请写明理由。", 2)
    _mark_account_refused(entry)
    entry.outcome = FilingState.WITHDRAWN
    return ActionResult(words=text, events=(make_event("closed"),))


def _mark_account_refused(entry: Entry) -> None:
    """Mark the account of a filing for opening as refused; other filings change nothing."""
    filing: Filing = entry.account_filing
    if filing.kind == FilingKind.OPEN:
        Account.objects.filter(pk=filing.account_id).update(state=AccountState.REFUSED)


# Fields that a unit changes without a filing, as the form shows them; name, functions and address need one.
UNIT_EDITABLE_FIELDS = (
    *("about", "handle", "operator", "leader", "keeper", "keepers", "funds", "followers", "ipv6", "hosts"),
    *("rules_content", "rules_promotion", "rules_interaction", "excellent"),
)


def _list_reasons_unless_open(account: Account) -> list[str]:
    return [] if account.state == AccountState.OPEN else ["账号没有在运行，不能办理。"]


@action("newmedia.set_facts", label="修改账号资料", rule=list_reasons_unless_unit_staff)
def change_unfiled_facts(account: Account, *, by: Actor, **facts: object) -> ActionResult:
    """Change facts that need no filing, such as leader, editor or hosts."""
    unknown = set(facts) - set(UNIT_EDITABLE_FIELDS)
    assert not unknown, unknown
    changed = [name for name, value in facts.items() if getattr(account, name) != value]
    if not changed:
        raise Refused("资料没有变化。")
    refuse_personal_in(Account, **{name: facts[name] for name in changed if name == "handle"})
    for name in changed:
        setattr(account, name, facts[name])
    host_fields = []
    if "hosts" in changed:
        if bad_hosts := [host for host in account.host_list if get_host_name(f"https://{host}/") != host]:
            raise Refused(f"只填域名，不带“https://”和路径：{'、'.join(bad_hosts[:3])}。")
        account.hosts_fault, account.hosts_asked_on, host_fields = "", None, ["hosts_fault", "hosts_asked_on"]
    account.save(update_fields=[*changed, *host_fields])
    labels = [get_field_label(name) for name in changed]
    return ActionResult(words=f"修改{'、'.join(labels)}", facts={"changed": changed})


@action(
    "newmedia.record_update", label="登记更新", rule=list_reasons_unless_unit_staff, ready=_list_reasons_unless_open
)
def record_update(
    account: Account, *, by: Actor, on: date, address: str = "", words: str = "", column: AccountColumn | None = None
) -> ActionResult:
    """Record an update of an account or column (`words`: content); return the `Update`."""
    if on > timezone.localdate():
        raise Refused("更新日期不能晚于今天。")
    if column is not None and column.account_id != account.pk:
        raise Refused("没有这个栏目。")
    if not address and not words.strip():
        raise Refused("请填写更新内容的网址，或者说明更新了什么。")
    update = Update.objects.create(
        account=account, column=column, on=on, address=address, words=words.strip()[:200], recorded_by=by.name
    )
    if account.updated_on is None or on > account.updated_on:
        Account.objects.filter(pk=account.pk).update(updated_on=on)
    if column is not None and (column.updated_on is None or on > column.updated_on):
        AccountColumn.objects.filter(pk=column.pk).update(updated_on=on)
    return ActionResult(words=f"{on}更新{f'“{column}”' if column else ''}", facts={"update": update.pk}, result=update)


@action("newmedia.save_column", label="登记栏目", rule=list_reasons_unless_unit_staff, ready=_list_reasons_unless_open)
def save_column(account: Account, *, by: Actor, name: str, **facts: object) -> ActionResult:
    """Create or change a column of an account. Return the `AccountColumn`."""
    column_name = name.strip()[:80]
    if not column_name:
        raise Refused("请填写栏目名称。")
    column, is_new = AccountColumn.objects.update_or_create(account=account, name=column_name, defaults=facts)
    if column.opened and (reasons := list_missing_column_fields(column)):
        raise Refused([f"栏目已经开通：{reason}" for reason in reasons])
    return ActionResult(words=f"{'新增' if is_new else '修改'}栏目“{column_name}”", result=column)


def _list_reasons_against_opening(column: AccountColumn) -> list[str]:
    if column.opened:
        return ["栏目已经开通。"]
    return _list_reasons_unless_open(column.account) or list_missing_column_fields(column)


@action(
    "newmedia.open_column", label="开通栏目", rule=list_reasons_unless_unit_staff, ready=_list_reasons_against_opening
)
def open_column(column: AccountColumn, *, by: Actor) -> ActionResult:
    """Open a column that has content, cycle, unit and person (P-02)."""
    AccountColumn.objects.filter(pk=column.pk).update(opened=True, opened_on=timezone.localdate())
    return ActionResult(words=f"开通栏目“{column}”")
