"""What changes around a review while it waits: the text behind a schedule, the signers, their unit. (Schemes: test_ways_of_code.)"""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Revision

from factories.publishing import everything, item, sign, sign_all, signed, submitted
from factories.units import BodyFactory, UserFactory, actor
from gongkai.content.editions import queries
from gongkai.content.editions.models import Column, Edition, Website
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.verify import verify_reviews
from gongkai.core.acts.action import Refused
from gongkai.core.units.actions import deactivate, merge
from gongkai.core.units.actors import ANONYMOUS, SYSTEM, Actor, actor_of
from gongkai.core.units.models import Body, Person, Role

pytestmark = pytest.mark.django_db
SIGNED, SNEAKED = "审签的文字", "没有审签的文字"


@pytest.fixture
def page(housing: Body, plans: Column) -> ItemPage:
    return item(housing, [plans], title=SIGNED)


def again(by: Actor) -> Actor:
    """The same account at its next request."""
    return actor_of(get_user_model().objects.get(pk=by.user_id))


def test_what_is_written_behind_a_schedule_does_not_come_out(page: ItemPage, housing: Body) -> None:
    """Neither by saving the draft, nor by Wagtail's own clock."""
    at = timezone.now() + timedelta(days=2)
    signed(page, visible_from=at)
    actions.save_revision(page, by=actor(Role.CLERK, housing), title=SNEAKED, body="<p>没有人审签。</p>")
    Revision.objects.filter(pk=ItemPage.objects.get(pk=page.pk).latest_revision_id).update(
        approved_go_live_at=timezone.now() - timedelta(hours=1)
    )
    call_command("publish_scheduled", verbosity=0)
    assert Edition.objects.count() == 1
    rows = queries.shelf_visible_to(ANONYMOUS, at + timedelta(hours=1))
    assert {row.title for row in rows} == {SIGNED}
    assert verify_reviews().broken == ""


def test_a_signer_leaves(page: ItemPage, housing: Body) -> None:
    """What they signed stands; they sign nothing more, nor does their account deleted and made anew sign again."""
    review = submitted(page)
    first, second = everything(housing), actor(Role.SIGNER, housing)
    actor(Role.LEAD, housing)  # without another head the first one would leave the last stage to nobody
    sign(review, by=first)
    deactivate(Person.objects.get(pk=second.person_id), by=SYSTEM)
    with pytest.raises(Refused):
        sign(review, by=again(second))
    get_user_model().objects.filter(pk=first.user_id).delete()
    person = Person.objects.get(pk=first.person_id)
    person.user = UserFactory()
    person.save()
    with pytest.raises(Refused, match="已在前面的级次审签过"):
        sign(review, by=actor_of(person.user))
    deactivate(person, by=SYSTEM)
    sign_all(review)
    assert Edition.objects.count() == 1
    assert verify_reviews().broken == ""


def test_their_unit_is_merged(page: ItemPage, site: Website, housing: Body) -> None:
    """The successor's people sign what is left, no hand twice."""
    review = submitted(page)
    first = everything(housing)
    sign(review, by=first)
    successor = BodyFactory(name="云岭市建设局", parent=site.body)
    merge(housing, by=SYSTEM, into=successor)
    with pytest.raises(Refused, match="已在前面的级次审签过"):
        sign(review, by=again(first))
    sign(review, by=actor(Role.SIGNER, successor))
    assert not Edition.objects.exists()
    sign(review, by=actor(Role.LEAD, successor))
    assert Edition.objects.count() == 1
    assert verify_reviews().broken == ""
