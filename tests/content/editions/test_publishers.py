"""Units that may publish in a column: set for a column, inherited below, enforced by every placement."""

import pytest
from django.test import Client
from django.urls import reverse

from factories.pages import said, sign_in
from factories.publishing import column, item, public, submitted
from factories.units import BodyFactory, actor
from gongkai.content.editions.models import Column, ColumnUse, Placement, Website
from gongkai.content.editions.rules import (
    PUBLISHING_PERMISSIONS,
    PublisherSetting,
    describe_publishers,
    filter_publishable_columns,
    find_forbidden_column_units,
    find_setting,
)
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing import actions
from gongkai.content.publishing.forms.items import list_offered_columns
from gongkai.content.publishing.models import ItemPage
from gongkai.content.publishing.source_desk import list_open_columns_for
from gongkai.content.reviewing.actions.reviews import find_submission_blockers
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role

OURS = PublisherSetting("/1/", named=True, units=frozenset({7}))
ALL = PublisherSetting("/1/2/", named=False)


@pytest.mark.parametrize(
    ("path", "settings", "holds"),
    [
        ("/1/", [OURS], OURS),
        ("/1/3/", [OURS, ALL], OURS),
        ("/1/2/4/", [ALL, OURS], ALL),
        ("/10/", [OURS], None),
        ("/1/", [], None),
    ],
)
def test_find_setting_returns_the_nearest_one_above(
    path: str, settings: list[PublisherSetting], holds: PublisherSetting | None
) -> None:
    assert find_setting(path, settings) == holds


@pytest.fixture
def water(site: Website) -> Body:
    return BodyFactory(name="云岭市水务局", parent=site.body)


@pytest.fixture
def restricted_column(site: Website, plans: Column, housing: Body) -> Column:
    """Column 规划信息, open to the housing bureau and to the government that owns it."""
    actions.set_publishers(plans, by=actor(Role.CHIEF, site.body), admits=ColumnUse.NAMED, units=[housing])
    return Column.objects.get(pk=plans.pk)


@pytest.mark.django_db
class TestPlacing:
    def test_other_units_are_refused_with_advice_whom_to_ask(
        self, restricted_column: Column, housing: Body, water: Body
    ) -> None:
        with pytest.raises(Refused) as caught:
            item(water, [restricted_column])
        assert len(caught.value.reasons) == 1
        assert "只发布云岭市人民政府、云岭市住房和城乡建设局的信息，不能放入云岭市水务局的信息" in str(caught.value)
        assert not ItemPage.objects.exists()
        for allowed in (housing, restricted_column.website.body):
            assert item(allowed, [restricted_column]).pk
        other = column(restricted_column.website, "工作动态")
        document = ensure_document(item(water, [other]))
        with pytest.raises(Refused, match="只发布"):
            actions.move(other, by=SYSTEM, to=restricted_column)
        assert Placement.objects.get(document=document).column == other

    def test_setting_is_inherited_until_a_column_overrides_it(self, restricted_column: Column, water: Body) -> None:
        below = column(restricted_column.website, "专项规划", restricted_column)
        with pytest.raises(Refused):
            item(water, [below])
        actions.set_publishers(below, by=SYSTEM, admits=ColumnUse.ALL)
        assert item(water, [below]).pk
        actions.set_publishers(below, by=SYSTEM, admits=ColumnUse.AS_ABOVE)
        assert describe_publishers(below) == describe_publishers(restricted_column)

    def test_unit_may_publish_for_units_merged_into_it(
        self, restricted_column: Column, housing: Body, water: Body
    ) -> None:
        Body.objects.filter(pk=housing.pk).update(merged_into=water)
        assert find_forbidden_column_units([restricted_column], {water.pk}) == set()

    def test_unit_ordered_to_publish_there_is_permitted(
        self, restricted_column: Column, water: Body, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ordered = [lambda columns, bodies: {(restricted_column.pk, water.pk)}]
        monkeypatch.setattr("gongkai.content.editions.rules.PUBLISHING_PERMISSIONS", ordered)
        assert item(water, [restricted_column]).pk
        assert PUBLISHING_PERMISSIONS, "notices say so in earnest"

    def test_documents_already_there_may_be_corrected(self, site: Website, plans: Column, water: Body) -> None:
        document = public(water, [plans])
        draft = item(water, [plans], title="第二份")
        actions.set_publishers(plans, by=SYSTEM, admits=ColumnUse.NAMED)
        assert document.shelf.filter(column=plans).exists()
        actions.place(document, by=actor(Role.CLERK, water), columns=[plans])
        public_item = ItemPage.objects.get(pk=document.item_number)
        held = [one for one in find_submission_blockers(public_item, by=SYSTEM) if "只发布" in one]
        assert held == [], "what is public there may be corrected"
        with pytest.raises(Refused, match="不能放入云岭市水务局的信息"):
            submitted(draft)


@pytest.mark.django_db
class TestOffering:
    def test_only_columns_open_to_the_unit_are_offered(
        self, restricted_column: Column, water: Body, housing: Body
    ) -> None:
        theirs, ours = (list_offered_columns(actor(Role.CLERK, one)) for one in (water, housing))
        assert restricted_column not in theirs
        assert restricted_column in ours
        assert restricted_column in list_offered_columns(actor(Role.CLERK, water), [restricted_column.pk]), (
            "where it stands already"
        )
        assert restricted_column not in list_offered_columns(
            actor(Role.CHIEF, restricted_column.website.body), unit=water
        )
        assert restricted_column not in list_open_columns_for(item(water, []))
        assert list(
            filter_publishable_columns(Column.objects.filter(pk=restricted_column.pk), {water.pk, housing.pk})
        ) == [restricted_column]


@pytest.mark.django_db
class TestSetting:
    def test_chief_sets_publishers_and_the_log_records_it(
        self, client: Client, site: Website, plans: Column, housing: Body
    ) -> None:
        sign_in(client, Role.CHIEF, site.body)
        page = reverse("publishing:column_publishers", args=(plans.pk,))
        answer = client.post(page, {"admits": "named", "units": [housing.pk]}, follow=True)
        assert "发布单位已设定" in said(answer)
        assert housing.name in answer.content.decode()
        assert list(Column.objects.get(pk=plans.pk).publishers.all()) == [housing]
        assert "专用" in client.get(reverse("publishing:columns")).content.decode()

    def test_clerks_foreign_units_and_unknown_settings_are_refused(self, plans: Column, housing: Body) -> None:
        with pytest.raises(Refused, match="政务公开办"):
            actions.set_publishers(plans, by=actor(Role.CLERK, housing), admits=ColumnUse.NAMED, units=[housing])
        stranger = BodyFactory(name="青溪县人民政府", government=True)
        with pytest.raises(Refused, match="不属于"):
            actions.set_publishers(plans, by=SYSTEM, admits=ColumnUse.NAMED, units=[stranger])
        Column.objects.filter(pk=plans.pk).update(owner=None)
        with pytest.raises(Refused, match="请选定单位"):
            actions.set_publishers(Column.objects.get(pk=plans.pk), by=SYSTEM, admits=ColumnUse.NAMED)
        with pytest.raises(Refused, match="由谁发布"):
            actions.set_publishers(plans, by=SYSTEM, admits="some")
