"""The office's package page: access, export, download, applying."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from factories.pages import read_home
from factories.publishing import public, website
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.editions.models import Column, Website
from gongkai.content.packages import exporting
from gongkai.content.packages.models import Package
from gongkai.content.packages.queries import manages_all_sites
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, BodyKind, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief_client(site: Website) -> Client:
    return signed_in(Role.CHIEF, site.body)


def test_packages_are_exported_and_downloaded(
    chief_client: Client, site: Website, plans: Column, housing: Body, settings: LazySettings, tmp_path: Path
) -> None:
    settings.DATA = tmp_path
    public(housing, [plans])
    assert "还没有导出过" in chief_client.get("/admin/packages/").content.decode()
    chief_client.post("/admin/packages/carry/")
    assert "版本内容1" in chief_client.get("/admin/packages/").content.decode()
    answer = chief_client.get("/admin/packages/1/")
    assert b"".join(answer.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
    chief_client.post("/admin/packages/carry/")
    assert Package.objects.count() == 1
    settings.GONGKAI_OUTER = True
    assert chief_client.get("/admin/packages/1/").status_code == 404
    shown = chief_client.get("/admin/packages/").content.decode()
    assert "本系统是外网端" in shown
    answer = chief_client.post("/admin/packages/carry/", {"file": SimpleUploadedFile("x.gkp", b"x")}, follow=True)
    assert "不是交换包" in answer.content.decode()


PACKAGES = "/admin/packages/"


@pytest.fixture
def county(site: Website) -> Body:
    return BodyFactory(name="青溪县人民政府", parent=site.body, kind=BodyKind.DISTRICT)


def test_county_office_cannot_see_export_or_download_packages(
    site: Website, county: Body, plans: Column, housing: Body, settings: LazySettings, tmp_path: Path
) -> None:
    settings.DATA = tmp_path
    public(housing, [plans], title="限定方案", manner="limited", circle=[housing.pk], manner_reason="涉密")
    exporting.export_packages(actor(Role.CHIEF, site.body), limited=True)
    for role in (Role.CHIEF, Role.ADMINISTRATOR):
        there = signed_in(role, county)
        for page in (PACKAGES, f"{PACKAGES}1/"):
            assert there.get(page).status_code in {302, 403}, page
        there.post(f"{PACKAGES}carry/", {"whole": "1"})
        assert Package.objects.count() == 1
        with pytest.raises(Refused):
            exporting.export_packages(actor(role, county), whole=True)
        assert PACKAGES not in read_home(there)
        assert signed_in(role, site.body).get(f"{PACKAGES}1/").status_code == 200


@pytest.mark.parametrize(
    ("role", "whole"),
    [(Role.CHIEF, True), (Role.ADMINISTRATOR, True), (Role.LEAD, False), (Role.AUDITOR, False)],
)
def test_chief_and_administrator_of_the_top_body_manage_packages(role: Role, whole: bool, site: Website) -> None:
    assert manages_all_sites(actor(role, site.body)) is whole
    assert manages_all_sites(SYSTEM)


def test_packages_need_reach_over_all_sites(site: Website, county: Body) -> None:
    """The site of a county of this city is within reach; the site of another city is not."""
    city, below = actor(Role.CHIEF, site.body), actor(Role.CHIEF, county)
    website(name="青溪县", host="www.qingxi.example", body=county, is_default=False)
    assert (manages_all_sites(city), manages_all_sites(below)) == (True, False)
    beside = BodyFactory(name="海岭市人民政府", parent=None)
    website(name="海岭市", host="www.hailing.example", body=beside, is_default=False)
    assert (manages_all_sites(city), manages_all_sites(actor(Role.CHIEF, beside))) == (False, False)


def test_top_body_manages_packages_before_the_first_site() -> None:
    """The outer side begins empty; its first package brings the sites."""
    top = BodyFactory(name="云岭市人民政府", parent=None)
    below = BodyFactory(name="青溪县人民政府", parent=top, kind=BodyKind.DISTRICT)
    assert manages_all_sites(actor(Role.CHIEF, top))
    assert not manages_all_sites(actor(Role.CHIEF, below))
