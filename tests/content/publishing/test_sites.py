"""The 主办单位 of a site is a government, can be corrected, and an empty site can be removed."""

import pytest
from django.urls import reverse

from factories.publishing import column, item
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.editions.models import Column, Website
from gongkai.content.publishing import actions
from gongkai.content.publishing.proposed_words import list_proposed_words
from gongkai.core.acts.action import Refused
from gongkai.core.units.models import Body, BodyKind, Role

pytestmark = [pytest.mark.django_db, pytest.mark.own_town]


@pytest.fixture
def office() -> Body:
    county = BodyFactory(government=True, name="青溪县人民政府")
    return BodyFactory(name="青溪县人民政府办公室", parent=county, kind=BodyKind.GENERAL_OFFICE)


def test_only_governments_are_offered_and_the_own_is_preset(office: Body) -> None:
    BodyFactory(name="青溪县民政局", parent=office.parent)
    page = signed_in(Role.CHIEF, office).get(reverse("publishing:website_new"))
    field = page.context["form"]["body"]
    assert [body.name for body in field.field.queryset] == ["青溪县人民政府"]
    assert field.value() == office.parent.pk


def test_a_wrong_sponsor_is_corrected_with_its_columns(office: Body) -> None:
    chief = actor(Role.CHIEF, office)
    site = actions.open_website(None, by=chief, name="青溪县门户网站", host="qx.test", body=office)
    actions.change_website(site, by=chief, body=office.parent)
    site.refresh_from_db()
    assert site.body == office.parent
    assert list_proposed_words(site)[-1][-1] == "青溪县人民政府"
    assert set(Column.objects.filter(website=site).values_list("owner", flat=True)) == {office.parent_id}


def test_an_empty_site_goes_and_one_with_content_stays(office: Body) -> None:
    chief = actor(Role.CHIEF, office)
    site = actions.open_website(None, by=chief, name="错登网站", host="wrong.test", body=office.parent)
    kept = actions.open_website(None, by=chief, name="青溪县门户网站", host="qx.test", body=office.parent)
    item(office, [column(kept, "规划信息")])
    client = signed_in(Role.CHIEF, office)
    client.post(reverse("publishing:website", args=[site.pk]), {"remove": "1"})
    assert list(Website.objects.all()) == [kept]
    with pytest.raises(Refused, match="已经有信息"):
        actions.remove_website(kept, by=chief)
