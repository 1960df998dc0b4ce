"""Page 政务新媒体: social media accounts of a government and its units."""

from django.http import HttpRequest, HttpResponse

from gongkai.ui.portal.context import render, site_of
from gongkai.work.newmedia.models import AccountState, Platform
from gongkai.work.newmedia.queries import public_accounts


def accounts(request: HttpRequest) -> HttpResponse:
    """Page: accounts by unit, optionally of one platform."""
    every = public_accounts(site_of(request).website.body)
    asked = request.GET.get("platform", "")
    platform = asked if asked in Platform.values else ""
    opened = [account for account in every if account.state == AccountState.OPEN]
    there = {account.platform for account in opened}
    shown = {
        "rows": [account for account in opened if platform in ("", account.platform)],
        "closed": [account for account in every if account.state == AccountState.CLOSED],
        "platforms": [(value, label) for value, label in Platform.choices if value in there],
        "platform": platform,
        "total": len(opened),
    }
    return render(request, "portal/accounts.html", shown, keep="figures")
