"""The menu: at most 25 pages by role, the others on one page; disabled apps; rendering equal to Wagtail's."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.translation import gettext_lazy
from wagtail.admin.menu import MenuItem, SubmenuMenuItem, admin_menu
from wagtail.admin.search import admin_search_areas
from wagtail.admin.telepath import Adapter, JSContext, registry
from wagtail.admin.ui.sidebar import ActionMenuItem, LinkMenuItem, SubMenuItem

from factories.opinion import case, reload_entry
from factories.pages import said, sign_in
from factories.publishing import item
from factories.requests import register
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.publishing.models import get_or_create_unit_page
from gongkai.core.acts.actors import Actor, ActorPost
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.jobs.registry import map_jobs_by_name
from gongkai.core.ledger.panels import BLOCKS_BY_NAME
from gongkai.core.units import switches as app_switches
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.ui.office.app_switches import SWITCHABLE_APPS, SwitchableApp, is_block_off, is_job_off
from gongkai.ui.office.menu import (
    MAX_LEAVES,
    MENU_HEADINGS,
    MENU_LEAVES,
    iterate_pages,
    list_search_areas,
    select_leaves,
)
from gongkai.ui.office.wagtail_access import OPEN_URL_NAMES, REDIRECTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def switches() -> Iterator[None]:
    """Read which apps are disabled, as an installation does."""
    app_switches.forget_cached()
    yield
    app_switches.assume_all_on()


def request_of(role: Role, place: Body) -> HttpRequest:
    request = RequestFactory().get("/admin/")
    request.user = signed_in(role, place).get(reverse("ledger_filter_save")).wsgi_request.user
    return request


def leaf_names(items: list[MenuItem]) -> list[str]:
    """Return the names of all pages of a menu; a third level is an error."""
    found = []
    for one in items:
        under = one.menu.registered_menu_items if isinstance(one, SubmenuMenuItem) else [one]
        assert not any(isinstance(leaf, SubmenuMenuItem) for leaf in under)
        found += [leaf.name for leaf in under]
    return found


@pytest.fixture
def office() -> Body:
    return BodyFactory(name="云岭市人民政府办公室", kind=BodyKind.GENERAL_OFFICE)


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_menu_of_two_levels_within_the_limit(role: Role, office: Body) -> None:
    request = request_of(role, office)
    found = leaf_names(admin_menu.menu_items_for_request(request))
    assert {"today", "messages", "more", "handbook", "signin"} <= set(found)
    assert len(found) == len(set(found)) <= MAX_LEAVES


def test_user_with_all_roles_loses_only_spare_items() -> None:
    by = Actor("何静", posts=tuple(ActorPost(role, 1, None, "/1/") for role in Role), bodies=frozenset({1}))
    kept = select_leaves(by, MENU_LEAVES)
    assert (
        sum(leaf.spare for leaf in MENU_LEAVES if leaf not in kept) == sum(leaf not in kept for leaf in MENU_LEAVES) > 0
    )


@pytest.mark.django_db
def test_menu_table_names_existing_items() -> None:
    there = {page.item.name for page in iterate_pages(admin_menu.registered_menu_items)}
    assert [leaf.name for leaf in MENU_LEAVES if leaf.name not in there] == []
    assert {leaf.heading for leaf in MENU_LEAVES} - {""} == {heading.name for heading in MENU_HEADINGS}


@pytest.mark.django_db
def test_other_pages_are_on_one_searchable_page(office: Body) -> None:
    client = signed_in(Role.CLERK, office)
    shown = said(client.get(reverse("office_more")))
    assert "文件清理" in shown
    assert "检索效果" in shown
    found = said(client.get(reverse("office_more"), {"q": "信箱"}))
    assert "公开信箱" in found
    assert "文件清理" not in found


@pytest.mark.django_db
def test_disabled_app_is_in_no_menu_and_says_so(office: Body, switches: None) -> None:
    client = signed_in(Role.CHIEF, office)
    opened = reverse("opinion:cases")
    assert client.get(opened).status_code == 200
    assert "舆情处置事项" in said(client.get("/admin/ledger/"))
    entry = reload_entry(case(office))
    assert "/admin/opinion/" in client.get(entry.url).content.decode()
    client.post(reverse("office_apps"), {"app": "opinion"})
    assert Movement.objects.filter(stream="app/opinion", action="units.switch_app").exists()
    answer = client.get(opened)
    assert answer.status_code == 403
    assert "应用开关" in said(answer)
    assert "opinion-cases" not in leaf_names(admin_menu.menu_items_for_request(request_of(Role.CHIEF, office)))
    assert "舆情统计" not in said(client.get(reverse("office_more")))
    assert "舆情处置事项" not in said(client.get("/admin/ledger/"))
    assert "/admin/opinion/" not in client.get(entry.url).content.decode(), (
        "the entry stays readable, and leads to no closed page"
    )
    assert [job.name for job in map_jobs_by_name().values() if is_job_off(job)]
    assert [block.name for block in BLOCKS_BY_NAME.values() if is_block_off(block)]
    client.post(reverse("office_apps"), {"app": "opinion"})
    assert client.get(opened).status_code == 200
    imports = reverse("spreadsheets:start", args=["annual_figures"])
    client.post(reverse("office_apps"), {"app": "annual"})
    assert client.get(imports).status_code == 403, "pages of imports belong to the app of their rows"
    assert signed_in(Role.CLERK, office).get(reverse("office_apps")).status_code == 302


@pytest.mark.parametrize("app", SWITCHABLE_APPS.values(), ids=SWITCHABLE_APPS.keys())
def test_table_of_apps_names_existing_items(app: SwitchableApp) -> None:
    there = {page.item.name for page in iterate_pages(admin_menu.registered_menu_items)}
    above = {one.name for page in iterate_pages(admin_menu.registered_menu_items) for one in page.above}
    assert set(app.menu) <= there | above
    assert import_module(f"{app.package}.urls").app_name in app.namespaces


class AsWagtailPacks(Adapter):
    """Menu items packed by Wagtail's own adapters, each item by itself."""

    def __init__(self, constructor: str) -> None:
        self.js_constructor = constructor

    def js_args(self, line: Any) -> list[Any]:
        return list(line.js_args())


def test_items_are_packed_like_wagtails(monkeypatch: pytest.MonkeyPatch) -> None:
    under = LinkMenuItem("one", gettext_lazy("Account"), "/one/", icon_name="user", attrs={"data-x": True})
    lines = [
        SubMenuItem("two", "二", [under], classname="x"),
        ActionMenuItem("three", "三", "/three/", attrs={"a": "b"}),
    ]
    packed = JSContext().pack(lines)
    for kind in (LinkMenuItem, SubMenuItem, ActionMenuItem):
        name = registry.find_adapter(kind).constructor
        monkeypatch.setitem(registry.adapters, kind, AsWagtailPacks(name))
    assert JSContext().pack(lines) == packed
    assert packed[0]["_args"][1][0]["_args"][0]["label"] == "帐号"


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.CHIEF, Role.ADMINISTRATOR])
def test_menu_and_search_equal_wagtails(role: Role) -> None:
    place = BodyFactory(name="云岭市人民政府办公室", kind=BodyKind.GENERAL_OFFICE)
    request = RequestFactory().get("/admin/")
    request.user = signed_in(role, place).get(reverse("ledger_filter_save")).wsgi_request.user
    ours = JSContext().pack(admin_menu.render_component(request))
    areas = list(admin_search_areas.search_items_for_request(request))
    with pytest.MonkeyPatch.context() as wagtails:
        wagtails.delattr(admin_menu, "menu_items_for_request")
        wagtails.delattr(admin_search_areas, "search_items_for_request")
        assert JSContext().pack(admin_menu.render_component(request)) == ours
        assert admin_search_areas.search_items_for_request(request) == areas
        first = list_search_areas(request)
        assert (first[0] if first else None) == next(iter(areas), None)
        assert (len(first), list(first)) == (len(areas), areas)


@pytest.mark.django_db
def test_removed_items_cause_no_queries(
    django_assert_max_num_queries: Callable[..., AbstractContextManager[None]],
) -> None:
    request = RequestFactory().get("/admin/")
    request.user = signed_in(Role.CLERK, BodyFactory()).get(reverse("ledger_filter_save")).wsgi_request.user
    with django_assert_max_num_queries(5):  # who this is, what was not read, libraries above, a justice bureau
        admin_menu.render_component(request)


@pytest.mark.django_db
def test_office_follows_colour_scheme_of_device(client: Client) -> None:
    sign_in(client, Role.CLERK, BodyFactory())
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "w-theme-system" in page
    assert '<meta name="color-scheme" content="light dark">' in page
    account = client.get(reverse("wagtailadmin_account")).content.decode()
    assert 'name="theme-theme"' not in account
    assert 'name="theme-density"' in account
    assert 'type="password"' not in account, "password and contact are changed on 我的账号"
    assert reverse("signin:own") in page


ADDRESS = "/admin/find/"


@pytest.fixture
def body() -> Body:
    return BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局")


def test_search_finds_texts_units_and_only_own_records(body: Body) -> None:
    mine = register(body, wanted="青山路片区征收补偿方案")
    other = register(BodyFactory(), wanted="青山路学校招生方案")
    client = signed_in(Role.CLERK, body)
    for words in (mine.number, "青山路片区"):
        assert mine.url in client.get(ADDRESS, {"q": words}).content.decode()
    for words in (other.number, "青山路"):
        assert other.title not in client.get(ADDRESS, {"q": words}).content.decode()
    assert "请至少填两个字" in client.get(ADDRESS, {"q": "青"}).content.decode()
    assert "没有找到" in client.get(ADDRESS, {"q": "没有这样的事"}).content.decode()
    page = item(body, [], title="保障房分配结果公告")
    client = signed_in(Role.LEAD, body)
    assert page.title in client.get(ADDRESS, {"q": "保障房"}).content.decode()
    assert ADDRESS in client.get("/admin/").content.decode()
    clerk = actor(Role.CLERK, body)
    page = signed_in(Role.CLERK, BodyFactory()).get(ADDRESS, {"q": clerk.name}).content.decode()
    assert body.name in page


def iterate_wagtail_names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from iterate_wagtail_names(one, f"{space}{one.namespace}:" if one.namespace else space)
        elif isinstance(one, URLPattern) and one.callback.__module__.startswith("wagtail.") and one.name:
            yield f"{space}{one.name}"


def test_every_open_url_name_exists() -> None:
    assert set(iterate_wagtail_names(get_resolver())) >= OPEN_URL_NAMES | set(REDIRECTS)


CLOSED = (
    "/admin/reports/workflow/",
    "/admin/reports/page-types-usage/",
    "/admin/reports/site-history/",
    "/admin/pages/{other}/move/1/confirm/",
    "/admin/pages/{own}/copy/",
    "/admin/api/main/pages/",
    "/admin/bulk/wagtailcore/page/move/?id={own}",
    "/admin/pages/1/set_position/",
    "/admin/choose-page/{other}/",
    "/admin/choose-page/search/?q=a",
    "/admin/users/",
    "/admin/groups/",
    "/admin/images/",
    "/admin/documents/",
    "/admin/workflows/list/",
)


def test_pages_showing_or_moving_other_units_pages_are_closed(city, as_) -> None:
    own, other = get_or_create_unit_page(city.finance), get_or_create_unit_page(city.water)
    for role in ["clerk", "administrator"]:
        client = as_(getattr(city, role))
        addresses = [path.format(own=own.pk, other=other.pk) for path in CLOSED]
        said = {one: (client.get(one).status_code, client.post(one).status_code) for one in addresses}
        assert said == dict.fromkeys(addresses, (404, 404))


def test_editor_and_wagtails_own_links_stay_open(city, as_) -> None:
    desk = get_or_create_unit_page(Body.objects.get(pk=city.finance.pk))
    client = as_(city.clerk)
    assert client.get(reverse("wagtailadmin_home")).status_code == 200
    assert (
        client.get(reverse("wagtailadmin_pages:add", args=("publishing", "itempage", desk.pk)), follow=True).status_code
        == 200
    )
    assert client.get(f"/admin/pages/{desk.pk}/").url == reverse("publishing:items")
    assert client.get("/admin/choose-page/?page_type=x").url == "/admin/choose-external-link/?page_type=x"
    assert client.get("/admin/choose-external-link/").status_code == 200


def test_wagtails_search_box_redirects_to_own_list(as_, city) -> None:
    """Wagtail shows it to all editors; its own search would list other units' drafts."""
    answer = as_(city.clerk).get("/admin/pages/search/?q=预算")
    assert answer.status_code == 302
    assert answer.url.startswith("/admin/publishing/?q=")
