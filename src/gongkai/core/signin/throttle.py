"""Throttling by account and address (axes), by account alone, and by address across accounts."""

from collections.abc import Mapping
from datetime import timedelta

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username, get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone

from gongkai.core.signin.operations import address_of


class Handler(AxesDatabaseHandler):  # type: ignore[misc]
    """axes handler with two further limits and the same cool-off time."""

    def is_locked(self, request: HttpRequest, credentials: Mapping[str, object] | None = None) -> bool:
        """Return true if this address may not try (this account) now."""
        if super().is_locked(request, credentials):
            return True
        since = timezone.now() - (get_cool_off(request) or timedelta(minutes=15))
        tries = AccessAttempt.objects.filter(attempt_time__gte=since)
        account = get_client_username(request, credentials)
        if account and _count_failures(tries.filter(username=account)) >= settings.GONGKAI_ACCOUNT_FAILURES:
            return True
        address = address_of(request)
        if not address:
            return False
        from_here = tries.filter(ip_address=address).aggregate(
            failures=Sum("failures_since_start"), accounts=Count("username", distinct=True)
        )
        many = from_here["accounts"] >= settings.GONGKAI_SPRAY_ACCOUNTS
        return many and (from_here["failures"] or 0) >= settings.GONGKAI_SPRAY_FAILURES


def _count_failures(tries: "QuerySet[AccessAttempt]") -> int:
    return tries.aggregate(Sum("failures_since_start"))["failures_since_start__sum"] or 0
