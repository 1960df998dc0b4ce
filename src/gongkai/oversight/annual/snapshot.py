"""Submitted content of a report as plain data, for editions, files and later checks."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from gongkai.lib.law.annual_form import CURRENT_FORM
from gongkai.lib.typed_json import read_record, read_text
from gongkai.oversight.annual.form import FIGURE_KEYS, Number, to_number
from gongkai.oversight.annual.models import Report
from gongkai.oversight.annual.queries.figures import NONE, ReportFigure

if TYPE_CHECKING:
    from gongkai.oversight.annual.queries.figures import Figures


def make_content(
    report: Report, figures: "Figures", *, previous: str, members: Sequence[Mapping[str, object]]
) -> dict[str, object]:
    """Return the content of a submission: figures and texts as they are now.

    Args:
        report: the report with texts and explanations.
        figures: all figures of the form.
        previous: source of last year's figures in words, or empty.
        members: the units' reports in the sum, each with its digest; empty for a unit.
    """
    return {
        "title": report.title,
        "form": CURRENT_FORM,
        "unit": report.body.name,
        "unit_id": report.body_id,
        "year": report.year,
        "area": report.area,
        "until": report.until.isoformat(),
        "figures": {
            key: {"value": convert_figure_for_json(figure.value), "origin": figure.origin, "source": figure.source}
            | ({"counted": convert_figure_for_json(figure.counted)} if figure.counted is not None else {})
            for key, figure in figures.items()
        },
        "sections": {str(section.number): section.text for section in report.sections.all()},
        "explanations": [
            {"mark": explanation.mark, "said": explanation.said, "text": explanation.text}
            for explanation in report.explanations.all()
        ],
        "previous": previous,
        "members": members,
    }


def convert_figure_for_json(value: Number | None) -> int | str | None:
    """Return a figure for JSON: integers as numbers, decimals as text to avoid rounding, None as None."""
    return f"{value:f}" if isinstance(value, Decimal) else value


def get_figures(content: Mapping[str, object]) -> "Figures":
    """Return the figures of a submission."""

    figures_by_key = {}
    figures = read_record(content, "figures")
    for key in FIGURE_KEYS:
        stored = read_record(figures, key) or {"value": None, "origin": NONE, "source": ""}
        counted = stored.get("counted")
        figures_by_key[key] = ReportFigure(
            key,
            None if stored["value"] is None else to_number(stored["value"]),
            read_text(stored, "origin"),
            read_text(stored, "source"),
            None if counted is None else to_number(counted),
        )
    return figures_by_key
