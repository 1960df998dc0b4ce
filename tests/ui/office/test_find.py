"""搜索: one box over all that somebody sees, by number or words."""

import pytest

from factories.publishing import item
from factories.requests import register
from factories.units import BodyFactory, actor, signed_in
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/find/"


@pytest.fixture
def body() -> Body:
    return BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局")


def test_records_are_found_by_number_and_by_words_and_only_ones_own(body: Body) -> None:
    mine = register(body, wanted="青山路片区征收补偿方案")
    other = register(BodyFactory(), wanted="青山路学校招生方案")
    client = signed_in(Role.CLERK, body)
    for words in (mine.number, "青山路片区"):
        assert mine.url in client.get(ADDRESS, {"q": words}).content.decode()
    for words in (other.number, "青山路"):
        assert other.title not in client.get(ADDRESS, {"q": words}).content.decode()
    assert "请至少填两个字" in client.get(ADDRESS, {"q": "青"}).content.decode()
    assert "没有找到" in client.get(ADDRESS, {"q": "没有这样的事"}).content.decode()


def test_texts_are_found_and_the_menu_leads_here(body: Body) -> None:
    page = item(body, [], title="保障房分配结果公告")
    client = signed_in(Role.LEAD, body)
    assert page.title in client.get(ADDRESS, {"q": "保障房"}).content.decode()
    assert ADDRESS in client.get("/admin/").content.decode()


def test_a_unit_is_found_by_the_name_of_who_answers_its_telephone(body: Body) -> None:
    clerk = actor(Role.CLERK, body)
    page = signed_in(Role.CLERK, BodyFactory()).get(ADDRESS, {"q": clerk.name}).content.decode()
    assert body.name in page
