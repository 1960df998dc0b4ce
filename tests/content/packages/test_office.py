"""The office's page of packages: who sees it, export and hand-out, applying."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from factories.publishing import public
from factories.units import signed_in
from gongkai.content.editions.models import Column, Website
from gongkai.content.packages.models import Package
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(site: Website) -> Client:
    return signed_in(Role.CHIEF, site.body)


@pytest.mark.parametrize("role", [Role.CLERK, Role.LEAD, Role.SIGNER])
def test_others_do_not_see_the_page(role: Role, site: Website) -> None:
    assert signed_in(role, site.body).get("/admin/packages/").status_code in {302, 403}


def test_packages_are_exported_and_handed_out(
    office: Client, site: Website, plans: Column, housing: Body, settings: LazySettings, tmp_path: Path
) -> None:
    settings.DATA = tmp_path
    public(housing, [plans])
    assert "还没有导出过" in office.get("/admin/packages/").content.decode()
    office.post("/admin/packages/carry/")
    assert "版本内容1" in office.get("/admin/packages/").content.decode()
    answer = office.get("/admin/packages/1/")
    assert b"".join(answer.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
    office.post("/admin/packages/carry/")
    assert Package.objects.count() == 1
    settings.GONGKAI_OUTER = True
    assert office.get("/admin/packages/1/").status_code == 404
    shown = office.get("/admin/packages/").content.decode()
    assert "本系统是外网端" in shown
    answer = office.post("/admin/packages/carry/", {"file": SimpleUploadedFile("x.gkp", b"x")}, follow=True)
    assert "不是交换包" in answer.content.decode()
