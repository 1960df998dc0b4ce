"""Spelling corrections (您是不是要找) and title suggestions, only from currently public documents."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from factories.publishing import item, public, released
from factories.units import BodyFactory, actor
from gongkai.content.editions.models import Column, Document, Website
from gongkai.content.publishing import actions
from gongkai.content.search import spelling
from gongkai.content.search.highlights import suggest_titles
from gongkai.content.search.spelling import suggest_corrections
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget() -> None:
    spelling.clear_vocabularies()


@pytest.fixture
def fund(plans: Column, housing: Body) -> Document:
    return public(housing, [plans], title="云岭市住房公积金提取办法", document_number="云房发〔2026〕3号")


def test_one_wrong_character_is_corrected(fund: Document, site: Website) -> None:
    for typed, meant in (
        ("住房公基金", "住房公积金"),
        ("公积京", "公积金"),
        ("公积金题取", "公积金提取"),
        ("gongjijin", "公积金"),
        ("提曲办法", "提取办法"),
        ("住旁公积金", "住房公积金"),
        ("往房公积金", "住房公积金"),
        ("zhufanggongjijintiqu", "住房公积金 提取"),
    ):
        assert meant in suggest_corrections(typed, site.pk), typed
    assert suggest_corrections("gjj tiqu", site.pk)[0] == "公积金 提取"
    for typed in ("公积金", "用公积金", "火星登陆", "", "x", "\x00", "预" * 200):
        assert suggest_corrections(typed, site.pk) == [], typed


def test_correction_does_not_span_two_words(plans: Column, housing: Body, site: Website) -> None:
    public(housing, [plans], title="燃气企业简介")
    assert suggest_corrections("污染企业抽检结果", site.pk) == []


def test_withdrawn_words_are_not_proposed_from_the_cache(fund: Document, site: Website, housing: Body) -> None:
    assert suggest_corrections("公积京", site.pk) == ["公积金"]
    actions.withdraw(fund, by=actor(Role.SIGNER, housing), reason="有误")
    kept = spelling._vocabularies[site.pk]
    kept.cost = 10_000  # as if making it anew were dear: the old vocabulary is asked
    assert suggest_corrections("公积京", site.pk) == []
    assert suggest_titles("公积金", site.pk) == []


def test_limited_and_scheduled_titles_are_not_in_the_vocabulary(site: Website, plans: Column, housing: Body) -> None:
    water = BodyFactory(name="云岭市水务局", parent=site.body)
    released(item(housing, [plans], title="天穹观测站", manner="limited", circle=[water.pk], manner_reason="少数"))
    released(item(housing, [plans], title="天穹观测台"), visible_from=timezone.now() + timedelta(days=1))
    item(housing, [plans], title="天穹观测塔")
    assert suggest_corrections("天穷观测", site.pk) == []
    assert suggest_titles("天穹", site.pk) == []
    assert not any("天穹" in term for term in spelling.load_vocabulary(site.pk).counts)


def test_suggest_titles(fund: Document, site: Website) -> None:
    (one,) = suggest_titles("公积", site.pk)
    assert one.path.endswith(f"/{fund.pk}.html")
    assert ("公积", True) in one.title
    assert one.number == "云房发〔2026〕3号"
    assert suggest_titles("公", site.pk) == []
    assert [s.path for s in suggest_titles("云房发〔2026〕3号", site.pk)] == []


def test_vocabulary_is_built_in_the_background(
    plans: Column, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    site = plans.website
    monkeypatch.setattr(spelling, "_in_background", threading.Event())
    spelling._in_background.set()
    with django_assert_num_queries(0):
        assert not spelling.load_vocabulary(site.pk).counts
    made = spelling.rebuild_vocabulary(site.pk)
    with django_assert_num_queries(0):
        assert spelling.load_vocabulary(site.pk) is made
