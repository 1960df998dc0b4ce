"""Wagtail hooks of the handbook: the menu item.

Its URLs are in `config.urls`, because Wagtail requires admin access for registered ones.
"""

from django.urls import reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def register_menu_item() -> MenuItem:
    """Register the menu item 帮助."""
    return MenuItem("帮助", reverse_lazy("handbook:contents"), name="handbook", icon_name="help", order=95)
