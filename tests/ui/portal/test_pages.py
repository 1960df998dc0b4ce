"""Contents of the public pages, and their numbers of queries."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from factories.publishing import column, public, released, website
from factories.units import BodyFactory, actor
from gongkai.content.editions.models import Address, Column, Document, EditionContent, Website
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.editions.queries.lists import list_page
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import find_document_item
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.ui.portal.views import columns
from gongkai.ui.portal.views.items import _list_attachments

pytestmark = [pytest.mark.django_db, pytest.mark.own_town]


def current_path(document: Document) -> str:
    return document.addresses.get(current=True).path


def get_text(client: Client, path: str, **more: Any) -> str:
    response = client.get(path, **more)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


class TestFront:
    def test_missing_site_gives_advice(self, client: Client, db: None) -> None:
        response = client.get("/")
        assert response.status_code == 404
        assert "尚未设立" in response.content.decode()

    def test_front_page_has_search_news_columns_and_footer_marks(
        self, client: Client, plans: Column, housing: Body
    ) -> None:
        public(housing, [plans], title="老旧小区改造计划")
        page = get_text(client, "/")
        for part in (
            "老旧小区改造计划",
            "规划信息",
            "政府信息公开",
            "依申请公开",
            "5309990001",
            "滇ICP备00000001号",
            "滇公网安备",
            "主办单位",
            "我为政府网站找错",
            "网站地图",
            'name="SiteName"',
            'name="SiteDomain"',
            'name="SiteIDCode"',
        ):
            assert part in page, part


def test_favicon_at_root(client: Client, db: None) -> None:
    """Browsers request it for files and pages without an icon link, which filled logs with 404."""
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/vnd.microsoft.icon")
    assert answer.content[:4] == b"\0\0\1\0"
    assert "Set-Cookie" not in answer
    assert client.get("/favicon.ico", headers={"if-none-match": answer["ETag"]}).status_code == 304


class TestColumn:
    def test_column_has_meta_tags_and_breadcrumbs(self, client: Client, special: Column) -> None:
        page = get_text(client, f"/columns/{special.pk}/")
        for tag in ("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"):
            assert f'name="{tag}"' in page
        assert f'<a href="/columns/{special.parent_id}/">规划信息</a>' in page

    def test_closed_column_is_not_found(self, client: Client, site: Website) -> None:
        closed = column(site, "未开通", opened=False)
        assert client.get(f"/columns/{closed.pk}/").status_code == 404
        assert "未开通" not in get_text(client, "/") + get_text(client, "/sitemap/")

    def test_archived_column_shows_items_below_banner(self, client: Client, plans: Column, housing: Body) -> None:
        document = public(housing, [plans], title="十三五规划")
        actions.archive_column(plans, by=SYSTEM, note="见十四五规划。")
        page = get_text(client, f"/columns/{plans.pk}/")
        assert "已归档" in page
        assert "十三五规划" in page
        assert "已归档" in get_text(client, current_path(document))

    def test_keyset_pagination_neither_loses_nor_repeats_items(
        self, client: Client, plans: Column, housing: Body, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(list_page.__kwdefaults__, "size", 4)
        titles = {public(housing, [plans], title=f"第{n}号信息").pk: f"第{n}号信息" for n in range(9)}
        seen: list[str] = []
        path = f"/columns/{plans.pk}/"
        for _ in range(3):
            page = get_text(client, path)
            seen += [title for title in titles.values() if f">{title}</a>" in page]
            following = page.split('rel="next" href="')[1:]
            path = following[0].split('"')[0].replace("&amp;", "&") if following else ""
        assert path == ""
        assert sorted(seen) == sorted(titles.values())
        before = page.split('rel="prev" href="')[1].split('"')[0].replace("&amp;", "&")
        assert client.get(before).status_code == 200

    def test_invalid_key_shows_first_page(self, client: Client, plans: Column) -> None:
        ends = ("0001-01-01T00:00:00+14:00_1", "9999-12-31T23:59:59-14:00_1")
        for key in ("x", "_", "2026-13-45T00:00:00+00:00_1", "2026-01-01T00:00:00_5", "\x00_1", *ends):
            for name in ("after", "before"):
                assert client.get(f"/columns/{plans.pk}/", {name: key}).status_code == 200, (name, key)

    def test_pages_use_few_queries(
        self, client: Client, plans: Column, housing: Body, django_assert_max_num_queries: Any
    ) -> None:
        for n in range(8):
            document = public(housing, [plans], title=f"第{n}号信息")
        client.get("/")
        most = {
            "/": 8,  # with the year of the tasks, open consultations, and other kinds where few texts are news
            f"/columns/{plans.pk}/": 3,
            "/disclosure/": 3,
            "/sitemap/": 3,
        }  # the first page names related sites, too
        for path, number in most.items():
            with django_assert_max_num_queries(number):
                client.get(path)
        path = current_path(document)
        with django_assert_max_num_queries(
            6
        ):  # document, editions, text, issues of the gazette; and what stands before and behind it in its column
            client.get(path)


class TestItem:
    def test_item_has_everything_required_of_sites(self, client: Client, plans: Column, housing: Body) -> None:
        document = public(
            housing,
            [plans],
            title="关于印发方案的通知",
            document_number="云府办发〔2026〕15号",
            issuer="云岭市人民政府办公室",
            written_on=date(2026, 11, 2),
            effective_on=date(2026, 11, 3),
            standing="in_force",
            subject="城乡建设",
            genre="通知",
        )
        page = get_text(client, current_path(document))
        for part in (
            "关于印发方案的通知",
            "云府办发〔2026〕15号",
            "云岭市人民政府办公室",
            "2026-11-02",
            "现行有效，自2026年11月3日起施行",
            "城乡建设",
            "索引号",
            'name="ArticleTitle"',
            'name="PubDate"',
            'name="ContentSource" content="云岭市住房和城乡建设局"',
            timezone.localtime(document.published_at).strftime("%Y-%m-%d %H:%M"),
        ):
            assert part in page, part

    def test_attached_pictures_of_an_interpretation_or_without_text_are_shown(self) -> None:
        files = [
            {"name": name, "digest": name[0], "size": 1, "type": "", "picture": False} for name in ("图.png", "表.xlsx")
        ]
        for kind, html, shown in (
            (ItemKind.INTERPRETATION, "<p>见图。</p>", [True, False]),
            (ItemKind.NOTICE, "", [True, False]),
            (ItemKind.NOTICE, "<p>见附件。</p>", [False, False]),
        ):
            attachments = _list_attachments(EditionContent(html=html, files=files), "/files/1/1/", kind)
            assert [attachment.shown for attachment in attachments] == shown

    def test_older_versions_have_a_banner(self, client: Client, plans: Column, housing: Body) -> None:
        document = public(housing, [plans], body="<p>原来的文字</p>")
        page = find_document_item(document)
        actions.save_revision(page, by=actor(Role.CLERK, housing), body="<p>修改后的文字</p>")
        released(page)
        now = get_text(client, current_path(document))
        assert "修改后的文字" in now
        assert "历次版本" in now
        old = get_text(client, current_path(document) + "?version=1")
        assert "原来的文字" in old
        assert "这是旧版本" in old
        assert client.get(current_path(document) + "?version=7").status_code == 404

    def test_item_as_published_on_a_day(self, client: Client, plans: Column, housing: Body) -> None:
        document = public(housing, [plans])
        today = timezone.localdate()
        assert client.get(current_path(document), {"on": today.isoformat()}).status_code == 200
        assert client.get(current_path(document), {"on": f"{today:%Y年%m月%d日}"}).status_code == 200
        assert client.get(current_path(document), {"on": (today - timedelta(days=2)).isoformat()}).status_code == 404
        for asked, why in (
            ({"on": "2026-13-40"}, "没有这一天"),
            ({"on": "明天"}, "不是日期"),
            ({"on": "2089-01-01"}, "这一天还没有到"),
            ({"version": "1x"}, "没有这一版"),
            ({"compare": "-1"}, "没有这一版"),
        ):
            answer = client.get(current_path(document), asked)
            assert (answer.status_code, why in answer.content.decode()) == (400, True), asked

    def test_repealed_document_is_marked_in_every_version(self, client: Client, plans: Column, housing: Body) -> None:
        document = public(housing, [plans], standing="in_force")
        actions.set_standing(
            document,
            by=SYSTEM,
            standing="repealed",
            on=date(2026, 11, 19),
            note="由新的规定替代",
        )
        for path in (current_path(document), current_path(document) + "?version=1"):
            assert "已废止（自2026年11月19日起）" in get_text(client, path)

    def test_executable_markup_is_removed(self, client: Client, plans: Column, housing: Body) -> None:
        document = public(
            housing,
            [plans],
            title="<script>alert(1)</script>标题",
            imported_html=(
                "<h1>一、总体</h1><p onclick='x()'>正文<script>alert(2)</script><img src=x onerror=alert(3)>"
                "<a href='javascript:alert(4)'>链接</a></p><iframe src='//evil'></iframe>"
                "<table><tr><td colspan=2 style='color:red'>甲</td></tr></table>"
            ),
        )
        page = get_text(client, current_path(document))
        main = page.split('id="main"')[1].split("</main>")[0]
        for bad in ("<script", "onclick", "onerror", "javascript:", "<iframe", 'src="x', "style="):
            assert bad not in main, bad
        assert '<td colspan="2">甲</td>' in main
        assert '<h2 id="dian-1">一、总体</h2>' in main

    def test_old_url_redirects_after_move_until_withdrawal(
        self, client: Client, site: Website, plans: Column, housing: Body
    ) -> None:
        """P-03."""
        document = public(housing, [plans])
        old, date_before = current_path(document), document.published_at
        target = column(site, "住房保障")
        actions.move(plans, by=actor(Role.CHIEF, site.body), to=target)
        response = client.get(old)
        assert (response.status_code, response["Location"]) == (301, current_path(document))
        assert current_path(document).startswith(f"/columns/{target.pk}/")
        document.refresh_from_db()
        assert document.published_at == date_before
        assert Address.objects.count() == 2
        actions.withdraw(document, by=actor(Role.SIGNER, housing), reason="有误")
        gone = client.get(old)
        assert gone.status_code == 410
        assert "这条信息已经撤回" in gone.content.decode()
        assert document.source not in gone.content.decode()
        assert "老旧小区" not in gone.content.decode()


class TestSites:
    def test_each_host_shows_its_own_site(self, client: Client, plans: Column, housing: Body, settings: Any) -> None:
        settings.ALLOWED_HOSTS = ["testserver", "zjj.yunling.gov.cn"]
        other = website(name="云岭市住房和城乡建设局", host="zjj.yunling.gov.cn", body=housing, is_default=False)
        there = column(other, "通知公告")
        document = public(housing, [plans, there], title="两个网站都有")
        public(housing, [there], title="只在部门网站")
        main = get_text(client, "/")
        department = get_text(client, "/", headers={"host": "zjj.yunling.gov.cn"})
        assert "两个网站都有" in main
        assert "只在部门网站" not in main
        assert "只在部门网站" in department
        assert document.addresses.filter(current=True).count() == 2
        assert "只在部门网站" not in get_text(client, "/search/?q=部门网站")

    def test_new_site_has_disclosure_platform_with_fixed_columns(self, client: Client, site: Website) -> None:
        """P-04."""
        page = client.get("/disclosure/", follow=True).content.decode()
        for name in (
            "政府信息公开指南",
            "政府信息公开制度",
            "法定主动公开内容",
            "政府信息公开年报",
            "依申请公开",
        ):
            assert name in page


class TestElsewhere:
    def test_not_found_page_is_chinese(self, client: Client, site: Website) -> None:
        for path in (
            "/nothing/",
            "/columns/999999/",
            "/columns/1/99.html",
            "/units/99999999999999999999/",
            "/x.php",
            "/files/1/1/" + "a" * 64,
        ):
            response = client.get(path)
            assert (response.status_code, "没有找到这个页面" in response.content.decode()) == (404, True), path
        for number in ("1", "9" * 20, "1" + "0" * 30):
            assert client.get(f"/sitemap-{number}.xml").status_code == 404
        assert client.get("/sitemap")["Location"] == "/sitemap/"

    def test_unit_page_and_district_pages_for_many_units(
        self, client: Client, plans: Column, housing: Body, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        public(housing, [plans], title="本单位的信息")
        public(BodyFactory(name="云岭市财政局", parent=housing.parent), [plans], title="别的单位的信息")
        page = get_text(client, f"/units/{housing.pk}/")
        assert "本单位的信息" in page
        assert "别的单位的信息" not in page
        assert "云岭市财政局" in get_text(client, "/units/")
        district = BodyFactory(name="青溪县人民政府", kind=BodyKind.DISTRICT, parent=housing.parent)
        BodyFactory(name="青溪县水利局", parent=district)
        assert "<h2>青溪县人民政府</h2>" in get_text(client, "/units/")
        monkeypatch.setattr(columns, "MAX_UNITS_ON_ONE_PAGE", 3)
        page = get_text(client, "/units/")
        assert "青溪县人民政府" in page
        assert "青溪县水利局" not in page
        assert "所属单位" in get_text(client, f"/units/{district.pk}/")
        assert "青溪县水利局" in get_text(client, f"/units/{district.pk}/")
        assert "所属单位" not in get_text(client, f"/units/{housing.pk}/")

    def test_no_page_needs_inline_scripts_or_styles(self, client: Client, plans: Column, housing: Body) -> None:
        document = public(housing, [plans])
        for path in ("/", f"/columns/{plans.pk}/", current_path(document), "/search/?q=计划", "/about/"):
            response = client.get(path)
            body = response.content.decode()
            assert " style=" not in body
            assert "<style" not in body
            assert " onclick=" not in body
            assert "'unsafe-inline'" not in response["Content-Security-Policy"]
