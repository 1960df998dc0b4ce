"""Internal hosts that are allowed for inspections, such as test servers on localhost."""

from urllib.parse import urlsplit

from django.utils import timezone

from gongkai.core.units.models import Body
from gongkai.oversight.inspection.models import InnerHost


def allow_inner_host(body: Body, address: str) -> InnerHost:
    """Allow the host of an address, as if two people had confirmed it."""
    return InnerHost.objects.create(
        body=body,
        host=urlsplit(address).netloc,
        why="测试",
        by="管理员",
        confirmed_by="安全保密管理员",
        confirmed_at=timezone.now(),
    )
