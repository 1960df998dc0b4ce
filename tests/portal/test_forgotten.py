"""What a shared cache may keep and shows a text is named once the text is hidden, whatever way it was hidden."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from factories.hidden import ASKED, SAID, fields
from factories.publishing import column, erased, public, signed
from factories.units import actor
from factories.visitor import everything
from gongkai.editions.models import Column, Document, Website
from gongkai.editions.related import RELATIONS, Relating
from gongkai.portal import tree
from gongkai.portal.models import Purge
from gongkai.publishing import actions
from gongkai.publishing.documents import item_of
from gongkai.units.models import Body, Role

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("way", ["withdraw", "limit", "erase"])
def test_a_cache_is_told_to_forget_every_page_that_showed_it(
    way: str,
    client: Client,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    site: Website,
    plans: Column,
    housing: Body,
) -> None:
    """What a shared cache may keep and shows a text is named once the text is hidden."""
    settings.GONGKAI_CACHES = [("purge", "http://127.0.0.1:9")]
    neighbours(housing, plans)
    document = public(housing, [plans], **fields(SAID["withdrawn"]))
    public(housing, [plans], title=f"{ASKED}芦湾之后")
    other = public(housing, [column(site, "另一栏目")], title="芦湾解读")
    both = {document.pk: [other.pk], other.pk: [document.pk]}
    monkeypatch.setitem(RELATIONS, "test", Relating("test", "测试关系", 1, lambda one: both.get(one.pk, [])))
    tree.forget()
    before = everything(client, [ASKED, ASKED[:2], "槽", "方案", "附件", "身份证号", "救助名单"])
    showed = {
        path
        for answers in before.values()
        for path, (_, said) in answers.items()
        if SAID["withdrawn"] in said and "s-maxage" in said_head(client, path)
    }
    assert len(showed) > 8
    assert f"/{other.pk}.html" in str(showed)
    Purge.objects.all().delete()
    WAYS[way](document, housing)
    told = set(Purge.objects.values_list("path", flat=True))
    assert "*" in told or showed - told == set()


def neighbours(housing: Body, plans: Column) -> None:
    for number in range(2):
        public(housing, [plans], title=f"{ASKED}芦湾之前{number}")


def said_head(client: Client, path: str) -> str:
    return str(client.get(path).headers.get("Cache-Control", ""))


def _withdraw(document: Document, housing: Body) -> None:
    actions.withdraw(document, by=actor(Role.SIGNER, housing), reason="有误")


def _limit(document: Document, housing: Body) -> None:
    given = {"manner": "limited", "circle": [housing.pk], "manner_reason": "改为限定范围"}
    actions.revise(item_of(document), by=actor(Role.CLERK, housing), **given)
    signed(item_of(document))


def _erase(document: Document, housing: Body) -> None:
    actions.revise(item_of(document), by=actor(Role.CLERK, housing), title="芦湾告知", body="<p>已更正。</p>")
    signed(item_of(document))
    erased(document.editions.get(number=1), actor(Role.CHIEF, housing.parent), "依法删除")


WAYS: dict[str, Callable[[Document, Body], None]] = {"withdraw": _withdraw, "limit": _limit, "erase": _erase}
