"""Concurrent signatures: one succeeds, the others get a conflict; never two signatures on one stage."""

from typing import Any

import pytest
from wagtail.models import Locale, Page

from factories.at_once import at_once
from factories.publishing import column, item, read_whole, sign_all, submitted, website
from factories.units import BodyFactory, actor
from gongkai.content.editions.models import Edition
from gongkai.content.publishing import actions
from gongkai.content.reviewing.models import Review, Signature
from gongkai.core.acts.action import Conflict, Refused
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role


@pytest.fixture
def review(transactional_db: None) -> Review:
    if not Page.objects.filter(depth=1).exists():  # emptied behind an earlier test that committed
        Locale.objects.get_or_create(language_code="zh-hans")
        Page.add_root(title="Root", slug="root")
    site = website()
    housing = BodyFactory(name="云岭市住房和城乡建设局", parent=site.body)
    return submitted(item(housing, [column(site, "规划信息")]))


def sign_at_once(review: Review, signers: list[Actor], version: int | None) -> list[Any]:
    """Let all signers sign concurrently, each in its own thread and connection; return the results."""
    read = iter([(by, read_whole(review, by)) for by in signers])

    def sign() -> Any:
        by, sheet = next(read)
        return actions.approve(Review(pk=review.pk), by=by, version=version, sheet=sheet)

    return at_once(sign, len(signers))


class TestConcurrentSignatures:
    def body(self, review: Review) -> Body:
        return Body.objects.get(pk=review.body_id)

    def test_one_of_several_signers_of_a_stage_succeeds(self, review: Review) -> None:
        signers = [actor(Role.REVIEWER, self.body(review)) for _ in range(4)]
        given = sign_at_once(review, signers, review.version)
        lost = [one for one in given if isinstance(one, Refused)]
        assert (len(given), len(lost)) == (4, 3)
        assert all(isinstance(one, Conflict) for one in lost)
        assert Signature.objects.filter(review_id=review.pk).count() == 1

    def test_last_stage_publishes_once(self, review: Review) -> None:
        sign_all(review, upto=1)
        review.refresh_from_db()
        given = sign_at_once(review, [actor(Role.LEAD, self.body(review)) for _ in range(3)], review.version)
        assert sum(isinstance(one, Edition) for one in given) == 1
        assert Edition.objects.count() == 1

    def test_same_person_signs_once(self, review: Review) -> None:
        by = actor(Role.SIGNER, self.body(review))
        given = sign_at_once(review, [by, by], None)
        assert sum(isinstance(one, Refused) for one in given) == 1
        assert Signature.objects.filter(review_id=review.pk, person_id=by.person_id).count() == 1
