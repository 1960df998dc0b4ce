"""Apps that an installation may do without, and the effects of switching one off.

An app that is off has no menu items, home page blocks, panels and periodic jobs, and its pages in
the back office name the people who can switch it on. Its records stay.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import ResolverMatch, reverse

from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.ledger.jobs.registry import PeriodicJob
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.panels import EntryPanel, HomeBlock, list_entry_panels
from gongkai.core.spreadsheets.importers import find_importer
from gongkai.core.units.actors import Actor
from gongkai.core.units.switches import list_switched_off
from gongkai.core.widgets.middleware import is_office_path


@dataclass(frozen=True)
class SwitchableApp:
    """An app that can be switched off, with its package, URL namespaces and menu items.

    `county` is true if a county starts with it.
    """

    name: str
    label: str
    about: str
    package: str
    namespaces: tuple[str, ...]
    menu: tuple[str, ...]
    county: bool = False


#: Name of an app that can be switched off → app.
SWITCHABLE_APPS = {
    app.name: app
    for app in (
        SwitchableApp(
            "policies",
            "政策文件",
            "政策库、文件清理、备案核对",
            "gongkai.content.policies",
            ("policies",),
            ("policies",),
            county=True,
        ),
        SwitchableApp(
            "interpretation",
            "政策解读",
            "待解读清单、新闻发布、解读专员",
            "gongkai.content.interpretation",
            ("interpretation",),
            ("interpretation",),
            county=True,
        ),
        SwitchableApp(
            "requests",
            "依申请公开",
            "受理和答复政府信息公开申请",
            "gongkai.work.requests",
            ("requests",),
            ("requests",),
            county=True,
        ),
        SwitchableApp(
            "consultation",
            "互动交流",
            "咨询、留言、12345工单、政策问答库",
            "gongkai.work.consultation",
            ("consultation",),
            ("consultation",),
            county=True,
        ),
        SwitchableApp(
            "participation",
            "决策预公开",
            "重大行政决策、政府开放日、网上调研",
            "gongkai.work.participation",
            ("participation",),
            ("participation", "openings", "surveys"),
            county=True,
        ),
        SwitchableApp(
            "directory",
            "基层标准目录",
            "基层政务公开标准目录和公开情况",
            "gongkai.work.directory",
            ("directory",),
            ("directory",),
            county=True,
        ),
        SwitchableApp(
            "annual",
            "年度报告",
            "政府信息公开工作年度报告",
            "gongkai.oversight.annual",
            ("annual",),
            ("annual",),
            county=True,
        ),
        SwitchableApp(
            "inspection",
            "网站检查",
            "更新、链接、内容和安全检查",
            "gongkai.oversight.inspection",
            ("inspection",),
            ("inspection",),
            county=True,
        ),
        SwitchableApp(
            "operation",
            "网站运行",
            "网站找错、值守和维护记录",
            "gongkai.work.site_operations",
            ("platform",),
            ("operation", "faults"),
            county=True,
        ),
        SwitchableApp(
            "migration",
            "旧网站迁移",
            "把旧网站的信息迁来，日期和历史都在",
            "gongkai.content.migration",
            ("migration",),
            ("migration",),
            county=True,
        ),
        SwitchableApp(
            "tables", "名录和公开表", "按表公开的名录和清单", "gongkai.work.tables", ("tables",), ("tables",)
        ),
        SwitchableApp("gazette", "政府公报", "编排和出版公报", "gongkai.content.gazette", ("gazette",), ("gazette",)),
        SwitchableApp(
            "gathering",
            "归集",
            "汇集下级和其他网站的信息",
            "gongkai.oversight.gathering",
            ("gathering",),
            ("gathering",),
        ),
        SwitchableApp(
            "newmedia", "政务新媒体", "账号登记、更新和内容检查", "gongkai.work.newmedia", ("newmedia",), ("newmedia",)
        ),
        SwitchableApp(
            "opinion", "舆情和承诺", "政务舆情回应、公开承诺", "gongkai.work.opinion", ("opinion",), ("opinion",)
        ),
        SwitchableApp(
            "assessment",
            "考核评估",
            "年度考核、通报、整改回头看",
            "gongkai.oversight.assessment",
            ("assessment",),
            ("assessment",),
        ),
        SwitchableApp(
            "packages", "内外网交换", "内网与外网之间的交换包", "gongkai.content.packages", ("packages",), ("packages",)
        ),
    )
}


def list_switched_off_apps() -> list[SwitchableApp]:
    """Return the apps that are switched off."""
    off = list_switched_off()
    return [app for app in SWITCHABLE_APPS.values() if app.name in off]


@cache
def _find_app_of_package(module: str) -> str:
    """Return the name of the app that a module belongs to; empty if it cannot be switched off."""
    names = (
        app.name for app in SWITCHABLE_APPS.values() if module == app.package or module.startswith(f"{app.package}.")
    )
    return next(names, "")


def is_package_off(module: str) -> bool:
    """Return true if a Python module belongs to an app that is off."""
    off = list_switched_off()
    return bool(off) and _find_app_of_package(module) in off


def is_kind_off(name: str) -> bool:
    """Return true if a kind of ledger entry belongs to an app that is switched off."""
    module = next((one.function.__module__ for key, one in ACTIONS_BY_NAME.items() if key.startswith(f"{name}.")), "")
    return is_package_off(module)


def list_open_entry_panels(entry: Entry, by: Actor, *, acting: str = "") -> list[tuple[EntryPanel, dict[str, object]]]:
    """Return the panels of `list_entry_panels` whose apps are on: the others would lead to closed pages."""
    panels = list_entry_panels(entry, by, acting=acting)
    return [(panel, context) for panel, context in panels if not is_package_off(panel.context.__module__)]


def get_open_list_link(entry: Entry) -> tuple[str, str]:
    """Return (label, URL) of the list that contains an entry: the ledger if the app of its own list is off."""
    return ("台账", reverse("ledger_list")) if is_kind_off(entry.kind) else entry.register


def is_menu_item_off(name: str) -> bool:
    """Return true if a menu item or submenu belongs to an app that is switched off."""
    return any(name in app.menu for app in list_switched_off_apps())


def is_block_off(block: HomeBlock) -> bool:
    """Return true if a home page block belongs to an app that is off."""
    return is_package_off(block.build.__module__)


def is_job_off(job: PeriodicJob) -> bool:
    """Return true if a periodic job belongs to an app that is off."""
    return is_package_off(job.work.__module__)


def find_app_off(match: ResolverMatch) -> SwitchableApp | None:
    """Return the app of a page (by its URL namespace, or by the importer of an import page) if it is off, else None."""
    off = list_switched_off_apps()
    if not off or not match.namespaces:
        return None
    name = str(match.kwargs.get("name", "")) if match.namespaces[0] == "spreadsheets" else ""
    importer = find_importer(name) if name else None
    owner = _find_app_of_package(type(importer).__module__) if importer else ""
    return next((app for app in off if match.namespaces[0] in app.namespaces or app.name == owner), None)


class SwitchedOffMiddleware:
    """Middleware that explains the pages of an app that is switched off."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: object, _args: object, _kwargs: object) -> HttpResponse | None:
        """Return the explanation instead of the view if its app is off."""
        match = request.resolver_match
        if match is None or not is_office_path(request.path):
            return None
        app = find_app_off(match)
        if app is None or not request.user.is_authenticated:
            return None
        return render(request, "office/switched_off.html", {"app": app}, status=403)
