"""Reading accounts: the office's by `visible_to`, the public's by `public_accounts`."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from gongkai.core.units.actors import Actor, actor_of
from gongkai.core.units.door import visible
from gongkai.core.units.models import Body, Person, Role
from gongkai.core.units.reach import belongs
from gongkai.lib.chinese.numerals import percent
from gongkai.work.newmedia.judging import is_stale, stale_after
from gongkai.work.newmedia.models import (
    Account,
    AccountState,
    Filing,
    Hit,
    Platform,
    Post,
    PostState,
    Screening,
)
from gongkai.work.newmedia.rules import WORKING, works

#: Tabs of the register: name → label.
TABS = {
    "open": "运行中",
    "stale": "超期未更新",
    "leaderless": "未明确责任领导",
    "filing": "开设备案中",
    "closed": "已关停",
    "all": "全部",
}


@visible(Account)
def visible_to(user: object) -> QuerySet[Account]:
    """Return the accounts that staff may see in the office: their bodies', and those they supervise."""
    actor = actor_of(user)
    rows = Account.objects.select_related("body", "leader", "keeper")
    if actor.system:
        return rows
    return rows.filter(belongs(actor)) if actor.known else rows.none()


@visible(Filing)
def filings_visible_to(user: object) -> QuerySet[Filing]:
    """Return the filings of those accounts."""
    return Filing.objects.filter(account__in=visible_to(user).values("pk")).select_related("account", "proof")


@visible(Post)
def posts_visible_to(user: object) -> QuerySet[Post]:
    """Return the posts of the accounts that somebody sees."""
    rows = Post.objects.select_related("account__body", "document", "release", "column")
    return rows.filter(account__in=visible_to(user))


@visible(Screening)
def screenings_visible_to(user: object) -> QuerySet[Screening]:
    """Return the screenings that somebody sees: of the governments they supervise, and those that name an account of theirs."""
    actor = actor_of(user)
    rows = Screening.objects.select_related("body")
    if actor.system:
        return rows
    named = Hit.objects.filter(account__in=visible_to(actor)).values("screening")
    return rows.filter(belongs(actor) | Q(pk__in=named)) if actor.known else rows.none()


@visible(Hit)
def hits_visible_to(user: object) -> QuerySet[Hit]:
    """Return what screenings say of the accounts that somebody sees; who works for or supervises the government screened sees all of it."""
    seen = belongs(actor_of(user), "screening__body") | Q(account__in=visible_to(user).values("pk"))
    rows = Hit.objects.filter(seen, screening__in=screenings_visible_to(user).values("pk"))
    return rows.select_related("screening__body", "account__body", "entry")


def hits_of(screening: Screening, by: Actor) -> QuerySet[Hit]:
    """Return what a screening says, as far as somebody sees it."""
    rows = hits_visible_to(by).filter(screening=screening)
    return rows.order_by("account__body__position", "pk")


def people_of(bodies: QuerySet[Body]) -> QuerySet[Person]:
    """Return who works at these units now."""
    rows = Person.objects.filter(active=True, appointments__body__in=bodies)
    return rows.distinct().order_by("name", "pk")


def accounts_written_by(by: Actor) -> list[Account]:
    """Return the running accounts that somebody writes for or asks to post."""
    return [row for row in visible_to(by).filter(state=AccountState.OPEN) if not works(by, row)]


def own_bodies(by: Actor) -> QuerySet[Body]:
    """Return the units for which somebody registers accounts: their own, and those under the 政务公开办."""
    condition = Q(pk__in={post.body_id for post in by.posts if post.role in {*WORKING, Role.CHIEF}})
    for post in by.posts:
        if post.role == Role.CHIEF:
            condition |= Q(path__startswith=post.reach)
    rows = Body.objects.filter(condition, active_to=None, merged_into=None)
    return rows.order_by("position", "pk")


def chief_bodies(by: Actor) -> QuerySet[Body]:
    """Return the governments whose accounts somebody screens: those whose 政务公开办 they are, and those below."""
    condition = Q(pk__in=[])
    for post in by.posts:
        if post.role == Role.CHIEF:
            condition |= Q(path__startswith=post.reach)
    rows = Body.objects.filter(condition, kind__in=["government", "district"], active_to=None)
    return rows.order_by("path")


def in_tab(rows: QuerySet[Account], tab: str, today: date) -> QuerySet[Account]:
    """Return the accounts of a tab of the register; of an unknown one all."""
    opened = rows.filter(state=AccountState.OPEN)
    if tab == "stale":
        limit = today - timedelta(days=stale_after())
        never = Q(updated_on=None) & (Q(opened_on=None) | Q(opened_on__lt=limit))
        return opened.filter(Q(updated_on__lt=limit) | never)
    if tab == "leaderless":
        return opened.filter(leader=None)
    if tab in {"open", "filing", "closed"}:
        return rows.filter(state=tab)
    return rows


def doubles(account: Account) -> QuerySet[Account]:
    """Return the unit's other accounts on the same platform that are open or being filed."""
    rows = Account.objects.filter(body=account.body, platform=account.platform)
    return rows.filter(state__in=[AccountState.FILING, AccountState.OPEN]).exclude(pk=account.pk)


def doubled(accounts: Iterable[Account]) -> set[int]:
    """Return those of the accounts whose unit has another one on the same platform and gave no ground for it."""
    rows = list(accounts)
    counts = Counter((account.body_id, account.platform) for account in rows)
    return {
        account.pk
        for account in rows
        if counts[account.body_id, account.platform] > 1 and not account.why_more
    }


def names_of(body: Body) -> list[str]:
    """Return the names that an account's name may show: the unit's, and its government's."""
    above = [body.parent] if body.parent else []
    return [name for one in (body, *above) for name in (one.name, one.short_name) if name]


def under(body: Body) -> QuerySet[Account]:
    """Return the accounts of a government and its units."""
    return Account.objects.filter(body__path__startswith=body.path).select_related("body")


def to_be_listed(screening: Screening) -> QuerySet[Account]:
    """Return the accounts that a screening may still list: in use, nothing decided about them."""
    decided = screening.hits.exclude(decision="").values("account")
    return under(screening.body).filter(state=AccountState.OPEN).exclude(pk__in=decided)


def open_filings(accounts: Iterable[Account]) -> dict[int, Filing]:
    """Return the filing under way of each account."""
    rows = Filing.objects.filter(account__in=list(accounts), entry__closed_at=None).select_related("entry")
    return {filing.account_id: filing for filing in rows}


@dataclass(frozen=True)
class Figure:
    """One line of the statistics: what it is about, accounts open, of them updated in time, closed, posts of the last 30 days, followers."""

    label: str
    open: int
    fresh: int
    closed: int
    posts: int
    followers: int

    @property
    def share(self) -> int | None:
        """Per cent of open accounts that were updated in time."""
        return percent(self.fresh, self.open)


def statistics(rows: Sequence[Account], by_unit: bool) -> list[Figure]:
    """Return the statistics of accounts by platform or by unit, in their order, with the sum last."""
    today = timezone.localdate()
    recent = Post.objects.filter(
        account__in=rows, state=PostState.POSTED, decided_at__gte=timezone.now() - timedelta(days=30)
    )
    posts = dict(recent.order_by().values_list("account").annotate(Count("pk")))
    groups: dict[str, list[Account]] = {}
    if not by_unit:
        groups = {label: [] for label in Platform.labels}
    for account in rows:
        groups.setdefault(account.body.label if by_unit else account.get_platform_display(), []).append(
            account
        )
    made = [_figure(label, found, posts, today) for label, found in groups.items() if found]
    return [*made, _figure("合计", list(rows), posts, today)]


def _figure(label: str, rows: Sequence[Account], posts: dict[int, int], today: date) -> Figure:
    opened = [account for account in rows if account.state == AccountState.OPEN]
    return Figure(
        label,
        len(opened),
        sum(not is_stale(account, today) for account in opened),
        sum(account.state == AccountState.CLOSED for account in rows),
        sum(posts.get(account.pk, 0) for account in rows),
        sum(account.followers or 0 for account in opened),
    )


def public_accounts(root: Body) -> list[Account]:
    """Return the accounts that the public list shows: open ones of a government and its units by unit; then closed ones, newest first."""
    rows = under(root)
    opened = rows.filter(state=AccountState.OPEN).order_by("body__position", "body_id", "platform")
    closed = rows.filter(state=AccountState.CLOSED).order_by("-closed_on", "pk")
    return [*opened, *closed]
