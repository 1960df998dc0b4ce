"""Queries of the assessment app, all based on `visible_to`."""

from gongkai.oversight.assessment.queries.visible import (
    bulletins_visible_to,
    list_evaluations,
    rounds_visible_to,
    schemes_visible_to,
    units_visible_to,
    visible_to,
)
