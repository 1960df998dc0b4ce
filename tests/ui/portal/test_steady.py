"""What stands on every page is drawn once, and again when the site or its columns changed."""

import pytest
from django.test import Client

from factories.publishing import column
from gongkai.content.editions.models import Column
from gongkai.content.publishing import actions
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body
from gongkai.ui.portal import tree

pytestmark = pytest.mark.django_db


def page(client: Client, path: str = "/") -> str:
    return client.get(path).content.decode()


def test_a_new_column_and_a_changed_site_show_at_once(client: Client, plans: Column, housing: Body) -> None:
    assert "预决算公开" not in page(client)
    column(plans.website, "预决算公开")
    assert "预决算公开" in page(client)
    actions.change_website(plans.website, by=SYSTEM, sponsor="新主办单位")
    assert "新主办单位" in page(client)


def test_what_is_kept_holds_nothing_of_a_request(client: Client, plans: Column) -> None:
    client.get("/search/", {"q": "秘密的词"})
    assert "秘密的词" not in page(client)
    kept = "".join(text for site in tree.load_sites() for text in site.texts.values())
    assert kept
    assert "秘密的词" not in kept
    assert "csrf" not in kept
