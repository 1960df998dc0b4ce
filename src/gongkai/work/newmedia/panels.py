"""Panels on other pages: facts of a filing, accounts that need attention on the home page."""

from django.db.models import Q
from django.utils import timezone

from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.row_presence import RowCondition
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role
from gongkai.core.units.unit_filters import list_responsible_units
from gongkai.work.newmedia import queries, rules
from gongkai.work.newmedia.account_checks import count_idle_days
from gongkai.work.newmedia.models import Account, AccountFunction, Hit, Post, get_field_label
from gongkai.work.newmedia.states import POST_MACHINE

MAX_LISTED_ACCOUNTS = 5


def make_filing_panel(entry: Entry, by: Actor) -> dict[str, object]:
    """Return the template context of a filing: its account, and changes as (label, before, after)."""
    filing = entry.account_filing
    changes = [
        (get_field_label(name), _describe_changed_value(filing.before.get(name, "")), _describe_changed_value(value))
        for name, value in filing.changes.items()
    ]
    return {"filing": filing, "account": filing.account, "changes": changes}


def _describe_changed_value(value: object) -> str:
    """Return a changed value; functions by their labels."""
    if not isinstance(value, list):
        return str(value)
    return "、".join(AccountFunction(function).label for function in value if function in AccountFunction.values)


def list_row_conditions(by: Actor) -> list[RowCondition]:
    """Return the conditions under which the home-page block has content."""
    hits = [RowCondition(Hit, {"decision": ""})] if by.has(Role.CHIEF) else []
    sites = RowCondition(Post, {"site_body": list_responsible_units(by)})
    return [RowCondition(Account, {"body": by.body_ids(*rules.WORKING_ROLES)}), sites, *hits]


def make_pending_block(by: Actor) -> dict[str, object] | None:
    """Return the home page block of stale accounts, open posts and undecided hits; None without any."""
    working_units = by.body_ids(*rules.WORKING_ROLES)
    today = timezone.localdate()
    stale = queries.filter_accounts_by_tab(queries.visible_to(by).filter(body_id__in=working_units), "stale", today)
    query = Q(account__body_id__in=working_units) | Q(site_body__in=list_responsible_units(by))
    posts = Post.objects.filter(query, state__in=POST_MACHINE.open).select_related("account__body", "site_body")
    hits = Hit.objects.none()
    if by.has(Role.CHIEF):
        hits = Hit.objects.filter(screening__body__in=queries.list_screened_governments(by), decision="")
    context = {
        "stale": [(account, count_idle_days(account, today)) for account in stale[:MAX_LISTED_ACCOUNTS]],
        "more_stale": max(0, stale.count() - MAX_LISTED_ACCOUNTS),
        "posts": list(posts.order_by("until", "pk")[:MAX_LISTED_ACCOUNTS]),
        "more_posts": max(0, posts.count() - MAX_LISTED_ACCOUNTS),
        "hits": hits.count(),
        "screening": hits.values_list("screening", flat=True).first(),
    }
    return context if context["stale"] or context["posts"] or context["hits"] else None
