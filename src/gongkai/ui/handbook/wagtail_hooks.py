"""What this room adds to Wagtail's admin: the menu's entry.

Its addresses stand in `config.urls`: Wagtail lets nobody without a post to those that are registered with it.
"""

from django.urls import reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator]
def menu_item() -> MenuItem:
    """帮助."""
    return MenuItem("帮助", reverse_lazy("handbook:contents"), name="handbook", icon_name="help", order=95)
