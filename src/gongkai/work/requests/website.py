"""The site that requests come through: the main one."""

from gongkai.content.editions.models import Website


def website() -> Website | None:
    """Return the main site; None before there is any."""
    sites = Website.objects.select_related("body__parent")
    return sites.filter(is_default=True).first() or sites.order_by("pk").first()
