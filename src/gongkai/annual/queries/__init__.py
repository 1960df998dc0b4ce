"""Reading reports: `reports_visible_to` first, everything else on top of it."""

from gongkai.annual.queries.visible import government_of, members_of, reports_visible_to

__all__ = ["government_of", "members_of", "reports_visible_to"]
