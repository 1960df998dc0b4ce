"""Hosts of inner networks that were opened to inspections: sites that tests serve on this machine."""

from urllib.parse import urlsplit

from django.utils import timezone

from gongkai.core.units.models import Body
from gongkai.oversight.inspection.models import InnerHost


def opened_inside(body: Body, address: str) -> InnerHost:
    """Enter the host of an address as one that two persons opened."""
    return InnerHost.objects.create(
        body=body,
        host=urlsplit(address).netloc,
        why="测试",
        by="管理员",
        confirmed_by="安全保密管理员",
        confirmed_at=timezone.now(),
    )
