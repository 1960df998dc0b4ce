"""Register the office pages and menu items of this app."""

from django.urls import reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem

from gongkai.core.units.menus import MAIN_MENU_HOOK, StaffMenu, add_pages

add_pages("units/", "gongkai.core.units.urls")
_MENU_ITEMS = [
    MenuItem("单位名录", reverse_lazy("units:bodies"), name="units", icon_name="site", order=1),
    MenuItem("单位组", reverse_lazy("units:groups"), name="unit-groups", icon_name="folder", order=2),
    MenuItem("人员与任职", reverse_lazy("units:people"), name="people", icon_name="group", order=3),
    MenuItem("待确认", reverse_lazy("units:confirmations"), name="confirmations", icon_name="check", order=4),
]
_MENU = StaffMenu("单位与人员", Menu(items=_MENU_ITEMS), name="units-and-people", icon_name="group", order=60)
hooks.register(MAIN_MENU_HOOK, lambda: _MENU)
