"""The yearly check of a catalogue: random sample, verdicts, published result."""

from typing import Any

import pytest
from django.test import Client

from factories.directory import import_in_force
from factories.publishing import sign_all, with_sheet
from factories.units import actor, signed_in
from gongkai.content.editions.actions import place
from gongkai.content.editions.models import Column
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing.actions import submit
from gongkai.core.acts.action import Refused
from gongkai.core.units.models import Body, Role
from gongkai.ui.portal.tree import reload_next_time
from gongkai.work.directory import actions, coverage, queries
from gongkai.work.directory.actions.checks import draw_cells
from gongkai.work.directory.coverage import CoverageCell
from gongkai.work.directory.models import Catalogue, CatalogueItem


def make_cell(domain: str, at: int) -> CoverageCell:
    item = CatalogueItem(catalogue=Catalogue(domain=domain), key=f"{domain}{at}", position=at)
    return CoverageCell(item, Body(pk=1), "missing")


def test_sample_covers_every_domain_and_is_reproducible() -> None:
    cells = [make_cell("就业", at) for at in range(40)] + [make_cell("救灾", 0), make_cell("养老", 0)]
    drawn = draw_cells(cells, 10, "a1b2")
    assert len(drawn) == 10
    assert {one.item.catalogue.domain for one in drawn} == {"就业", "救灾", "养老"}
    assert [one.item.key for one in draw_cells(cells[::-1], 10, "a1b2")] == [one.item.key for one in drawn]
    assert [one.item.key for one in draw_cells(cells, 10, "ffff")] != [one.item.key for one in drawn]
    assert len(draw_cells(cells, 99, "a1b2")) == len(cells)


@pytest.mark.django_db
def test_sample_is_no_smaller_than_the_number_of_domains(site: Any, housing: Body, monkeypatch: Any) -> None:
    cells = [make_cell(f"领域{at}", 0) for at in range(11)]
    monkeypatch.setattr(coverage, "list_cells", lambda _: cells)
    monkeypatch.setattr(queries, "list_checkable_items", lambda: CatalogueItem.objects)
    import_in_force()
    with pytest.raises(Refused, match="有11个领域"):
        actions.draw_check_sample(site.body, by=actor(Role.CHIEF, site.body), year=2026, size=10)


@pytest.mark.django_db
def test_check_from_sample_to_publication(site: Any, housing: Body, plans: Column, client: Client) -> None:
    chief = actor(Role.CHIEF, site.body)
    with pytest.raises(Refused, match="没有明确责任单位"):
        actions.draw_check_sample(site.body, by=chief, year=2026, size=10)
    [made] = import_in_force()
    for one in made.items.all():
        actions.map_item(one, by=chief, columns=[plans], bodies=[housing])
    office = signed_in(Role.CHIEF, site.body)
    assert "还没有登记的单位 1" in office.get("/admin/directory/checks/").content.decode()
    given = {"government": site.body.pk, "year": "2026", "size": "10", "third_party": "云岭学院"}
    page = office.post("/admin/directory/checks/new/", given).url
    check = site.body.catalogue_checks.get()
    first, second, third = check.cells.all()
    assert (first.seen, check.among) == ("missing", 3)
    with pytest.raises(Refused, match="还有3项"):
        actions.compose_check_result(check, by=chief)
    said = {f"verdict-{one.pk}": "good" for one in (first, second)} | {f"verdict-{third.pk}": "bad"}
    assert "请写明在哪里" in office.post(page, {"do": "judge", **said}, follow=True).content.decode()
    said |= {f"words-{one.pk}": "已在政策文件栏目公开" for one in (first, second)}
    assert "请写明问题" in office.post(page, {"do": "judge", **said}, follow=True).content.decode()
    said[f"words-{third.pk}"] = "办事指南没有公开"
    office.post(page, {"do": "judge", **said})
    with pytest.raises(Refused, match="没有变化"):
        actions.judge_cells(check, by=chief, verdicts={first.pk: ("good", "已在政策文件栏目公开")})
    office.post(page, {"do": "compose"})
    assert "符合的2项，占67%" in check.latest.html
    assert signed_in(Role.CLERK, housing).get(page).status_code == 404
    place(ensure_document(check), by=chief, columns=[plans])
    sign_all(with_sheet(submit(check, by=chief)))
    reload_next_time()
    assert "2026年基层政务公开标准目录落实情况检查结果" in client.get("/catalogue/").content.decode()
    path = ensure_document(check).addresses.get().path
    assert "办事指南没有公开" in client.get(path).content.decode()
