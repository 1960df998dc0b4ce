"""URLs, menu item and home page block of the set-up in the back office."""

from django.http import HttpRequest
from django.urls import URLResolver, reverse, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from gongkai.content.editions.launch_state import in_preparation
from gongkai.content.editions.models import Launch
from gongkai.core.acts.actors import Actor
from gongkai.core.units.actors import get_actor
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.core.widgets.addresses import include_namespace
from gongkai.ops.launch.rules import can_see_launch, check_may_open
from gongkai.ops.launch.steps import list_step_states

#: Roles that prepare the installation.
_INSTALLING_ROLES = (Role.CHIEF, Role.ADMINISTRATOR, Role.SECURITY)


class _LaunchMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return can_see_launch(get_actor(request.user)) and in_preparation()


@hooks.register("register_admin_urls")
def urls() -> list[URLResolver]:
    """Register the page under /admin/launch/."""
    return [include_namespace("launch/", "gongkai.ops.launch.urls")]


@hooks.register("register_admin_menu_item")
def launch_menu_item() -> MenuItem:
    """Return the menu item 开通."""
    return _LaunchMenuItem("开通", reverse_lazy("launch:launch"), name="launch", icon_name="check", order=12)


def block_before_opening(by: Actor) -> dict[str, object] | None:
    """Return the home page block before the opening: steps, a confirmation or drafts; None to hide it."""
    if not in_preparation():
        return None
    return (
        _make_steps_context(by, True)
        if by.has(*_INSTALLING_ROLES)
        else _make_confirmation_context(by) or _make_drafting_panel(by, True)
    )


def block_after_opening(by: Actor) -> dict[str, object] | None:
    """Return the home page block after the opening: steps or drafts left undone; None to hide it."""
    if in_preparation():
        return None
    return _make_steps_context(by, False) if by.has(*_INSTALLING_ROLES) else _make_drafting_panel(by, False)


def _make_drafting_panel(by: Actor, preparing: bool) -> dict[str, object] | None:
    """Return the panel with pages that a clerk of a general office may draft; None for others, or if none is lacking."""
    offices = by.body_ids(Role.CLERK)
    drafts = Body.objects.filter(pk__in=offices, kind=BodyKind.GENERAL_OFFICE).exists()
    if not drafts or not (preparing or Launch.objects.filter(proposed_at__isnull=False).exists()):
        return None
    step_states = [one for one in list_step_states(by) if one.url and Role.CLERK in one.step.roles]
    return {"title": "本级政府网站还缺的页面", "mine": step_states} if step_states else None


def _make_steps_context(by: Actor, preparing: bool) -> dict[str, object] | None:
    """Return the panel's context with the steps; None after the opening if all are done or it was never proposed here."""
    if not preparing and not Launch.objects.filter(proposed_at__isnull=False).exists():
        return None  # A sample city, or an installation older than this app, was never prepared here.
    step_states = list_step_states(by)
    done = sum(standing.done for standing in step_states)
    if not preparing and done == len(step_states):
        return None
    return {
        **(_make_confirmation_context(by) or {}),
        "title": "筹备开通" if preparing else "开通以后还要补的",
        "preparing": preparing,
        "mine": [standing for standing in step_states if standing.url],
        "others": [
            standing for standing in step_states if not standing.done and not standing.url and not standing.blocked
        ],
        "done": done,
        "count": len(step_states),
        "url": reverse("launch:launch"),
    }


def _make_confirmation_context(by: Actor) -> dict[str, object] | None:
    """Return the panel's context if the opening awaits the user's confirmation; else None."""
    launch = Launch.objects.filter(opened_at=None, proposed_at__isnull=False).first()
    if launch is None or check_may_open(by, launch):
        return None
    confirm = reverse("launch:launch") + f"{launch.pk}/open/"
    return {"awaits": True, "confirm": confirm, "title": "开通网站等您确认", "url": reverse("launch:launch")}
