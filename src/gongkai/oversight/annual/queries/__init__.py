"""Queries of annual reports, all based on `reports_visible_to`."""

from gongkai.oversight.annual.queries.visible import list_direct_units, reports_visible_to
