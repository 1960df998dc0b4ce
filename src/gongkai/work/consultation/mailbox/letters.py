"""Mails as matters, their visibility, and the home-page list of held mails."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from gongkai.core.intake.matters import Matter, Progress
from gongkai.core.ledger.desk import Todo, todos
from gongkai.core.ledger.row_presence import Rows
from gongkai.core.units.actors import Actor, actor_of
from gongkai.core.units.door import visible
from gongkai.core.units.models import Role
from gongkai.core.units.rules import runs_installation
from gongkai.work.consultation import rules
from gongkai.work.consultation.models import IncomingMail, MailFolder, MailState


@visible(MailFolder)
def folders_visible_to(by: Actor) -> QuerySet[MailFolder]:
    """Return the mailboxes whose mails a user may see."""
    rows = MailFolder.objects.select_related("body")
    if by.system or runs_installation(by):
        return rows
    own = [post.body_id for post in by.posts if post.role in rules.STAFF_ROLES]
    condition = Q(body_id__in=own)
    for post in by.posts:
        if post.role == Role.CHIEF:
            condition |= Q(body__path__startswith=post.reach)
    return rows.exclude(host="").filter(condition)


@visible(IncomingMail)
def mails_visible_to(user: object) -> QuerySet[IncomingMail]:
    """Return the mails that a user may see."""
    by = actor_of(user)
    rows = IncomingMail.objects.select_related("inquiry__entry", "folder__body")
    return rows.filter(folder__in=folders_visible_to(by)) if by.known or by.system else rows.none()


def required_rows(by: Actor) -> list[Rows]:
    """Declare the rows without which the list is empty."""
    return [Rows(IncomingMail, {"state": MailState.HELD})]


def list_held_mails(by: Actor) -> dict[str, object] | None:
    """Return the home-page list of held mails."""
    held = mails_visible_to(by).filter(state=MailState.HELD)

    def line(mail: IncomingMail) -> Todo:
        at = timezone.localtime(mail.at)
        url = reverse("consultation:mail", args=[mail.pk])
        return Todo(mail.why or "待处理", url, f"{at:%Y-%m-%d %H:%M} 收取", "来信", "处理")

    return todos("公开信箱：待人工处理的来信", held.order_by("pk"), line, reverse("consultation:mails"))


def _check_mail_reader(by: Actor, number: int) -> list[str]:
    return [] if mails_visible_to(by).filter(pk=number).exists() else ["只有受理单位和政务公开办可以查看信箱里的来信。"]


def _no_progress(number: int) -> Progress | None:
    return None


def _erase_mail(number: int) -> None:
    IncomingMail.objects.filter(pk=number).update(subject="", message_id="")


MAIL_MATTER = Matter(
    name="mail",
    label="信箱来信",
    may_read=_check_mail_reader,
    progress=_no_progress,
    erase=_erase_mail,
    office=lambda number: reverse("consultation:mail", args=[number]),
)
