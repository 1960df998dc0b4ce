"""What nobody may do alone: change what the public reads, repeal, or learn what is not public yet."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from factories.policies import public, record
from factories.publishing import signed
from factories.units import actor
from gongkai.acts.action import Refused
from gongkai.policies import actions
from gongkai.policies.models import PolicyRecord
from gongkai.policies.queries.library import Asked, library
from gongkai.policies.states import What
from gongkai.publishing.documents import item_of
from gongkai.publishing.models import Column, ItemPage, Website
from gongkai.units.actors import ANONYMOUS
from gongkai.units.models import Body, Role

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def revised(made: PolicyRecord, **fields: Any) -> ItemPage:
    """A new draft of a public document."""
    page = item_of(made.document) if made.document else None
    assert page is not None
    from gongkai.publishing import actions as publishing

    publishing.revise(page, by=actor(Role.CLERK, made.body), **fields)
    return ItemPage.objects.get(pk=page.pk)


class TestTheJusticeBureau:
    def test_its_clerk_records_no_repeal(self, housing: Body, justice: Body) -> None:
        made = record(housing)
        facts: dict[str, Any] = {"what": What.REPEAL, "on": TODAY, "reason": "已有上位法"}
        with pytest.raises(Refused, match="签发人、负责人"):
            actions.decide(made, by=actor(Role.CLERK, justice), **facts)
        actions.decide(made, by=actor(Role.LEAD, justice), **facts)

    def test_its_clerk_opens_a_round_and_its_head_closes_it(
        self, city: Body, housing: Body, justice: Body
    ) -> None:
        made = record(housing, filed_number="云备〔2024〕1号")
        clerk = actor(Role.CLERK, justice)
        opened = actions.open_round(city, by=clerk, name="清理", due_on=date(2026, 12, 20))
        actions.judge(opened.cases.get(), by=clerk, verdict="repeal", reason="过时")
        with pytest.raises(Refused, match="办结会废止文件"):
            actions.close_round(opened, by=clerk)
        assert not made.decisions.exists()
        actions.close_round(opened, by=actor(Role.SIGNER, justice))
        assert made.decisions.exists()


class TestWordsOfTheLibrary:
    def found(self, site: Website, words: str) -> int:
        return library(ANONYMOUS, site.pk, Asked(tab="all", words=words)).total

    def test_a_scheduled_edition_says_nothing_before_its_time(
        self, site: Website, rules: Column, housing: Body
    ) -> None:
        made = public(housing, [rules])
        page = revised(made, imported_html="<p>补偿标准为每亩九万元。</p>")
        signed(page, visible_from=timezone.now() + timedelta(days=5))
        assert self.found(site, "每亩九万元") == 0
        assert self.found(site, "为了规范管理") == 1

    def test_words_of_an_older_edition_find_nothing(
        self, site: Website, rules: Column, housing: Body
    ) -> None:
        made = public(housing, [rules], html="<p>凤凰方案。</p>")
        assert self.found(site, "凤凰方案") == 1
        signed(revised(made, imported_html="<p>新版。</p>"))
        assert self.found(site, "凤凰方案") == 0
