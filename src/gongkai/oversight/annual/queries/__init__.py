"""Reading reports: `reports_visible_to` first, everything else on top of it."""

from gongkai.oversight.annual.queries.visible import members_of, reports_visible_to

__all__ = ["members_of", "reports_visible_to"]
