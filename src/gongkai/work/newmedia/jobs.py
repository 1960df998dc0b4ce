"""Jobs: reminders, IPv6 checks, quarterly screenings; and erasure of posts.

Content on a platform cannot be erased from here: the release keeps its address so that it can be removed there.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from gongkai.content.checks.faults import are_outside_links_tested, probe_ipv6
from gongkai.content.editions.erasure import ERASED_TEXT, BaseErasureHandler, TextEchoes, is_erased_by_law
from gongkai.content.editions.models import Edition
from gongkai.core.acts.action import ActionResult, Notification, action
from gongkai.core.ledger.rules import check_system
from gongkai.core.units.actors import SYSTEM, Actor, in_force_q
from gongkai.core.units.models import Appointment, Role
from gongkai.core.units.unit_filters import find_government
from gongkai.lib.law.figures import get_figures_in_force
from gongkai.work.newmedia.account_checks import get_stale_days
from gongkai.work.newmedia.actions import open_screening
from gongkai.work.newmedia.actions.screening import format_quarter
from gongkai.work.newmedia.models import Account, AccountState, Platform, Post, Screening, Update


class PostErasureHandler(BaseErasureHandler):
    """The erasure handler of posts made from an edition."""

    def find_echoes(self, edition: Edition) -> TextEchoes:
        """Return the streams, pages and titles of the posts, and the streams of their accounts."""
        posts = list(_find_posts_of_edition(edition))
        return TextEchoes(
            streams=frozenset(post.stream for post in posts),
            shared=frozenset(f"account/{post.account_id}" for post in posts if post.account_id),
            links=frozenset(reverse("newmedia:post", args=[post.pk]) for post in posts),
            titles=frozenset(post.title for post in posts),
        )

    def erase(self, edition: Edition) -> None:
        """Blank the posts and the updates that name them."""
        posts = list(_find_posts_of_edition(edition))
        erased_words = {(post.account_id, post.title[:200]) for post in posts}
        query = Q(pk__in=[])
        for account, text in erased_words:
            query |= Q(account=account, words=text)
        Update.objects.filter(query).update(words=ERASED_TEXT)
        _find_posts_of_edition(edition).update(title=ERASED_TEXT, text="", pictures=[])


def _find_posts_of_edition(edition: Edition) -> QuerySet[Post]:
    """Return the posts composed from an edition that was erased by law; none for other editions."""
    rows = Post.objects.filter(document=edition.document, edition=edition.number)
    return rows if is_erased_by_law(edition) else rows.none()


POST_ERASURE_HANDLER = PostErasureHandler()


@action("newmedia.remind_update", label="提醒更新", rule=check_system)
def remind_update(account: Account, *, by: Actor, late: bool) -> ActionResult:
    """Remind clerks and editor, if `late` also the head, to update an account."""
    last_day = account.updated_on or account.opened_on
    assert last_day is not None
    until = last_day + timedelta(days=get_stale_days())
    text = (
        f"最近更新为{last_day}，已超过{get_stale_days()}天未更新，请立即更新。"
        if late
        else f"最近更新为{last_day}，请在{until}前更新。"
    )
    tell = Notification(
        subject=f"新媒体{'超期未更新' if late else '将到更新期限'}：{account}"[:120],
        body=f"{account}{text}",
        link=reverse("newmedia:account", args=[account.pk]),
        key=f"newmedia.update:{account.pk}:{last_day}:{'late' if late else 'soon'}",
        posts=((Role.CLERK, account.body_id),) + (((Role.LEAD, account.body_id),) if late else ()),
        persons=(account.keeper_id,) if account.keeper_id else (),
        urgent=late,
    )
    Account.objects.filter(pk=account.pk).update(reminded=f"{last_day}:{'late' if late else 'soon'}")
    return ActionResult(words=text, tell=(tell,))


def send_update_reminders() -> Mapping[str, int]:
    """Remind units of accounts without an update for nearly or over the permitted days; return {"reminded": number}.

    Each account is reminded once before the limit and once after it. Safe to miss and to repeat.
    """
    today, stale_days = timezone.localdate(), get_stale_days()
    soon = stale_days - int(get_figures_in_force()["newmedia.warn"].value)
    reminder_count = 0
    for account in Account.objects.filter(state=AccountState.OPEN):
        last_update = account.updated_on or account.opened_on
        if last_update is None or (today - last_update).days <= soon:
            continue
        late = (today - last_update).days > stale_days
        if account.reminded in {f"{last_update}:late", f"{last_update}:{'late' if late else 'soon'}"}:
            continue
        remind_update(account, by=SYSTEM, late=late)
        reminder_count += 1
    return {"reminded": reminder_count}


#: Days after which the hosts of a mobile client are checked again.
CLIENT_CHECK_DAYS = 7


@action("newmedia.check_client", label="核查移动客户端的IPv6", rule=check_system)
def record_ipv6_check(account: Account, *, by: Actor, fault: str) -> ActionResult:
    """Record whether the hosts of a mobile client answer over IPv6 (W-12).

    `fault` is the finding of the caller in Chinese, "" if all hosts answer.
    """
    earlier_fault, account.hosts_fault, account.hosts_asked_on = account.hosts_fault, fault[:500], timezone.localdate()
    account.save(update_fields=["hosts_fault", "hosts_asked_on"])
    text = account.hosts_fault or "客户端访问的域名都有IPv6地址"
    tell = Notification(
        subject=f"移动客户端未支持IPv6：{account}"[:120],
        body=f"{account}访问的域名：{text}。请商承办运维单位解决。",
        link=reverse("newmedia:account", args=[account.pk]),
        key=f"newmedia.client:{account.pk}:{account.hosts_asked_on}",
        posts=((Role.CLERK, account.body_id),),
        persons=(account.keeper_id,) if account.keeper_id else (),
    )
    return ActionResult(words=text, tell=(tell,) if fault and fault != earlier_fault else ())


def check_clients() -> Mapping[str, int]:
    """Check the hosts of open mobile clients over IPv6 once a week; return {"checked": number}.

    Nothing is checked where the installation tests no outside links. Safe to miss and to repeat.
    """
    if not are_outside_links_tested():
        return {"checked": 0}
    due = timezone.localdate() - timedelta(days=CLIENT_CHECK_DAYS)
    rows = Account.objects.filter(state=AccountState.OPEN, platform=Platform.APP).exclude(hosts="")
    checked = 0
    for account in rows.exclude(hosts_asked_on__gt=due):
        faults = [f"{host} {fault}" for host in account.host_list if (fault := probe_ipv6(host))]
        record_ipv6_check(account, by=SYSTEM, fault="；".join(faults))
        checked += 1
    return {"checked": checked}


def start_screenings() -> Mapping[str, int]:
    """Start this quarter's screening of each government with a 政务公开办 and open accounts.

    Only the highest ones: a government below another one with a 政务公开办 is screened with it. Return
    {"opened": number}.
    """
    quarter, opened_count = format_quarter(timezone.localdate()), 0
    chiefs = Appointment.objects.filter(in_force_q(), role=Role.CHIEF).select_related("body__parent")
    deciding_governments = {find_government(appointment.body) for appointment in chiefs}
    for body in sorted(deciding_governments, key=lambda one: one.path):
        if any(
            body.path.startswith(other_body.path) for other_body in deciding_governments if other_body.pk != body.pk
        ):
            continue
        has_accounts = Account.objects.filter(body__path__startswith=body.path, state=AccountState.OPEN).exists()
        if has_accounts and not Screening.objects.filter(body=body, quarter=quarter).exists():
            open_screening(body, by=SYSTEM)
            opened_count += 1
    return {"opened": opened_count}
