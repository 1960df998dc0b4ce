"""Queries of annual reports, all based on `reports_visible_to`."""

from gongkai.oversight.annual.queries.visible import members_of, reports_visible_to
