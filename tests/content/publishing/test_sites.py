"""The sponsor (主办单位) of a site is a government; it can be corrected, and an empty site removed."""

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
def general_office() -> Body:
    county = BodyFactory(government=True, name="青溪县人民政府")
    return BodyFactory(name="青溪县人民政府办公室", parent=county, kind=BodyKind.GENERAL_OFFICE)


def test_sponsor_choices_are_governments_with_own_preset(general_office: Body) -> None:
    BodyFactory(name="青溪县民政局", parent=general_office.parent)
    page = signed_in(Role.CHIEF, general_office).get(reverse("publishing:website_new"))
    field = page.context["form"]["body"]
    assert [body.name for body in field.field.queryset] == ["青溪县人民政府"]
    assert field.value() == general_office.parent.pk


def test_correcting_the_sponsor_updates_its_columns(general_office: Body) -> None:
    chief = actor(Role.CHIEF, general_office)
    site = actions.open_website(None, by=chief, name="青溪县门户网站", host="qx.test", body=general_office)
    actions.change_website(site, by=chief, body=general_office.parent)
    site.refresh_from_db()
    assert site.body == general_office.parent
    assert list_proposed_words(site)[-1][-1] == "青溪县人民政府"
    assert set(Column.objects.filter(website=site).values_list("owner", flat=True)) == {general_office.parent_id}


def test_only_an_empty_site_is_removed(general_office: Body) -> None:
    chief = actor(Role.CHIEF, general_office)
    site = actions.open_website(None, by=chief, name="错登网站", host="wrong.test", body=general_office.parent)
    kept = actions.open_website(None, by=chief, name="青溪县门户网站", host="qx.test", body=general_office.parent)
    item(general_office, [column(kept, "规划信息")])
    client = signed_in(Role.CHIEF, general_office)
    client.post(reverse("publishing:website", args=[site.pk]), {"remove": "1"})
    assert list(Website.objects.all()) == [kept]
    with pytest.raises(Refused, match="已经有信息"):
        actions.remove_website(kept, by=chief)
