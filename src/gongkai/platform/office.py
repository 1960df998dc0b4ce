"""What this room adds to Wagtail's admin: faults in the menu."""

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.functional import lazystr
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.units.actors import actor_of


class _Faults(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        """Whoever has an appointment."""
        return actor_of(request.user).known


@hooks.register("register_admin_menu_item")
def faults() -> MenuItem:
    """网站找错: the ledger, of this kind."""
    return _Faults(
        "网站找错",
        lazystr(f"{reverse_lazy('ledger_list')}?kind=fault"),
        name="faults",
        icon_name="warning",
        order=46,
    )
