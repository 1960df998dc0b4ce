"""Publishing pages of the office: item list, item page, column register, sites."""

import io
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from factories.fixtures import town
from factories.pages import said, sign_in
from factories.publishing import column, item, public, reviewed
from factories.units import AppointmentFactory, BodyFactory, actor
from gongkai.content.editions.models import Column, Website
from gongkai.content.publishing import actions, item_list
from gongkai.content.publishing.forms.office import ColumnForm
from gongkai.content.publishing.models import ItemPage
from gongkai.content.publishing.source_desk import make_source_desk
from gongkai.content.publishing.views import columns as views
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


def fill_desk() -> SimpleNamespace:
    place = town()
    housing, plans = place.housing, place.plans
    item(housing, [plans], title="草稿", policy_focus="稳就业")
    actions.submit(item(housing, [plans], title="待审"), by=actor(Role.CLERK, housing))
    returned = actions.submit(item(housing, [plans], title="退回"), by=actor(Role.CLERK, housing))
    actions.return_review(returned, by=actor(Role.SIGNER, housing), words="改")
    reviewed(housing, [plans], title="公开", policy_focus="稳就业")
    changed = reviewed(housing, [plans], title="改过")
    actions.save_revision(ItemPage.objects.get(pk=changed.item_number), by=actor(Role.CLERK, housing), summary="新")
    public(housing, [plans], title="迁入")  # without a review, as from an old site
    recalled = ItemPage.objects.get(pk=reviewed(housing, [plans], title="又撤").item_number)
    actions.save_revision(recalled, by=actor(Role.CLERK, housing), summary="新")
    recalled = ItemPage.objects.get(pk=recalled.pk)
    clerk = actor(Role.CLERK, housing)
    actions.recall(actions.submit(recalled, by=clerk), by=clerk)
    return place


@pytest.fixture(scope="class")
def filled_town(kept_rows: Callable[..., Iterator[SimpleNamespace]]) -> Iterator[SimpleNamespace]:
    yield from kept_rows(fill_desk)


class TestDeskByState:
    def test_item_list_is_filtered_by_state(self, client: Client, filled_town: SimpleNamespace) -> None:
        sign_in(client, Role.CLERK, Body.objects.get(pk=filled_town.housing.pk))
        for state, titles in [
            ("", {"草稿", "待审", "退回", "公开", "改过", "迁入", "又撤"}),
            ("draft", {"草稿", "待审", "退回"}),
            ("waiting", {"待审"}),
            ("returned", {"退回"}),
            ("public", {"公开", "改过", "迁入", "又撤"}),
            ("changed", {"改过", "又撤"}),
        ]:
            response = client.get(reverse("publishing:items"), {"state": state})
            assert {row.item.draft_title for row in response.context["rows"]} == titles
            labels = {row.item.draft_title for row in response.context["rows"] if row.state == "公开后有修改"}
            assert labels == titles & {"改过", "又撤"}, "the list and its filter agree"

    def test_policy_focus_is_filtered_and_counted_by_unit(self, client: Client, filled_town: SimpleNamespace) -> None:
        (row,) = item_list.list_focus_counts(Body.objects.filter(pk=filled_town.housing.pk))
        assert (row.focus, row.body, row.items, row.public) == ("稳就业", filled_town.housing, 2, 1)
        sign_in(client, Role.CLERK, Body.objects.get(pk=filled_town.housing.pk))
        shown = said(client.get(reverse("publishing:items"), {"focus": "稳就业"}))
        assert {t for t in ("草稿", "待审", "退回", "公开", "改过") if f'/">{t}</a>' in shown} == {
            "草稿",
            "公开",
        }


class TestItemPages:
    def test_item_list_needs_a_constant_number_of_queries(
        self, client: Client, plans: Column, housing: Body, django_assert_max_num_queries: Any
    ) -> None:
        public(housing, [plans], title="第一条")
        sign_in(client, Role.CLERK, housing)
        client.get(reverse("publishing:items"))
        with django_assert_max_num_queries(29) as one:  # one of them for the menu: libraries above
            client.get(reverse("publishing:items"))
        for n in range(3):
            public(housing, [plans], title=f"再{n}条")
        with django_assert_max_num_queries(len(one.captured_queries)):
            client.get(reverse("publishing:items"))

    def test_item_page_changes_columns_and_withdraws(
        self, client: Client, site: Website, plans: Column, housing: Body
    ) -> None:
        document = public(housing, [plans])
        number = document.item_number
        other = column(site, "住房保障")
        sign_in(client, Role.SIGNER, housing)
        client.post(reverse("publishing:place", args=(number,)), {"columns": [other.pk]})
        assert [p.column for p in document.placements.all()] == [other]
        assert "撤回理由" in said(client.get(reverse("publishing:item", args=(number,))))
        client.post(reverse("publishing:withdraw", args=(number,)), {"words": "有误"})
        assert not document.shelf.exists()


def test_approvals_of_an_edition_are_named_by_stage(client: Client, housing: Body, plans: Column) -> None:
    """Signatures are listed by stage, the secrecy sheet once; nothing without a name."""
    document = reviewed(housing, [plans])
    sign_in(client, Role.CLERK, housing)
    shown = said(client.get(reverse("publishing:item", args=(document.item_number,))))
    names = [row["by"] for row in document.editions.get().approvals]
    assert len(names) == 4
    for stage, name in zip(("初审", "复审", "终审", "保密审查"), names, strict=True):
        assert f"{stage} {name}" in shown
    assert "送审 ，" not in shown


class TestRegister:
    def test_column_is_created_changed_opened_and_exported(self, client: Client, site: Website, housing: Body) -> None:
        sign_in(client, Role.CHIEF, site.body)
        answer = client.post(reverse("publishing:column_new"), {"path": "政府信息公开目录>健康科普"}, follow=True)
        made = Column.objects.get(name="健康科普")
        assert "还不能开通" in said(answer)
        parents = Column.objects.filter(name__in=["政务公开", "政府信息公开目录"])
        person = AppointmentFactory(role=Role.CLERK, body=site.body).person
        for one in [*parents.order_by("path"), made]:
            url = reverse("publishing:column", args=(one.pk,))
            one.refresh_from_db()
            client.post(
                url,
                {
                    "name": one.name,
                    "content": "说明",
                    "owner": site.body.pk,
                    "person": person.pk,
                    "cycle_days": "31",
                    "kind": "normal",
                    "position": 5,
                    "version": one.version,
                },
            )
            client.post(reverse("publishing:column_act", args=(one.pk, "open")))
        made.refresh_from_db()
        assert not made.is_open  # whoever wrote its words only asks
        sign_in(client, Role.CHIEF, site.body)
        for one in [*parents.order_by("path"), made]:
            client.post(reverse("publishing:column_act", args=(one.pk, "open")))
        made.refresh_from_db()
        assert made.is_open
        file = client.get(reverse("publishing:columns"), {"export": "1", "q": "健康", "body": site.body.pk})
        paths = [row[0] for row in load_workbook(io.BytesIO(file.content)).active.values]
        assert paths == ["栏目路径", "政务公开 > 政府信息公开目录 > 健康科普"]
        assert "没有符合条件的栏目" in said(client.get(reverse("publishing:columns"), {"body": housing.pk}))

    def test_only_ticked_items_are_moved(self, client: Client, site: Website, plans: Column, housing: Body) -> None:
        first, other = (public(housing, [plans], title=title) for title in ("住房规划", "教育规划"))
        target = column(site, "住房保障")
        sign_in(client, Role.CHIEF, site.body)
        url = reverse("publishing:column_act", args=(plans.pk, "move"))
        answer = client.post(url, {"to": target.pk, "which": "picked"}, follow=True)
        assert "请勾选要移动的信息" in said(answer)
        client.post(url, {"to": target.pk, "which": "picked", "picked": [first.pk]})
        assert [[row.document for row in one.placements.all()] for one in (plans, target)] == [[other], [first]]

    def test_responsible_persons_are_ordered_by_unit_and_name(self, site: Website, plans: Column) -> None:
        office = BodyFactory(parent=site.body, kind="general_office", position=1)
        bureau = BodyFactory(parent=site.body, position=2)
        names = {office: ("王办", Role.CLERK), bureau: ("李局", Role.CLERK), site.body: ("张管", Role.ADMINISTRATOR)}
        for body, (name, role) in names.items():
            AppointmentFactory(role=role, body=body, person__name=name)
        for owner, offered in ((site.body, ["王办"]), (bureau, ["李局"])):
            plans.owner, plans.person = owner, None
            form = ColumnForm(column=plans)
            shown = [one.name for one in form.fields["person"].queryset if one.name in ("王办", "李局", "张管")]  # type: ignore[attr-defined]
            assert shown == offered

    def test_second_to_save_a_column_gets_a_conflict(self, client: Client, site: Website, plans: Column) -> None:
        sign_in(client, Role.CHIEF, site.body)
        actions.change_column(plans, by=SYSTEM, position=3)
        answer = client.post(
            reverse("publishing:column", args=(plans.pk,)),
            {
                "name": "别的名称",
                "content": "说明",
                "owner": site.body.pk,
                "person": plans.person_id,
                "cycle_days": "31",
                "kind": "normal",
                "position": 5,
                "version": plans.version,
            },
        )
        assert "已由他人处理" in said(answer)
        assert "别的名称" in said(answer)
        plans.refresh_from_db()
        assert plans.name == "规划信息"

    def test_column_created_concurrently_is_shown(
        self, client: Client, site: Website, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sign_in(client, Role.CHIEF, site.body)
        real = views.columns.make_planned_columns

        def overtaken(plan: Any, by: Any, **more: Any) -> Any:
            real(plan, by=SYSTEM)  # the other one, between looking and making
            return real(plan, by=by, **more)

        monkeypatch.setattr(views.columns, "make_planned_columns", overtaken)
        answer = client.post(reverse("publishing:column_new"), {"path": "重点领域 > 义务教育"})
        elsewhere = reverse("publishing:column_new") + "?site=999999"
        assert client.post(elsewhere, {"path": "政府信息公开目录>健康科普"}).status_code == 404
        assert not Column.objects.filter(name="健康科普").exists(), "no own site in place of one out of reach"
        made = Column.objects.get(name="义务教育")
        assert answer.url == reverse("publishing:column", args=(made.pk,))  # type: ignore[attr-defined]

    def test_clerk_reads_the_register_but_cannot_change_it(self, client: Client, site: Website, plans: Column) -> None:
        sign_in(client, Role.CLERK, site.body)
        assert "新建栏目" not in said(client.get(reverse("publishing:columns")))
        client.post(reverse("publishing:column_act", args=(plans.pk, "archive")))
        plans.refresh_from_db()
        assert plans.archived_at is None

    def test_new_site_needs_a_valid_site_code(self, client: Client, site: Website) -> None:
        sign_in(client, Role.ADMINISTRATOR, site.body)
        facts = {
            "name": "云岭市财政局",
            "host": "czj.yunling.gov.cn",
            "body": site.body.pk,
            "accent": "blue",
            "hosts": "",
        }
        answer = client.post(reverse("publishing:website_new"), facts)
        assert answer.status_code == 302, said(answer)
        made = Website.objects.get(host="czj.yunling.gov.cn")
        actions.change_website(made, by=SYSTEM, contact="0999-1234567")
        with pytest.raises(Refused):
            actions.change_website(made, by=SYSTEM, host=site.host)
        assert site.is_default
        with pytest.raises(Refused, match="只能有一个"):
            actions.change_website(made, by=SYSTEM, is_default=True)
        with pytest.raises(Refused):
            actions.change_website(made, by=actor(Role.CLERK, site.body), contact="别的")
        assert made.columns.count() == 7
        bad = client.post(reverse("publishing:website_new"), {**facts, "name": "另一个", "code": "12"})
        assert "网站标识码为10位数字" in said(bad)


def test_id_too_large_for_the_database_is_not_found(client: Client, housing: Body) -> None:
    sign_in(client, Role.CLERK, housing)
    for page in ("item", "submit", "withdraw", "place"):
        address = reverse(f"publishing:{page}", args=(10**30,))
        assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)


def test_site_without_a_named_leader_is_red(site: Website) -> None:
    from factories.units import signed_in

    client = signed_in(Role.CHIEF, site.body)
    assert "gk-light--red" in client.get(reverse("publishing:websites")).content.decode()
    actions.change_website(site, by=SYSTEM, leader="周明远（副市长）")
    page = client.get(reverse("publishing:websites")).content.decode()
    assert "没有写明" not in page
    assert "周明远" in page
    assert "周明远" not in client.get("/").content.decode()


def test_link_to_an_item_is_offered_only_with_access(plans: Column, housing: Body) -> None:
    page = ItemPage.objects.get(pk=public(housing, [plans]).item_number)
    own, other = (actor(Role.CLERK, body) for body in (housing, BodyFactory(name="云岭市水务局")))
    assert [make_source_desk(page, by, back="/").seen for by in (own, other)] == [True, False]
