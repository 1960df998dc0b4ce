"""Switch apps off for the whole installation, and list those that are off."""

import time

from django.db import transaction
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.units.models import AppSwitch, Role
from gongkai.core.units.rules import runs_installation

#: Seconds for which a process trusts the answer that it read.
CACHE_SECONDS = 10.0


class _SwitchCache:
    """The apps that are switched off, as this process read them last."""

    names: frozenset[str] = frozenset()
    until = 0.0


def list_switched_off() -> frozenset[str]:
    """Return the names of the apps that are switched off, cached for `CACHE_SECONDS`."""
    if time.monotonic() >= _SwitchCache.until:
        _SwitchCache.names = frozenset(AppSwitch.objects.filter(off=True).values_list("name", flat=True))
        _SwitchCache.until = time.monotonic() + CACHE_SECONDS
    return _SwitchCache.names


def forget_cached() -> None:
    """Read the switches again at the next call."""
    _SwitchCache.until = 0.0


def assume_all_on() -> None:
    """Treat all apps as switched on, without a query (tests)."""
    _SwitchCache.names, _SwitchCache.until = frozenset(), float("inf")


def check_apps_manager(by: Actor, _: object) -> list[str]:
    """Return a reason unless the actor is a 政务公开办 officer or administrator of the topmost
    government."""
    if by.system or runs_installation(by) or runs_installation(by, Role.ADMINISTRATOR):
        return []
    return ["只有政务公开办和系统管理员可以启用、停用应用。"]


@action("units.switch_app", label="启用、停用应用", rule=check_apps_manager)
def switch_app(_: None, *, by: Actor, name: str, label: str, off: bool) -> ActionResult:
    """Switch an app off or on again. Its records stay, and closed pages name the way to open them."""
    row, _made = AppSwitch.objects.get_or_create(name=name)
    if row.off == off:
        raise Refused(f"“{label}”已经{'停用' if off else '启用'}。")
    row.off, row.changed_at, row.changed_by = off, timezone.now(), by.name
    row.save()
    forget_cached()
    transaction.on_commit(forget_cached)
    return ActionResult(
        words=f"{'停用' if off else '启用'}“{label}”", facts={"app": name, "off": off}, stream=f"app/{name}"
    )
