"""Queries on accounts: `visible_to` for the office, `list_public_accounts` for the public."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from gongkai.core.ledger.queries import annotate_openable
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body, Person, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import list_working_units, own_units_q
from gongkai.lib.chinese.numerals import compute_percent
from gongkai.work.newmedia.account_checks import get_stale_days, is_stale
from gongkai.work.newmedia.models import Account, AccountState, Filing, Hit, Platform, Post, Screening
from gongkai.work.newmedia.rules import WORKING_ROLES, list_reasons_unless_unit_staff
from gongkai.work.newmedia.states import PostState

# Tabs of the register: name and label.
REGISTER_TABS = {
    "open": "运行中",
    "stale": "超期未更新",
    "leaderless": "未明确责任领导",
    "no_ipv6": "移动客户端未支持IPv6",
    "filing": "开设备案中",
    "closed": "已关停",
    "all": "全部",
}


@register_visible_to(Account)
def visible_to(user: object) -> QuerySet[Account]:
    """Return the accounts of own and supervised units, and those that a screening by an own unit found.

    `own` is false for an account that only a screening shows: the user may not open its filings.
    """
    actor = get_actor(user)
    rows = Account.objects.select_related("body", "leader", "keeper")
    listed = Hit.objects.filter(screening__body__in=list_working_units(actor)).values("account")
    own_accounts = _list_own_accounts(actor)
    rows = rows.annotate(own=Exists(own_accounts.filter(pk=OuterRef("pk"))))
    return rows if actor.system else rows.filter(Q(pk__in=own_accounts.values("pk")) | Q(pk__in=listed))


def _list_own_accounts(user: object) -> QuerySet[Account]:
    """Return the accounts of the user's units and of those they supervise."""
    actor = get_actor(user)
    if actor.system:
        return Account.objects.all()
    return Account.objects.filter(own_units_q(actor)) if actor.known else Account.objects.none()


@register_visible_to(Filing)
def filings_visible_to(user: object) -> QuerySet[Filing]:
    """Return the filings of accounts of the user's units and of those they supervise."""
    return Filing.objects.filter(account__in=_list_own_accounts(user).values("pk")).select_related("account", "proof")


@register_visible_to(Post)
def posts_visible_to(user: object) -> QuerySet[Post]:
    """Return the posts of accounts and websites of the user's units and of those they supervise."""
    actor = get_actor(user)
    rows = Post.objects.select_related("account__body", "site_body", "document", "release", "column")
    if actor.system:
        return rows
    sites = own_units_q(actor, "site_body") if actor.known else Q(pk__in=[])
    return rows.filter(Q(account__in=_list_own_accounts(actor).values("pk")) | (sites & Q(account=None)))


@register_visible_to(Screening)
def screenings_visible_to(user: object) -> QuerySet[Screening]:
    """Return screenings of own and supervised governments, or with an own account."""
    actor = get_actor(user)
    rows = Screening.objects.select_related("body")
    if actor.system:
        return rows
    hits = Hit.objects.filter(account__in=_list_own_accounts(actor).values("pk")).values("screening")
    return rows.filter(own_units_q(actor) | Q(pk__in=hits)) if actor.known else rows.none()


@register_visible_to(Hit)
def screening_hits_visible_to(user: object) -> QuerySet[Hit]:
    """Return the screening results of accounts that the user may see."""
    query = own_units_q(get_actor(user), "screening__body") | Q(account__in=_list_own_accounts(user).values("pk"))
    rows = Hit.objects.filter(query, screening__in=screenings_visible_to(user).values("pk"))
    return rows.select_related("screening__body", "account__body", "entry")


def list_screening_hits(screening: Screening, by: Actor) -> QuerySet[Hit]:
    """Return the results of a screening that the user may see."""
    rows = annotate_openable(screening_hits_visible_to(by).filter(screening=screening), by)
    return rows.order_by("account__body__position", "pk")


def list_people(bodies: QuerySet[Body]) -> QuerySet[Person]:
    """Return the active people who have or had an appointment at these units, by name."""
    rows = Person.objects.filter(active=True, appointments__body__in=bodies)
    return rows.distinct().order_by("name", "pk")


def list_writable_accounts(by: Actor) -> list[Account]:
    """Return the open accounts for which the user writes or requests posts."""
    return [
        row for row in visible_to(by).filter(state=AccountState.OPEN) if not list_reasons_unless_unit_staff(by, row)
    ]


def list_own_bodies(by: Actor) -> QuerySet[Body]:
    """Return the active units for which the user registers accounts: own ones, and all under the user's 政务公开办."""
    condition = Q(pk__in=by.body_ids(*WORKING_ROLES, Role.CHIEF))
    for post in by.posts:
        if post.role == Role.CHIEF:
            condition |= Q(path__startswith=post.reach)
    rows = Body.objects.filter(condition, active_to=None, merged_into=None)
    return rows.order_by("position", "pk")


def list_screened_governments(by: Actor) -> QuerySet[Body]:
    """Return the governments whose accounts the user screens."""
    condition = Q(pk__in=[])
    for post in by.posts:
        if post.role == Role.CHIEF:
            condition |= Q(path__startswith=post.reach)
    rows = Body.objects.filter(condition, kind__in=["government", "district"], active_to=None)
    return rows.order_by("path")


def filter_accounts_by_tab(rows: QuerySet[Account], tab: str, today: date) -> QuerySet[Account]:
    """Return the accounts of a tab; all for an unknown tab."""
    open_accounts = rows.filter(state=AccountState.OPEN)
    if tab == "stale":
        limit = today - timedelta(days=get_stale_days())
        never = Q(updated_on=None) & (Q(opened_on=None) | Q(opened_on__lt=limit))
        return open_accounts.filter(Q(updated_on__lt=limit) | never)
    if tab == "leaderless":
        return open_accounts.filter(leader=None)
    if tab == "no_ipv6":  # 渝中府办〔2022〕24号（十三）3, by the end of 2022
        return open_accounts.filter(platform=Platform.APP).exclude(ipv6=True, hosts_fault="")
    if tab in {"open", "filing", "closed"}:
        return rows.filter(state=tab)
    return rows


def list_double_accounts(account: Account) -> QuerySet[Account]:
    """Return other open or filed accounts of the unit on the same platform."""
    rows = Account.objects.filter(body=account.body, platform=account.platform)
    return rows.filter(state__in=[AccountState.FILING, AccountState.OPEN]).exclude(pk=account.pk)


def find_double_accounts(accounts: Iterable[Account]) -> set[int]:
    """Return the keys of the accounts whose unit has another one on the platform without a reason.

    Only the given accounts are compared.
    """
    rows = list(accounts)
    counts = Counter((account.body_id, account.platform) for account in rows)
    return {account.pk for account in rows if counts[account.body_id, account.platform] > 1 and not account.why_more}


def list_permitted_names(body: Body) -> list[str]:
    """Return the names of a unit and its parent, one of which an account's name should show."""
    parents = [body.parent] if body.parent else []
    return [name for namesake in (body, *parents) for name in (namesake.name, namesake.short_name) if name]


def list_accounts_under(body: Body) -> QuerySet[Account]:
    """Return the accounts of a unit and of all units below it, in any state."""
    return Account.objects.filter(body__path__startswith=body.path).select_related("body")


def list_addable_accounts(screening: Screening) -> QuerySet[Account]:
    """Return the open accounts that can still be added to a screening: those without a decision."""
    decided = screening.hits.exclude(decision="").values("account")
    return list_accounts_under(screening.body).filter(state=AccountState.OPEN).exclude(pk__in=decided)


def map_open_filings(accounts: Iterable[Account]) -> dict[int, Filing]:
    """Return the open filing by primary key of the account."""
    rows = Filing.objects.filter(account__in=list(accounts), entry__closed_at=None).select_related("entry")
    return {filing.account_id: filing for filing in rows}


@dataclass(frozen=True)
class AccountFigures:
    """Account statistics: open, updated in time (`fresh`), closed, posts of 30 days, followers."""

    label: str
    open: int
    fresh: int
    closed: int
    posts: int
    followers: int

    @property
    def share(self) -> int | None:
        """Return the percentage of open accounts that were updated in time, None without any."""
        return compute_percent(self.fresh, self.open)


def compute_statistics(rows: Sequence[Account], by_unit: bool) -> list[AccountFigures]:
    """Return the statistics by platform or by unit, with a total row last."""
    today = timezone.localdate()
    recent = Post.objects.filter(
        account__in=rows, state=PostState.POSTED, decided_at__gte=timezone.now() - timedelta(days=30)
    )
    posts = dict(recent.order_by().values_list("account").annotate(Count("pk")))
    groups: dict[str, list[Account]] = {}
    if not by_unit:
        groups = {label: [] for label in Platform.labels}
    for account in rows:
        groups.setdefault(account.body.label if by_unit else account.get_platform_display(), []).append(account)
    figures = [
        _compute_account_figures(label, accounts, posts, today) for label, accounts in groups.items() if accounts
    ]
    return [*figures, _compute_account_figures("合计", list(rows), posts, today)]


def _compute_account_figures(label: str, rows: Sequence[Account], posts: dict[int, int], today: date) -> AccountFigures:
    """Return the figures of some accounts; `posts` are numbers of posts by account."""
    open_accounts = [account for account in rows if account.state == AccountState.OPEN]
    return AccountFigures(
        label,
        len(open_accounts),
        sum(not is_stale(account, today) for account in open_accounts),
        sum(account.state == AccountState.CLOSED for account in rows),
        sum(posts.get(account.pk, 0) for account in rows),
        sum(account.followers or 0 for account in open_accounts),
    )


def list_public_accounts(root: Body) -> list[Account]:
    """Return open accounts by unit, then closed ones, for the public list."""
    rows = list_accounts_under(root)
    open_accounts = rows.filter(state=AccountState.OPEN).order_by("body__position", "body_id", "platform")
    closed_accounts = rows.filter(state=AccountState.CLOSED).order_by("-closed_on", "pk")
    return [*open_accounts, *closed_accounts]
