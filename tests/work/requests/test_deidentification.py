"""Readers not allowed to know the applicant see no part of the name, on any page or in any file."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from factories.requests import add_applicant, do, register
from factories.units import BodyFactory, signed_in
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Role

pytestmark = pytest.mark.django_db
NAMES = ("公孙", "若兰", "测试路", "6666")


@pytest.fixture
def entry() -> Entry:
    city = BodyFactory(name="云岭市人民政府", kind="government")
    body = BodyFactory(name="云岭市教育局", short_name="市教育局", parent=city)
    made = register(
        body, date(2024, 1, 2), wanted="公孙女士要求公开供餐合同。若兰住云岭市测试路99号，电话139 0000 6666"
    )
    add_applicant(made, name="公孙若兰", phone="13900006666", address="云岭市测试路99号")
    do(made, "record_contact", way="电话", gist="若兰已多次来电，公 孙 若 兰要求当面答复")
    do(made, "propose", result="3.4.1", ground="公孙若兰女士要求的合同本机关没有制作")
    return do(made, "decide", result="3.4.1", ground="公孙若兰女士要求的合同本机关没有制作")


def test_auditor_reads_no_form_of_applicants_name(entry: Entry) -> None:
    client = signed_in(Role.AUDITOR, entry.body.parent)
    addresses = (
        entry.url,
        f"{entry.url}?history=1",
        "/admin/ledger/?standing=all",
        "/admin/requests/?standing=all",
        "/admin/find/?q=供餐合同",
    )
    for address in addresses:
        page = client.get(address, follow=True).content.decode()
        assert not [name for name in NAMES if name in page], address
    page = client.get(entry.url).content.decode()
    assert "申请人要求公开供餐合同" in page
    assert "申请人已多次来电" in page
    assert "申请人要求的合同本机关没有制作" in page
    rows = load_workbook(BytesIO(client.get("/admin/requests/?standing=all&export=xlsx").content)).active.values
    exported = str(list(rows))
    assert "申请人要求的合同本机关没有制作" in exported
    assert not [name for name in NAMES if name in exported]
