"""The room's page in the office: its addresses, the menu item 开通 while there is something to prepare, the block of the first page."""

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.content.editions.launching import in_preparation
from gongkai.content.editions.models import Launch
from gongkai.core.acts.actors import Actor
from gongkai.core.units.actors import actor_of
from gongkai.core.units.models import Role
from gongkai.ops.launch.rules import opens, sees
from gongkai.ops.launch.steps import standings


class _WhilePreparing(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        """Whoever has something to prepare, until the opening."""
        return sees(actor_of(request.user)) and in_preparation()


@hooks.register("register_admin_urls")
def urls() -> list[URLResolver]:
    """Register the page under /admin/launch/."""
    return [path("launch/", include("gongkai.ops.launch.urls"))]


@hooks.register("register_admin_menu_item")
def item() -> MenuItem:
    """开通."""
    return _WhilePreparing("开通", reverse_lazy("launch:launch"), name="launch", icon_name="check", order=12)


def block(by: Actor) -> dict[str, object] | None:
    """For the first page: what is still to be prepared; after the opening what was left undone, until it is done; who confirms sees that it waits."""
    if not by.has(Role.CHIEF, Role.ADMINISTRATOR, Role.SECURITY):
        return _awaiting(by)
    preparing = in_preparation()
    if not preparing and not Launch.objects.filter(proposed_at__isnull=False).exists():
        return None  # never prepared here: a sample, or an installation that is older than this
    shown = standings(by)
    done = sum(standing.done for standing in shown)
    if not preparing and done == len(shown):
        return None
    return {
        "awaits": bool(_awaiting(by)),
        "title": "筹备开通" if preparing else "开通以后还要补的",
        "preparing": preparing,
        "mine": [standing for standing in shown if standing.url],
        "others": [standing for standing in shown if not standing.done and not standing.url],
        "done": done,
        "count": len(shown),
        "url": reverse("launch:launch"),
    }


def _awaiting(by: Actor) -> dict[str, object] | None:
    """Return the block of whom a proposed opening waits for, and nobody else."""
    launch = Launch.objects.filter(opened_at=None, proposed_at__isnull=False).first()
    if launch is None or opens(by, launch):
        return None
    return {"awaits": True, "title": "开通网站等您确认", "url": reverse("launch:launch")}
