"""What the checks add to Wagtail's admin: styles, and the menu's two pages."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.html import format_html, format_html_join
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.editions.rules import MANAGING
from gongkai.publishing.actions.texts import keep_source
from gongkai.publishing.freezing import freeze, own_lacks
from gongkai.publishing.models import ItemPage
from gongkai.units.actors import actor_of
from gongkai.units.models import Role

if TYPE_CHECKING:
    from wagtail.models import Page


class RulesItem(MenuItem):  # type: ignore[misc]
    """检查规则: for those who may set them."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person may set rules somewhere."""
        return actor_of(request.user).has(Role.LEAD, *MANAGING)


def items() -> list[MenuItem]:
    """Return the entries under 信息公开."""
    return [
        MenuItem(
            "失效链接和文件", reverse_lazy("publishing:faults"), name="faults", icon_name="link", order=7
        ),
        RulesItem(
            "检查规则", reverse_lazy("publishing:check_rules"), name="check-rules", icon_name="cog", order=8
        ),
    ]


@hooks.register("insert_global_admin_css")  # type: ignore[untyped-decorator]
def css() -> str:
    """Styles of the panel, also inside Wagtail's editor, which has none of our tokens by itself."""
    both = ((static(name),) for name in ("ui/base.css", "publishing/desk.css"))
    return format_html_join("", '<link rel="stylesheet" href="{}">', both)


@hooks.register("after_create_page", order=-1)  # type: ignore[untyped-decorator]
@hooks.register("after_edit_page", order=-1)  # type: ignore[untyped-decorator]
def saved(request: HttpRequest, page: "Page") -> None:
    """Keep the file that a text came from, say what its making left out, and what the item still lacks, with links to the fields."""
    if not isinstance(page, ItemPage):
        return
    source = getattr(page, "desk_source", None)
    if source is not None:
        keep_source(page, actor_of(request.user), *source)
    if not request.accepts("text/html"):
        return  # the editor's saving by itself: nobody reads messages then
    for note in getattr(page, "desk_notes", []):
        messages.warning(request, note)
    missing = own_lacks(freeze(page, page.get_latest_revision()))
    if missing:
        links = format_html_join("", '<a href="#id_{}">{}</a>', missing)
        messages.warning(request, format_html("已保存。发布前还要补充：{}", links))
