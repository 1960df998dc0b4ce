"""Template filters for scores and timestamps."""

from django import template

from gongkai.oversight.inspection.rules import format_moment as local_moment

register = template.Library()


@register.simple_tag
def change(now: float | None, before: float | None) -> str:
    """Format the change from an earlier score (`before`) with a sign; 持平 if it is 0."""
    if now is None or before is None:
        return "—"
    points = round(now - before, 2)
    return f"{'＋' if points > 0 else '−'}{abs(points):g}" if points else "持平"


@register.filter
def moment_of(written: str) -> str:
    """Format a timestamp of the evidence in local time."""
    return local_moment(written) or "—"
