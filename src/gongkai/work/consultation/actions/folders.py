"""Actions on the mailboxes of units (公开信箱): open, change the password, close."""

from django.conf import settings
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.lib.outbound.folders import Account
from gongkai.work.consultation import rules
from gongkai.work.consultation.models import MailFolder


def list_mail_servers() -> dict[str, int]:
    """Return the permitted mail servers with their ports, from settings only."""
    main = settings.GONGKAI_MAILBOX
    named = {str(main["host"]): int(str(main["port"]))} if main["host"] else {}
    for server in settings.GONGKAI_MAILBOX_SERVERS:
        host, _, port = server.partition(":")
        named[host] = int(port) if port.isdecimal() else 993
    return named


def _check_mailbox_supervisor(by: Actor, target: object) -> list[str]:
    body = target.body if isinstance(target, MailFolder) else target
    return [] if body and rules.is_supervising_office(by, body) else ["只有政务公开办可以设置公开信箱。"]


@action("mails.open_folder", label="开通信箱", rule=_check_mailbox_supervisor)
def open_mail_folder(
    body: Body, *, by: Actor, host: str, account: str, password: str, folder: str = "INBOX"
) -> ActionResult:
    """Register a unit's mailbox for reading; the action's result is the `MailFolder`."""
    account, folder = account.strip(), folder.strip() or "INBOX"
    if host not in list_mail_servers():
        raise Refused("请选择邮件服务器。服务器由系统管理员在环境变量GONGKAI_MAILBOX_SERVERS中指定。")
    if not account or not password:
        raise Refused("请填写账号和密码。")
    if any(ord(char) < 32 or char in '"\\' for char in account + folder):
        raise Refused("账号和文件夹中不能有引号和控制字符。")
    name = Account(host, account, "", folder=folder).name
    if MailFolder.objects.filter(name=name).exists():
        raise Refused("这个信箱已经登记。")
    made = MailFolder.objects.create(
        name=name,
        body=body,
        host=host,
        port=list_mail_servers()[host],
        account=account,
        secret=password,
        folder=folder,
    )
    return ActionResult(words=f"开通信箱{name}", stream=made.stream, result=made)


def _check_registered_folder(folder: MailFolder) -> list[str]:
    if not folder.host:
        return ["这个信箱由系统管理员在环境变量中设置。"]
    return ["这个信箱已经停用。"] if folder.closed_at else []


@action(
    "mails.change_password",
    label="更换信箱密码",
    rule=_check_mailbox_supervisor,
    ready=_check_registered_folder,
)
def change_password(folder: MailFolder, *, by: Actor, password: str) -> ActionResult:
    """Change the password of a mailbox."""
    if not password:
        raise Refused("请填写密码。")
    folder.secret = password
    folder.save(update_fields=["secret"])
    return ActionResult(words="更换密码")


@action("mails.close_folder", label="停用信箱", rule=_check_mailbox_supervisor, ready=_check_registered_folder)
def close_mail_folder(folder: MailFolder, *, by: Actor, reason: str) -> ActionResult:
    """Close a mailbox: the password is deleted, the letters stay."""
    if not reason.strip():
        raise Refused("请写明停用的理由。")
    folder.closed_at, folder.secret = timezone.now(), ""
    folder.save(update_fields=["closed_at", "secret"])
    return ActionResult(words=reason.strip())
