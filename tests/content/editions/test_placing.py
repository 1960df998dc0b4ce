"""Columns: open, archive, rename, move, remove; placing documents in them (P-02, P-03, P-06)."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from factories.publishing import column, item, public, released, signed, website
from factories.units import BodyFactory, PersonFactory, actor
from gongkai.content.editions import queries
from gongkai.content.editions.models import Column, Placement, Shelf, Website
from gongkai.content.editions.rules import check_library_kind
from gongkai.content.editions.shelves import rebuild_shelves
from gongkai.content.editions.sources import Source, ensure_document, find_source, load_outgoing_text
from gongkai.content.publishing import actions, columns
from gongkai.content.publishing.column_register import get_cycle_light, list_register_rows
from gongkai.content.publishing.columns import find_fixed_column_errors
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.actions.publication import publication_blockers
from gongkai.content.reviewing.plan import DEFAULT_PLAN, ReviewStage
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import ANONYMOUS, SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.lib.chinese.days import end_of_day

pytestmark = [pytest.mark.django_db, pytest.mark.own_town]


class TestOpening:
    def test_column_lacking_any_of_four_facts_cannot_open(self, site: Website, plans: Column) -> None:
        """P-02."""
        cases: list[tuple[dict[str, Any], str]] = [
            ({"content": " "}, "栏目内容说明"),
            ({"owner": None}, "责任单位"),
            ({"person": None}, "责任人"),
            ({"cycle_days": None}, "更新周期"),
            ({"parent": column(site, "上级", opened=False)}, "上级栏目"),
        ]
        for lacking, reason in cases:
            closed = column(site, f"缺{reason}", opened=False, **lacking)
            with pytest.raises(Refused, match=reason):
                actions.open_column(closed, by=SYSTEM)
            closed.refresh_from_db()
            assert not closed.is_open
        with pytest.raises(Refused):
            actions.change_column(plans, by=SYSTEM, person=None)
        assert column(site, "机构概况", cycle_days=0).is_open, "a fixed content is a cycle, too"

    def test_open_column_without_item_does_not_claim_an_update(self, plans: Column) -> None:
        opened = plans.opened_at
        assert opened is not None
        said = [get_cycle_light(plans, None, opened + timedelta(days=days)) for days in (0, 25, 32)]
        assert [light for light, _ in said] == ["green", "yellow", "red"]
        assert all("没有信息" in words for _, words in said)
        midnight = end_of_day(date(2026, 11, 2))
        early = get_cycle_light(plans, midnight - timedelta(hours=3), midnight + timedelta(hours=9))
        assert early == ("green", "1天前更新"), "not today, although less than 24 hours ago"
        now = timezone.now()
        lights = [get_cycle_light(plans, now - timedelta(days=days), now)[0] for days in (1, 25, 32)]
        assert lights == ["green", "yellow", "red"]

    def test_register_needs_a_constant_number_of_queries(
        self, site: Website, plans: Column, housing: Body, django_assert_num_queries: Any
    ) -> None:
        public(housing, [plans])
        with django_assert_num_queries(3):
            few = list_register_rows(site)
        for n in range(12):
            column(site, f"栏目{n}", opened=bool(n % 2))
        with django_assert_num_queries(3):
            many = list_register_rows(site)
        assert len(many) == len(few) + 12
        row = next(row for row in many if row.column == plans)
        assert (row.items, row.light) == (1, "green")


class TestRenaming:
    def test_column_is_found_by_its_former_name(self, site: Website, plans: Column) -> None:
        child = column(site, "专项规划", plans)
        actions.change_column(plans, by=SYSTEM, name="规划计划")
        child.refresh_from_db()
        assert child.key == "规划计划>专项规划"
        assert queries.find_column_of_path(["政府网站", "规划信息"], site) == plans
        assert queries.find_column_of_path(["政府网站", "规划信息", "专项规划"], site) == child
        assert not columns.plan_columns(site, [["规划信息", "专项规划"]]).create

    def test_column_name_that_exists_is_refused(self, site: Website, plans: Column) -> None:
        column(site, "统计信息")
        with pytest.raises(Refused):
            actions.change_column(plans, by=SYSTEM, name="“统计信息”")

    def test_items_move_along_with_their_column(self, site: Website, plans: Column, housing: Body) -> None:
        child = column(site, "专项规划", plans)
        document = public(housing, [child])
        target = column(site, "发展改革")
        actions.move_column(child, by=SYSTEM, parent=target)
        stands = set(Shelf.objects.filter(document=document, column__isnull=False).values_list("column", flat=True))
        assert stands == {child.pk, target.pk}
        assert queries.find_column_of_path(["规划信息", "专项规划"], site) == child
        with pytest.raises(Refused):
            actions.move_column(target, by=SYSTEM, parent=child)

    def test_column_with_documents_is_not_moved_under_a_stricter_scheme(
        self, site: Website, plans: Column, housing: Body
    ) -> None:
        """`place` and `move` refuse the same for one document."""
        chief = actor(Role.CHIEF, site.body)
        strict = column(site, "重大决策")
        lawyers = ReviewStage("法制审核", (Role.CHIEF,))
        plan = replace(DEFAULT_PLAN, stages=(*DEFAULT_PLAN.stages[:2], lawyers, DEFAULT_PLAN.stages[2]))
        actions.set_scheme(site, by=chief, plan=plan, column=strict)
        below = column(site, "专项规划", plans)
        released(item(housing, [below], title="第0条"))
        for number in range(1, 4):
            public(housing, [below], title=f"第{number}条")
        with pytest.raises(Refused, match="“第0条”、“第1条”、“第2条”等") as caught:
            actions.move_column(plans, by=chief, parent=strict)
        assert "第3条" not in str(caught.value)
        assert not Shelf.objects.filter(column=strict).exists()
        plans.refresh_from_db()
        below.refresh_from_db()
        assert (plans.parent, below.key) == (None, "规划信息>专项规划")

    def test_empty_column_or_column_with_own_scheme_is_moved(self, site: Website, plans: Column, housing: Body) -> None:
        chief = actor(Role.CHIEF, site.body)
        strict = column(site, "重大决策")
        actions.set_scheme(site, by=chief, plan=replace(DEFAULT_PLAN, bulk_rows=20), column=strict)
        signed(item(housing, [plans]))
        actions.move_column(plans, by=chief, parent=strict)
        assert Shelf.objects.filter(column=strict).exists(), "the same roles sign there: their signatures do"
        actions.move_column(column(site, "空栏目"), by=chief, parent=strict)

    def test_column_is_not_moved_below_the_deepest_level(self, site: Website, plans: Column) -> None:
        column(site, "专项规划", plans)
        deep = None
        for level in range(7):
            deep = column(site, f"第{level}级", deep)
        with pytest.raises(Refused, match="层级超过8级"):
            actions.move_column(plans, by=SYSTEM, parent=deep)
        actions.move_column(plans, by=SYSTEM, parent=deep.parent if deep else None)


class TestRemoving:
    def test_only_empty_columns_that_never_opened_are_removed(
        self, site: Website, plans: Column, housing: Body
    ) -> None:
        remove = columns.remove_column
        with pytest.raises(Refused):
            remove(plans, by=SYSTEM)
        closed = column(site, "未开通", opened=False)
        public(housing, [closed])
        with pytest.raises(Refused):
            remove(closed, by=SYSTEM)
        empty = column(site, "空的", opened=False)
        remove(empty, by=SYSTEM)
        assert not Column.objects.filter(pk=empty.pk).exists()


class TestPlatform:
    def test_new_site_has_all_fixed_columns(self, site: Website) -> None:
        assert find_fixed_column_errors(site) == []
        platform = Column.objects.get(website=site, fixed="platform")
        assert platform.children.filter(fixed__in=["guide", "rules", "statutory", "annual", "request"]).count() == 5
        guide = Column.objects.get(website=site, fixed="guide")
        for act in (actions.archive_column, partial(actions.move_column, parent=None)):
            with pytest.raises(Refused):
                act(guide, by=SYSTEM)
        guide.delete()
        Column.objects.filter(website=site, fixed="rules").update(opened_at=None)
        assert find_fixed_column_errors(site) == [
            "云岭市人民政府缺少固定栏目“政府信息公开指南”。",
            "云岭市人民政府的固定栏目“政府信息公开制度”尚未开通。",
        ]

    def test_fixed_columns_of_a_site_without_a_person_stay_closed(self, db: None) -> None:
        made = actions.open_website(
            None, by=SYSTEM, name="云岭市财政局", host="czj.yunling.gov.cn", body=BodyFactory(government=True)
        )
        assert not Column.objects.filter(website=made, opened_at__isnull=False).exists()
        assert find_fixed_column_errors(made)[0].count("“") == 6

    def test_host_of_another_site_is_refused_for_any_port(self, site: Website) -> None:
        for shared in (site.host, f"{site.host}:8443"):
            with pytest.raises(Refused):
                website(name="另一个网站", host="other.cn", other_hosts=[shared], is_default=False)


class TestProvisional:
    def test_item_for_a_closed_column_waits_in_the_provisional_one(self, site: Website, housing: Body) -> None:
        """P-03: placed provisionally, moved in bulk when the column opens."""
        closed = column(site, "惠民惠农资金", opened=False)
        document = public(housing, [closed])
        provisional = Column.objects.get(website=site, provisional=True)
        placement = Placement.objects.get(document=document)
        assert (placement.column, placement.intended) == (provisional, closed)
        before = document.addresses.get(current=True).path
        actions.open_column(closed, by=SYSTEM)
        assert actions.move_waiting(closed, by=actor(Role.CHIEF, site.body)) == 1
        placement.refresh_from_db()
        assert (placement.column, placement.intended) == (closed, None)
        assert document.addresses.get(current=True).path != before
        assert document.addresses.filter(path=before, current=False).exists()

    def test_item_for_two_closed_columns_moves_into_both(self, site: Website, housing: Body) -> None:
        first, second = (column(site, name, opened=False) for name in ("惠民惠农资金", "社会救助"))
        document = public(housing, [first, second])
        chief = actor(Role.CHIEF, site.body)

        def shown() -> set[str]:
            rows = document.shelf.exclude(column=None).filter(direct=True)
            return {row.column.name for row in rows.select_related("column")}

        assert shown() == {"其他法定主动公开内容"}
        with pytest.raises(Refused, match="至少要留在一个栏目中"):
            actions.unplace(document, by=SYSTEM, columns=[first])
        actions.open_column(second, by=SYSTEM)
        assert shown() == {"其他法定主动公开内容", "社会救助"}
        actions.open_column(first, by=SYSTEM)
        assert actions.move_waiting(first, by=chief) == 1
        assert shown() == {"惠民惠农资金", "社会救助"}

    def test_provisional_column_may_be_chosen_together_with_a_closed_one(self, site: Website, housing: Body) -> None:
        closed, provisional = column(site, "惠民惠农资金", opened=False), Column.objects.get(provisional=True)
        for order in ([[closed], [provisional]], [[provisional], [closed]], [[closed, provisional]]):
            page = item(housing, [])
            for some in order:
                actions.place(ensure_document(page), by=SYSTEM, columns=some)
            placed = Placement.objects.filter(document=ensure_document(page)).values_list("column", "intended")
            assert set(placed) == {(closed.pk, None), (provisional.pk, None)}

    def test_draft_is_listed_provisionally_for_the_closed_column_that_is_left(
        self, site: Website, housing: Body
    ) -> None:
        first, second = (column(site, name, opened=False) for name in ("惠民惠农资金", "社会救助"))
        page = item(housing, [first, second])
        actions.unplace(ensure_document(page), by=SYSTEM, columns=[first])
        released(page)
        [placement] = Placement.objects.filter(document=ensure_document(page))
        assert (placement.column.provisional, placement.intended) == (True, second)
        assert Shelf.objects.filter(document=ensure_document(page)).exists(), "else nobody finds it"

    def test_archived_and_link_columns_accept_no_items(self, site: Website, plans: Column, housing: Body) -> None:
        archived = column(site, "旧专题")
        actions.archive_column(archived, by=SYSTEM, note="专题结束")
        with pytest.raises(Refused):
            actions.archive_column(archived, by=SYSTEM)
        link = column(site, "税务局", kind="link", link="https://example.gov.cn/")
        for one in (archived, link):
            with pytest.raises(Refused):
                item(housing, [one])
        public(housing, [plans])
        with pytest.raises(Refused, match="还有1条信息"):
            actions.change_column(plans, by=SYSTEM, kind="link", link="https://example.gov.cn/")
        actions.restore_column(archived, by=SYSTEM)
        archived.refresh_from_db()
        assert (archived.archived_at, archived.archive_note) == (None, "")

    def test_moving_back_makes_the_first_address_current_again(
        self, site: Website, plans: Column, housing: Body
    ) -> None:
        document = public(housing, [plans])
        with pytest.raises(Refused):  # what is public keeps a place
            actions.unplace(document, by=actor(Role.CLERK, housing), columns=[plans])
        first = document.addresses.get(current=True).path
        target = column(site, "住房保障")
        for role in (Role.CLERK, Role.SIGNER, Role.AUDITOR):
            with pytest.raises(Refused):
                actions.move(plans, by=actor(role, site.body), to=target)
        chief = actor(Role.CHIEF, site.body)
        actions.move(plans, by=chief, to=target)
        actions.move(target, by=chief, to=plans)
        assert document.addresses.get(current=True).path == first

    def test_library_columns_follow_the_validity_state(self, site: Website, housing: Body) -> None:
        library = column(site, "规范性文件")
        valid = column(site, "现行有效", parent=library)
        document = public(housing, [valid], kind="normative")

        def stands(standing: str) -> list[str]:
            actions.set_standing(document, by=SYSTEM, standing=standing, on=timezone.localdate())
            shelf = Shelf.objects.filter(document=document, direct=True)
            address = document.addresses.get(current=True).path
            assert {row.path for row in shelf} == {address}
            return [row.column.name for row in shelf if f"/{row.column_id}/" in address]

        assert stands("in_force") == ["现行有效"]
        assert stands("repealed") == ["规范性文件"]  # no list of ended ones is open
        ended = column(site, "失效/废止", parent=library, opened=False)
        ended.person, ended.cycle_days, ended.content, ended.owner = PersonFactory(), 0, "目录", housing
        ended.save()
        actions.open_column(ended, by=SYSTEM)
        assert Shelf.objects.filter(document=document, column=ended, direct=True).exists()
        assert stands("expired") == ["失效/废止"]
        assert stands("not_yet") == ["规范性文件"]
        assert stands("amended") == ["现行有效"]
        ended.refresh_from_db()
        assert get_cycle_light(ended, None, timezone.now() + timedelta(days=900))[0] == "grey"

    def test_library_column_accepts_only_policy_documents(self, site: Website, plans: Column, housing: Body) -> None:
        valid = column(site, "现行有效", parent=column(site, "规范性文件"))
        clerk, chief = actor(Role.CLERK, housing), actor(Role.CHIEF, site.body)
        news = public(housing, [plans], kind="news")
        actions.set_standing(news, by=SYSTEM, standing="in_force", on=timezone.localdate())  # by days of its own
        with pytest.raises(Refused, match="按有效性列出政策库中的文件，不能放入“工作动态”。请改选"):
            actions.place(news, by=clerk, columns=[valid])
        with pytest.raises(Refused, match="不能放入“工作动态”"):
            actions.move(plans, by=chief, to=valid)
        rules = public(housing, [plans], kind="normative")
        actions.place(rules, by=clerk, columns=[valid])
        assert rules.placements.filter(column=valid).exists()
        draft = ensure_document(item(housing, [plans], kind="notice"))
        with pytest.raises(Refused, match="不能放入“通知公告”"):
            actions.place(draft, by=clerk, columns=[valid])
        assert valid.parent
        actions.place(news, by=clerk, columns=[valid.parent])
        assert not Shelf.objects.filter(document=news, column=valid).exists()

    def test_document_of_a_changed_kind_leaves_library_columns(
        self, site: Website, plans: Column, housing: Body
    ) -> None:
        valid = column(site, "现行有效", parent=column(site, "规范性文件"))
        draft, rules = item(housing, [valid], kind="normative"), public(housing, [valid], kind="normative")
        old = public(housing, [plans], kind="notice")
        actions.place(old, by=SYSTEM, columns=[valid])  # came so from an old site

        def left(source: Source | None, kind: str) -> list[str]:
            assert isinstance(source, ItemPage)
            assert source.latest_revision_id
            text = load_outgoing_text(source, source.latest_revision_id)
            text.frozen.facts["kind"] = kind
            assert set(check_library_kind(text)) <= set(publication_blockers(text))
            return check_library_kind(text)

        assert left(draft, "normative") == []
        assert "这条信息的类别现在是“通知公告”，不能留在那里" in left(draft, "notice")[0]
        assert left(find_source(rules.source), "notice")
        assert left(find_source(old.source), "news") == []


class TestShelves:
    def test_rebuilt_shelf_equals_the_stored_one(self, site: Website, plans: Column, housing: Body) -> None:
        child = column(site, "专项规划", plans)
        public(housing, [child, column(site, "住房保障")])
        waiting = item(housing, [plans], title="明天公开的")
        released(waiting, visible_from=timezone.now() + timedelta(days=1))
        actions.withdraw(public(housing, [plans]), by=actor(Role.SIGNER, housing), reason="有误")

        def rows() -> list[Any]:
            names = (
                "document",
                "column",
                "edition",
                "from_at",
                "until_at",
                "published_at",
                "title",
                "path",
                "direct",
            )
            return sorted(Shelf.objects.values_list(*names), key=str)

        before = rows()
        assert rebuild_shelves() == 3
        assert rows() == before
        document = public(housing, [child, plans])
        listed = queries.list_page(ANONYMOUS, website=site, column=plans.pk).rows
        assert [row.document_id for row in listed].count(document.pk) == 1, "placed twice it stands once"

    def test_register_works_after_a_responsible_person_left(self, site: Website) -> None:
        person = PersonFactory(active=False)
        column(site, "统计信息", person=person)
        assert list_register_rows(site)
