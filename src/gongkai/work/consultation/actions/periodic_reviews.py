"""Actions of the periodic review of the Q&A base, and on mailboxes of units."""

from django.conf import settings
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.ledger.clock import make_event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import check_system
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.lib.outbound.imap import MailboxAccount
from gongkai.work.consultation import review_rounds, rules
from gongkai.work.consultation.actions.answer_search import record_answer_use
from gongkai.work.consultation.answer_reviews import describe_round_result
from gongkai.work.consultation.models import KnownAnswer, MailFolder, SortingDecision, UseWay


@entry_action("inquiry", "sort", label="梳理", rule=rules.list_reasons_unless_unit_staff)
def decide_on_inclusion(entry: Entry, *, by: Actor, decision: str, known: KnownAnswer | None = None) -> ActionResult:
    """Decide whether an answered inquiry is merged into the answer `known` or left out.

    The action `write_answer` adds it as a new answer.
    """
    if decision not in {SortingDecision.MERGED, SortingDecision.SKIPPED}:
        raise Refused("请选择并入已有问答或者不收入；收入的请点“收入问答库”。")
    if decision == SortingDecision.MERGED and known is None:
        raise Refused("请选择并入哪一条问答。")
    if known is not None and decision == SortingDecision.MERGED:
        record_answer_use(known, UseWay.MERGED, inquiry=entry.inquiry)
    entry.inquiry.sorted = decision
    entry.inquiry.save(update_fields=["sorted"])
    text = SortingDecision(decision).label + (f"“{known.question}”" if known else "")
    return ActionResult(words=text, facts={"decision": decision, "answer": known.pk if known else None})


@action("tidying.open", label="开始梳理", rule=check_system)
def open_review_round(body: Body, *, by: Actor, year: int, quarter: int) -> ActionResult:
    """Open a unit's review round of a quarter; the action's result is the entry."""
    entry = Entry(
        kind=review_rounds.ROUND_KIND_NAME,
        title=review_rounds.make_round_title(year, quarter),
        body=body,
        year=year,
        due_at=review_rounds.get_round_due_time(year, quarter),
    )
    make_entries([entry], by=by, words="按季度梳理问答库")
    return ActionResult(words=f"开始{entry.title}", facts={"entry": entry.pk}, result=entry)


def _list_reasons_if_items_left(entry: Entry) -> list[str]:
    """Return Chinese reasons against finishing a review round: its unreviewed items."""
    backlog = review_rounds.count_review_backlog(entry.body)
    checks = [
        (backlog.answers, "条问答没有确认、修改或者停用"),
        (backlog.inquiries, "件已答复的留言没有决定是否收入问答库"),
    ]
    return [f"还有{count}{text}。" for count, text in checks if count]


@entry_action(
    review_rounds.ROUND_KIND_NAME,
    "finish",
    label="完成梳理",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_if_items_left,
)
def finish_review_round(entry: Entry, *, by: Actor, words: str = "") -> ActionResult:
    """Finish a review round, with its result in words; refused while items are left."""
    entry.outcome = "done"
    texts = [describe_round_result(entry) or "没有需要梳理的", words.strip()]
    return ActionResult(words="；".join(text for text in texts if text), events=(make_event("closed"),))


def list_mail_servers() -> dict[str, int]:
    """Return {host: port} of the permitted mail servers, from the settings."""
    main = settings.GONGKAI_MAILBOX
    ports_by_host = {str(main["host"]): int(str(main["port"]))} if main["host"] else {}
    for server in settings.GONGKAI_MAILBOX_SERVERS:
        host, _, port = server.partition(":")
        ports_by_host[host] = int(port) if port.isdecimal() else 993
    return ports_by_host


def _list_reasons_unless_mailbox_supervisor(by: Actor, target: object) -> list[str]:
    body = target.body if isinstance(target, MailFolder) else target
    return [] if body and rules.is_supervising_office(by, body) else ["只有政务公开办可以设置公开信箱。"]


@action("mails.open_folder", label="开通信箱", rule=_list_reasons_unless_mailbox_supervisor)
def open_mail_folder(
    body: Body, *, by: Actor, host: str, account: str, password: str, folder: str = "INBOX"
) -> ActionResult:
    """Register a unit's mailbox on a permitted server for reading; return the `MailFolder`.

    A closed mailbox is read again, for the same unit, from where it was left.
    """
    account, folder = account.strip(), folder.strip() or "INBOX"
    if host not in list_mail_servers():
        raise Refused("请选择邮件服务器。服务器由系统管理员在安装设置中填写。")
    if not account or not password:
        raise Refused("请填写账号和密码。")
    if any(ord(char) < 32 or char in '"\\' for char in account + folder):
        raise Refused("账号和文件夹中不能有引号和控制字符。")
    name = MailboxAccount(host, account, "", folder=folder).name
    if MailFolder.objects.filter(name=name).exclude(body=body, closed_at__isnull=False).exists():
        raise Refused("这个信箱已经登记。")
    facts = {"host": host, "port": list_mail_servers()[host], "account": account, "secret": password}
    facts |= {"folder": folder, "closed_at": None, "error": ""}
    mail_folder, _ = MailFolder.objects.update_or_create(name=name, body=body, defaults=facts)
    return ActionResult(words=f"开通信箱{name}", stream=mail_folder.stream, result=mail_folder)


def _list_reasons_unless_registered_folder(folder: MailFolder) -> list[str]:
    """Return the reasons why a mailbox cannot be changed here."""
    if not folder.host:
        return ["这个信箱由系统管理员在环境变量中设置。"]
    return ["这个信箱已经停用。"] if folder.closed_at else []


@action(
    "mails.change_password",
    label="更换信箱密码",
    rule=_list_reasons_unless_mailbox_supervisor,
    ready=_list_reasons_unless_registered_folder,
)
def change_mailbox_password(folder: MailFolder, *, by: Actor, password: str) -> ActionResult:
    """Change the stored password with which a mailbox is read."""
    if not password:
        raise Refused("请填写密码。")
    folder.secret = password
    folder.save(update_fields=["secret"])
    return ActionResult(words="更换密码")


@action(
    "mails.close_folder",
    label="停用信箱",
    rule=_list_reasons_unless_mailbox_supervisor,
    ready=_list_reasons_unless_registered_folder,
)
def close_mail_folder(folder: MailFolder, *, by: Actor, reason: str) -> ActionResult:
    """Close a mailbox: the password is deleted, the letters stay."""
    reason = require_text(reason, "请写明停用的理由。")
    folder.closed_at, folder.secret = timezone.now(), ""
    folder.save(update_fields=["closed_at", "secret"])
    return ActionResult(words=reason)
