"""The website that receives requests."""

from gongkai.content.editions.models import Website


def main_website() -> Website | None:
    """Return the main website, or None."""
    sites = Website.objects.select_related("body__parent")
    return sites.filter(is_default=True).first() or sites.order_by("pk").first()
