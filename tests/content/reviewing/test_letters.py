"""A letter in which a unit agrees (P-13, decision 0028): it is on one text, and on no other."""

from datetime import timedelta

import pytest
from django.utils import timezone

from factories.letters import another, letter, letter_scan
from factories.publishing import item
from factories.units import BodyFactory, actor
from gongkai.content.editions.models import Column, Website
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.models import Coordination
from gongkai.core.acts.action import Refused
from gongkai.core.files.models import StoredFile
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(housing: Body, plans: Column) -> ItemPage:
    return item(housing, [plans])


@pytest.fixture
def scan(db: None) -> StoredFile:
    return letter_scan()


@pytest.fixture
def water(site: Website) -> Body:
    return BodyFactory(name="云岭市水务局", parent=site.body)


class TestALetterIsOnAText:
    """It counts for the text that the unit was asked about; a changed text asks for a new one, and the unit is told."""

    @pytest.fixture
    def asked(self, page: ItemPage, housing: Body, water: Body, scan: StoredFile) -> Coordination:
        """A flagged item for which the letter of the one unit named was recorded."""
        clerk = actor(Role.CLERK, housing)
        made: Coordination = actions.start_coordination(
            page, by=clerk, kind="major", bodies=[water], reason="涉及供水安全"
        )
        actions.give_opinion(made, by=clerk, body=water, agrees=True, **letter(scan))
        actions.save_revision(page, by=clerk, summary="改正数据")
        return made

    def test_the_letter_of_before_is_none_and_the_asking_of_before_takes_no_other(
        self, page: ItemPage, asked: Coordination, housing: Body, water: Body
    ) -> None:
        clerk = actor(Role.CLERK, housing)
        with pytest.raises(Refused, match="提出意见之后文字有改动"):
            actions.submit(ItemPage.objects.get(pk=page.pk), by=clerk)
        with pytest.raises(Refused, match="请重新征求意见（系统会通知该单位）"):
            actions.give_opinion(asked, by=clerk, body=water, agrees=True, **letter(another()))

    @pytest.mark.parametrize(("days", "said"), [(None, "落款日期"), (1, "不能晚于今天"), (-1, "早于征求意见的日期")])
    def test_it_bears_a_day_since_the_unit_was_asked(
        self, days: int | None, said: str, page: ItemPage, housing: Body, water: Body, scan: StoredFile
    ) -> None:
        clerk = actor(Role.CLERK, housing)
        flag = actions.start_coordination(page, by=clerk, kind="major", bodies=[water], reason="涉及供水安全")
        day = None if days is None else timezone.localdate() + timedelta(days)
        with pytest.raises(Refused, match=said):
            actions.give_opinion(flag, by=clerk, body=water, agrees=True, **{**letter(scan), "letter_on": day})

    def test_an_asking_of_an_older_version_is_told_by_its_time(
        self, page: ItemPage, housing: Body, water: Body, scan: StoredFile
    ) -> None:
        clerk = actor(Role.CLERK, housing)
        flag = Coordination.objects.create(item_id=page.pk, kind="major", bodies=[water.pk], name="某")
        actions.save_revision(page, by=clerk, summary="改正数据")
        with pytest.raises(Refused, match="请重新征求意见"):
            actions.give_opinion(flag, by=clerk, body=water, agrees=True, **letter(scan))
