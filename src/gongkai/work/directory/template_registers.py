"""The register of column templates: made, approved by another person, applied."""

from collections.abc import Mapping

from django.http import HttpRequest

from gongkai.content.editions.user_scope import list_websites_in_reach
from gongkai.core.registers.columns import Column
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.register import Register
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.work.directory import actions, queries
from gongkai.work.directory.actions.catalogues import plan_columns
from gongkai.work.directory.forms import (
    TemplatePathsField,
    TemplateSiteForm,
    format_template_lines,
    propose_template_lines,
)
from gongkai.work.directory.models import ColumnTemplate
from gongkai.work.directory.registers import filter_maintained_governments
from gongkai.work.directory.states import TEMPLATE_MACHINE, USABLE_TEMPLATE_STATES

TEMPLATE_SECTION = (("基层标准目录", "directory:index"),)


class ColumnTemplateRegister(Register[ColumnTemplate]):
    """The register of column templates: made, approved by another person, applied."""

    name, model, title, section = "directory.templates", ColumnTemplate, "栏目模板", TEMPLATE_SECTION
    record_route = "template"
    unit = "government"
    acts_listed = False
    columns = (
        "name",
        Column("government"),
        "level",
        Column("paths", "栏目", value=lambda row: len(row.paths), number=True),
        Column("state", value=lambda row: TEMPLATE_MACHINE.labels[row.state], order="state"),
        "cleared_at",
    )
    filters = ("government", "level", "state")
    search_fields = ("name",)
    intro = "市、区县、乡镇网站的栏目格式。由政务公开办制定，另一人审定后可以套用，下级政府也可以套用。"
    empty = "还没有模板。可以由现行标准目录的领域和事项生成，再作修改。"
    new = New(
        action=actions.make_column_template,
        label="制定模板",
        targets=filter_maintained_governments,
        target="government",
        fields=("name", "level", "paths"),
        asks={"paths": TemplatePathsField()},
        initial=lambda by, row: {
            "level": _get_home_government(by).level,
            "paths": propose_template_lines(_get_home_government(by)),
        },
        note="已按现行标准目录的领域和一级事项列出，可以增删。",
        done="已保存，请另一人审定。",
    )
    acts = (
        Act(
            action=actions.change_column_template,
            label="修改",
            fields=("paths",),
            asks={"paths": TemplatePathsField()},
            initial=lambda by, row: {"paths": format_template_lines(row)},
            note="修改后须重新审定；已经套用的网站不变。",
            done="已保存，请另一人审定。",
        ),
        Act(
            action=actions.approve_column_template,
            quick=True,
            told=True,
            when=lambda row: row.state not in USABLE_TEMPLATE_STATES,
            done="已审定，可以套用。",
        ),
    )
    record_template = "directory/template.html"

    def record_context(self, request: HttpRequest, by: Actor, row: ColumnTemplate) -> Mapping[str, object]:
        """Return the template's columns, and for a chosen site the plan of applying it."""
        websites = list_websites_in_reach(by)
        number = parse_whole_number(request.GET.get("website", ""))
        chosen = next((website for website in websites if website.pk == number), None)
        return {
            "template": row,
            "usable": row.state in USABLE_TEMPLATE_STATES,
            "form": TemplateSiteForm(request.GET if chosen else None, websites=websites),
            "website": chosen,
            "plan": plan_columns(row, chosen) if chosen else None,
        }


def _get_home_government(by: Actor) -> Body:
    """Return the government whose catalogue the user maintains; only such users see the form."""
    home = queries.get_maintained_government(by)
    assert home is not None, "the form is opened to who keeps a catalogue alone"
    return home
