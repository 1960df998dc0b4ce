"""Template filters for numbers, percentages and score bars."""

from decimal import Decimal
from fractions import Fraction

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.oversight.assessment import scoring

register = template.Library()


@register.filter
def two(value: Fraction) -> str:
    """Format an exact number with two decimals."""
    return str(scoring.round_to_cents(value))


@register.simple_tag
def percent(value: float) -> str:
    """Format a share (0 to 1) as percentage, rounded half up."""
    return f"{scoring.format_score(Fraction(str(value)) * 100)}%"


@register.simple_tag
def score_bar(total: Decimal | float) -> SafeString:
    """Render a score as a decorative bar out of 100."""
    wide = max(0.0, min(100.0, float(total)))
    return format_html(
        '<svg class="ga-bar" viewBox="0 0 100 8" width="100" height="8" aria-hidden="true" focusable="false">'
        '<rect class="ga-bar__all" width="100" height="8" rx="2"/><rect class="ga-bar__got" width="{}" height="8" rx="2"/></svg>',
        f"{wide:.1f}",
    )
