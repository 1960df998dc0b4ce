"""Small helpers of the room's pages."""

from django import template

from gongkai.oversight.inspection.moments import moment_of as local_moment

register = template.Library()


@register.simple_tag
def change(now: float | None, before: float | None) -> str:
    """Return how a score changed, with a sign; a dash where there is nothing to compare."""
    if now is None or before is None:
        return "—"
    points = round(now - before, 2)
    return f"{'＋' if points > 0 else '−'}{abs(points):g}" if points else "持平"


@register.filter
def moment_of(written: str) -> str:
    """Return a time of the evidence as it reads here; as it was written where it is none."""
    return local_moment(written) or "—"
