"""Template tags for cells of the matrix (打表)."""

from django import template
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.core.widgets.addresses import make_row_url
from gongkai.core.widgets.templatetags.ui import Named, light_sign
from gongkai.work.notices.queries.lights import LightCounts
from gongkai.work.notices.queries.matrix import LightMatrix, MatrixSection
from gongkai.work.notices.queries.visible import OfficeColumn, ResponsibleUnit

register = template.Library()
_CELL_TEMPLATE = (
    '<span class="nt-l gk-light--{}"><span aria-hidden="true">{}</span><span class="gk-sr">{}</span><br aria-hidden="true">'
    '<small aria-hidden="true">{}/{}</small></span>'
)


@register.simple_tag
def cell_name(section: str, body: Named, lights: LightCounts) -> str:
    """Return the accessible name of a cell: section, unit and counts."""
    return f"{section}，{body.name}：{lights.words}，已办结 {localize(lights.closed)}/{localize(lights.total)}"


@register.simple_tag
def cell_url(table: LightMatrix, section: MatrixSection, body: ResponsibleUnit) -> str:
    """Return the link of a cell: expand a merged unit, or list its entries."""
    if body.pk in table.closed:
        return f"?under={body.pk}"
    if isinstance(body, OfficeColumn):
        return f"{make_row_url('notices_cell', table.notice.pk, section.number, body.body_id)}?office={body.office_id}"
    return make_row_url("notices_cell", table.notice.pk, section.number, body.pk)


@register.simple_tag
def cell_light(lights: LightCounts) -> SafeString:
    """Draw a cell: worst traffic light, counts, closed and all entries."""
    if not lights.total:  # All were cancelled or carried over.
        return format_html(
            '<span class="nt-l"><span aria-hidden="true">—</span><span class="gk-sr">{}</span></span>', lights.words
        )
    worst = lights.worst
    return format_html(
        _CELL_TEMPLATE, worst, light_sign(worst), lights.words, localize(lights.closed), localize(lights.total)
    )
