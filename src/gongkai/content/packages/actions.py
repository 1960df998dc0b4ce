"""Actions on packages: export on the inner side, apply on the outer side."""

from django.db import IntegrityError
from django.utils import timezone

from gongkai.content.packages import applying, queries, state
from gongkai.content.packages.container import OpenedPackage
from gongkai.content.packages.models import Package
from gongkai.content.packages.receiving import allow_package_writes as within
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor

NOT_PACKAGE_MANAGER_ERROR = "只有管理全部网站的政务公开办或系统管理员可以办理交换包。"


def check_package_manager(by: Actor, _: Package) -> list[str]:
    """Return reasons unless the actor manages all sites of the installation."""
    return [] if queries.manages_all_sites(by) else [NOT_PACKAGE_MANAGER_ERROR]


def _save_package(package: Package, by: Actor) -> None:
    """Insert a package in the actor's name (Refused: another one took its number)."""
    package.by, package.at = by.name, timezone.now()
    try:
        package.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("另一次办理正在进行，请稍后再试。") from error


@action("packages.export_package", label="导出交换包", rule=check_package_manager)
def export_package(package: Package, *, by: Actor, changes: state.Changes) -> ActionResult:
    """Record an exported package and its rows (Refused: another export finished meanwhile)."""
    last = state.find_last_package()
    if (last.digest if last else "") != package.previous:
        raise Refused("另一次导出刚刚完成，请重新导出。")
    if state.record_changes(last.state if last else "", changes) != package.state:
        raise Refused("导出期间已交换的内容有变化，请重新导出。")
    _save_package(package, by)
    return ActionResult(
        words=f"导出第{package.sequence}号交换包",
        facts={"digest": package.digest, "previous": package.previous, **package.counts},
        stream=package.stream,
        result=package,
    )


@action("packages.apply_package", label="应用交换包", rule=check_package_manager)
def apply_package(package: Package, *, by: Actor, opened: OpenedPackage) -> ActionResult:
    """Write the rows of a package in this transaction."""
    applying.require_next_package(opened)
    _save_package(package, by)
    with within(package.stream):
        facts = applying.write_package_rows(package, opened)
    return ActionResult(words=f"应用第{package.sequence}号交换包", facts=facts, stream=package.stream, result=package)
