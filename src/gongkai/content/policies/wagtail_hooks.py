"""Register the library's admin pages and the menu 政策文件."""

from collections.abc import Callable

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from gongkai.content.policies.importing.filed import government_of
from gongkai.content.policies.queries.uploading import concerned
from gongkai.core.units.actors import Actor, actor_of


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def urls() -> list[URLResolver]:
    """Register the pages under /admin/policies/."""
    return [path("policies/", include("gongkai.content.policies.urls"))]


def _once(request: HttpRequest, name: str, ask: Callable[[Actor], bool]) -> bool:
    """Ask once for a page, which draws its menus several times."""
    kept: dict[str, bool] = request.__dict__.setdefault("_gongkai_policies_menu", {})
    if name not in kept:
        kept[name] = ask(actor_of(request.user))
    return kept[name]


class _Filing(MenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        """Whoever keeps a government's filed list."""
        return _once(request, "filing", lambda by: government_of(by) is not None)


class _Uploads(MenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        """Whoever has documents that go to a library above, and whoever says so."""
        return _once(request, "uploads", concerned)


class _Submenu(SubmenuMenuItem):  # type: ignore[misc]
    def is_shown(self, request: HttpRequest) -> bool:
        """Whoever has an appointment."""
        return actor_of(request.user).known


def _item(kind: type[MenuItem], label: str, name: str, icon: str, order: int) -> MenuItem:
    return kind(label, reverse_lazy(f"policies:{name}"), name=f"policies-{name}", icon_name=icon, order=order)


_MENU = Menu(
    items=[
        _item(MenuItem, "政策库", "records", "folder-open-inverse", 1),
        _item(MenuItem, "文件清理", "rounds", "list-ul", 2),
        _item(_Filing, "备案核对", "filing", "doc-full", 3),
        _item(_Uploads, "上级库上传", "uploads", "upload", 4),
        _item(MenuItem, "依据失效", "bases", "warning", 5),
        _item(MenuItem, "本部门执行的法规规章", "kept", "doc-full-inverse", 6),
        _item(MenuItem, "上传原文", "files", "upload", 7),
        _item(MenuItem, "使用情况", "usage", "view", 8),
    ]
)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def menu_item() -> MenuItem:
    """政策文件."""
    return _Submenu("政策文件", _MENU, name="policies", icon_name="folder-open-inverse", order=45)
