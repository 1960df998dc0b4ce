"""Search cards: units by name and abbreviation, services by name and by intent."""

import re
from datetime import date

import pytest
from django.test import Client

from factories.units import BodyFactory
from gongkai.content.editions.models import Website
from gongkai.content.policies import usage_counts
from gongkai.content.search.rows import find_cards
from gongkai.content.search.terminology import rebuild_terminology
from gongkai.core.units.models import Body, BodyKind
from gongkai.ui.portal.service_cards import remove_unit_words
from gongkai.work.consultation.models import OwnSynonym

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(site: Website) -> Body:
    made = BodyFactory(
        name="云岭市城市管理局",
        short_name="市城市管理局",
        kind=BodyKind.DEPARTMENT,
        parent=site.body,
        phone="0799-8014518",
        address="云岭市市民路3号",
        hours="工作日 9:00—17:30",
    )
    assert isinstance(made, Body)
    return made


def test_unit_is_found_by_name_abbreviation_pinyin_phone_and_in_phrases(site: Website, unit: Body) -> None:
    for typed in (
        "城市管理局",
        "城管局",
        "城管",
        "市城管局电话",
        "云岭市城市管理局在哪里",
        "城管局几点上班？",
        "城管委",
    ):
        first = find_cards(site, typed)[0]
        assert first.title == unit.name, typed
        assert {"0799-8014518", "云岭市市民路3号", "工作日 9:00—17:30"} <= {value for _, value in first.facts}
    for typed in ("chengguanju", "0799-8014518", "8014518", "城管局 停车 电话"):
        assert find_cards(site, typed)[0].title == unit.name, typed
    for typed in ("城市管理办法", "管理", "城市"):
        assert [card for card in find_cards(site, typed) if card.kind == "单位"] == [], typed
    for typed in ("城管投诉", "城管局投诉电话", "怎么举报城管", "投诉城管乱罚款", "城管局 投诉"):
        first, second = find_cards(site, typed)
        assert first.title == unit.name, typed
        assert second.url.startswith("/forms/ask/?category=complaint&title="), typed
    assert remove_unit_words(site, "城管局 停车 电话") == "停车 电话"
    assert remove_unit_words(site, "停车 电话") == remove_unit_words(site, "城管局") == ""


def test_unit_page_and_request_page_begin_with_their_action(client: Client, unit: Body) -> None:
    """The first button leads to the form, with the unit preselected."""
    page = client.get(f"/units/{unit.pk}/").content.decode()
    assert re.findall(r'gk-btn[^"]*"\s+href="([^"]+)"', page) == ["/forms/ask/", f"/forms/request/?body={unit.pk}"]
    landing = client.get("/requests/").content.decode()
    assert re.findall(r'gk-btn[^"]*"\s+href="([^"]+)"', landing)[0] == "/forms/request/"
    Body.objects.filter(pk=unit.pk).update(active_to=date(2026, 1, 1))
    assert "/forms/request/?body=" not in client.get(f"/units/{unit.pk}/").content.decode()


def test_county_unit_is_found_without_the_word_county(site: Website, unit: Body) -> None:
    county = BodyFactory(name="青溪县人民政府", short_name="青溪县", kind=BodyKind.DISTRICT, parent=site.body)
    BodyFactory(name="青溪县教育局", short_name="县教育局", kind=BodyKind.DEPARTMENT, parent=county)
    assert [card.title for card in find_cards(site, "青溪教育局")] == ["青溪县教育局"]


#: Typed words → URL of the intended service; other words must find none.
URLS_BY_INTENT = {
    "我要投诉": "/forms/ask/",
    "市长信箱": "/forms/ask/",
    "信息公开申请表": "/requests/",
    "我的申请办到哪一步了": "/query/",
    "网站上有错别字怎么反映": "/forms/fault/",
    "调查问卷": "/surveys/",
    "我要投诉学校乱收费": "/forms/ask/",
    "物业投诉电话": "/forms/ask/",
    "医院投诉": "/forms/ask/",
    "投诉举报": "/forms/ask/",
    "投诉不公开": "/forms/complaint/",
    "查办理进度": "/query/",
    "任务完成了多少": "/progress/",
    "看任务进展": "/progress/",
    "2026年政府工作报告": "/promises/",
    "实事办得怎么样": "/promises/",
}


def test_service_is_found_by_name_and_by_intent(site: Website) -> None:
    for typed, url in URLS_BY_INTENT.items():
        assert find_cards(site, typed)[0].url.partition("?")[0] == url, typed
    for typed in ("公租房申请表", "投诉物业公司乱收费的判决书", "低保申请", "城管局投诉举报处理规定"):
        assert find_cards(site, typed) == [], typed


def test_search_page_shows_card_first_and_prefills_question(client: Client, site: Website, unit: Body) -> None:
    shown = client.get("/search/", {"q": "城管局"}).content.decode()
    assert f'href="/units/{unit.pk}/"' in shown
    assert 'href="tel:0799-8014518"' in shown
    nothing = client.get("/search/", {"q": "护照"}).content.decode()
    assert 'href="/forms/ask/?title=%E6%8A%A4%E7%85%A7"' in nothing


def test_words_never_found_are_listed_for_synonym_editors(client: Client, site: Website) -> None:
    for _ in range(2):
        client.get("/search/", {"q": "护照到期换新"})
    client.get("/search/", {"q": "我要投诉"})
    usage_counts.write_counts()
    missed = dict(usage_counts.list_missed_words(50))
    assert missed["护照到期换新"] == 2
    assert "我要投诉" not in missed
    OwnSynonym.objects.create(everyday="护照到期换新", official="城市管理局", by="政务公开办")
    assert "城市管理局" in {row.official for row in rebuild_terminology().synonyms.find("护照到期换新")}
