"""Register admin pages and menu, and replace Wagtail's publishing by this project's actions."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse, reverse_lazy
from django.utils.html import format_html, format_html_join
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem

from gongkai.content.checks.wagtail_hooks import menu_items as check_items
from gongkai.content.editions.rules import MANAGING_ROLES, WRITING_ROLES, check_library_kind
from gongkai.content.editions.sources import load_outgoing_text
from gongkai.content.publishing import save_checks  # noqa: F401 - registers hooks
from gongkai.content.publishing.actions.items import delete_draft, find_deletion_errors
from gongkai.content.publishing.clock import update_disclosure
from gongkai.content.publishing.models import ItemPage, UnitPage
from gongkai.content.publishing.views.items import set_columns
from gongkai.content.reviewing.cases import list_reviews
from gongkai.content.reviewing.models import ReviewState
from gongkai.content.reviewing.wagtail_hooks import RoleMenuItem
from gongkai.content.reviewing.wagtail_hooks import menu_items as review_items
from gongkai.core.acts.action import Refused
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.units.actors import get_actor
from gongkai.core.units.menus import StaffMenu, add_pages
from gongkai.core.units.models import Role

if TYPE_CHECKING:
    from wagtail.models import Page

#: Wagtail's own menu items for publishing and reviewing, which are removed from the editor's menu.
HIDDEN_MENU_ITEMS = {
    "action-publish",
    "action-unpublish",
    "action-submit",
    "action-restart-workflow",
    "action-cancel-workflow",
    "action-delete",
}
#: Name of the menu item 保存并送审.
SUBMIT_MENU_ITEM = "action-gongkai-submit"


add_pages("publishing/", "gongkai.content.publishing.urls")


class _EditorMenuItem(MenuItem):  # type: ignore[misc]
    """Menu item of the editor, on its pages only; Wagtail would highlight another item by URL prefix."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return true on pages of the editor."""
        return str(request.path).startswith(f"{reverse('wagtailadmin_home')}pages/")

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        """Return a link to the current page."""
        return LinkMenuItem(self.name, self.label, request.path, icon_name=self.icon_name)


_SUPERVISING_ROLES = (*MANAGING_ROLES, Role.AUDITOR)
_PUBLISHING_MENU = Menu(
    items=[
        MenuItem("信息起草与管理", reverse_lazy("publishing:items"), name="items", icon_name="doc-full", order=1),
        _EditorMenuItem("正在编辑的信息", "", name="editing", icon_name="edit", order=2),
        MenuItem("栏目登记", reverse_lazy("publishing:columns"), name="columns", icon_name="list-ul", order=3),
        MenuItem("公开时效", reverse_lazy("publishing:promptness"), name="promptness", icon_name="time", order=4),
        MenuItem("久未公开的单位", reverse_lazy("publishing:idle"), name="idle", icon_name="warning", order=5),
        MenuItem("其他渠道", reverse_lazy("publishing:channels"), name="channels", icon_name="globe", order=6),
        RoleMenuItem(
            "网站",
            reverse_lazy("publishing:websites"),
            roles=_SUPERVISING_ROLES,
            name="websites",
            icon_name="site",
            order=7,
        ),
        RoleMenuItem(
            "待确认的文字",
            reverse_lazy("publishing:words"),
            roles=(*_SUPERVISING_ROLES, Role.LEAD, Role.SIGNER),
            name="words",
            icon_name="check",
            order=9,
        ),
        RoleMenuItem(
            "依法删除",
            reverse_lazy("publishing:erasures"),
            roles=(*WRITING_ROLES, Role.CHIEF, Role.AUDITOR),
            name="erasures",
            icon_name="bin",
            order=9,
        ),
        *review_items(),
        *check_items(),
    ]
)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def menu_item() -> MenuItem:
    """Return the admin menu entry 信息公开 with its pages."""
    return StaffMenu("信息公开", _PUBLISHING_MENU, name="publishing", icon_name="doc-full", order=40)


#: The menu 迁移与交换, to which higher apps add their pages; shown if it has any.
_TRANSFER_MENU = Menu(register_hook_name="register_transfer_menu_item")


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def transfer_menu() -> MenuItem:
    """Return the menu 迁移与交换."""
    return SubmenuMenuItem("迁移与交换", _TRANSFER_MENU, name="transfer", icon_name="download", order=70)


@hooks.register("construct_main_menu", order=1001)  # type: ignore[untyped-decorator]
def hide_page_explorer(request: HttpRequest, items: list[MenuItem]) -> None:
    """Remove Wagtail's page explorer, because 信息公开 lists all items."""
    items[:] = [item for item in items if item.name != "explorer"]


class SubmitItem(ActionMenuItem):  # type: ignore[misc]
    """Menu item 保存并送审: save the draft and open the item's page for submission."""

    name = SUBMIT_MENU_ITEM
    label = "保存，去送审"
    icon_name = "check"


@hooks.register("construct_page_action_menu", order=1000)  # type: ignore[untyped-decorator]
def editor_menu(items: list[ActionMenuItem], request: HttpRequest, context: Mapping[str, object]) -> None:
    """Reduce the editor's menu to “save draft” and 保存并送审."""
    items[:] = [item for item in items if item.name not in HIDDEN_MENU_ITEMS]
    page = context.get("page")
    if isinstance(page, ItemPage) or isinstance(context.get("parent_page"), UnitPage):
        items.insert(0, SubmitItem(order=0))


@hooks.register("after_create_page")  # type: ignore[untyped-decorator]
@hooks.register("after_edit_page")  # type: ignore[untyped-decorator]
def apply_saved_columns(request: HttpRequest, page: "Page") -> HttpResponse | None:
    """Apply the checked columns, update the disclosure entry, and open the item's page if requested."""
    if not isinstance(page, ItemPage):
        return None
    by = get_actor(request.user)
    update_disclosure(page, who=by.name)
    wanted = getattr(page, "wanted_columns", None)
    if wanted is not None:
        run_with_messages(request, lambda: set_columns(page, wanted, by))
    if SUBMIT_MENU_ITEM in request.POST:
        return HttpResponseRedirect(reverse("publishing:item", args=(page.pk,)))
    if request.accepts("text/html"):
        for reason in check_library_kind(load_outgoing_text(page, page.latest_revision_id)):
            messages.warning(request, f"已保存。{reason}")
    return None


@hooks.register("before_edit_page")  # type: ignore[untyped-decorator]
def warn_under_review(request: HttpRequest, page: "Page") -> HttpResponse | None:
    """Show a notice in the editor that the text is under review, so changes are not in the signed text."""
    if (
        isinstance(page, ItemPage)
        and request.method == "GET"
        and any(review.state == ReviewState.WAITING for review in list_reviews(page))
    ):
        messages.warning(request, "这条信息正在等待审签。现在的修改不会进入正在审签的文字；要一并审签，请先撤回送审。")
    return None


@hooks.register("before_publish_page")  # type: ignore[untyped-decorator]
@hooks.register("before_unpublish_page")  # type: ignore[untyped-decorator]
def redirect_to_review(request: HttpRequest, page: "Page") -> HttpResponse | None:
    """Redirect from Wagtail's publishing to ours, because Wagtail's does not publish."""
    if not isinstance(page, ItemPage):
        return None
    messages.warning(request, "信息经审签后发布，请在这里送审；撤回公开也在这里办理。")
    return HttpResponseRedirect(reverse("publishing:item", args=(page.pk,)))


@hooks.register("before_delete_page")  # type: ignore[untyped-decorator]
def refuse_to_delete_public(request: HttpRequest, page: "Page") -> HttpResponse | None:
    """Refuse to delete submitted or public items; delete drafts by our own action."""
    below = ItemPage.objects.descendant_of(page, inclusive=True)
    reasons = find_deletion_errors(list(below))
    if not reasons and isinstance(page, ItemPage) and request.method == "POST":
        try:
            delete_draft(page, by=get_actor(request.user))
            messages.success(request, f"已删除草稿“{page.title}”。")
        except Refused as refused:
            reasons = refused.reasons
    elif not reasons:
        return None
    for reason in reasons:
        messages.error(request, reason)
    return HttpResponseRedirect(reverse("publishing:items"))


@hooks.register("insert_global_admin_css")  # type: ignore[untyped-decorator]
def editor_css() -> str:
    """Return the stylesheet of the column boxes for Wagtail's editor."""
    return format_html('<link rel="stylesheet" href="{}">', static("publishing/office.css"))


@hooks.register("insert_editor_js")  # type: ignore[untyped-decorator]
def editor_js() -> str:
    """Return the scripts of the column filter, autosave and paste clean-up."""
    paste = reverse("publishing:paste_in_editor")
    scripts = ((static(f"publishing/{name}.js"), paste) for name in ("editor", "editor_paste"))
    return format_html_join("\n", '<script src="{}" data-paste="{}" defer></script>', scripts)
