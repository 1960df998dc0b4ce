"""Queries of annual reports, all based on `reports_visible_to`."""

from gongkai.oversight.annual.queries.area import list_direct_units, reports_visible_to
