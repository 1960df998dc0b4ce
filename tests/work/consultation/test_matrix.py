"""Nobody sees another person's message: by code, pages, lists, search, exports, feeds, file names, or timing."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from factories.consultation import inquiry
from factories.intake import PNG, look_up
from factories.publishing import website
from factories.units import BodyFactory, actor, signed_in
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.intake import matter_access
from gongkai.core.intake.actions import issue_code, open_file, register_party
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.intake.matter_access import CODE_NOT_FOUND_ERROR, make_pass, open_matter
from gongkai.core.intake.models import QueryCode
from gongkai.core.intake.uploads import store_upload
from gongkai.core.ledger.queries import visible_to as visible_entries
from gongkai.core.units.models import Role
from gongkai.work.consultation import actions
from gongkai.work.consultation.importing_orders import ORDER_IMPORTER
from gongkai.work.consultation.queries import find_repeated_inquiry, inquiries_visible_to

pytestmark = [pytest.mark.django_db, pytest.mark.own_town]
SECRET = "隔壁装修的秘密"


def scene() -> SimpleNamespace:
    """Create one person's message at a unit, with code, file and party, and a neighbour with another message."""
    site = website()
    housing = BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局", parent=site.body)
    strange = BodyFactory(name="云岭市体育局", short_name="市体育局", parent=site.body)
    chief = actor(Role.CHIEF, site.body)
    order = actions.register_order(site.body, by=chief, platform="12345", ref="M-1", title=SECRET, text=SECRET)
    one = order.inquiry
    actions.assign_inquiry(one.entry, by=chief, body=housing)
    said = SenderParticulars(name="李晓云", phone="13800138000", email="li@example.cn")
    register_party(None, by=ANONYMOUS, matter=one.matter, particulars=said)
    code, _ = issue_code(None, by=ANONYMOUS, matter=one.matter, second="8000")
    upload = store_upload(SimpleUploadedFile(f"{SECRET}.png", PNG), matter=one.matter)
    other = inquiry(site.body, title="别人的事", text="完全是别的事情。")
    others, _ = issue_code(None, by=ANONYMOUS, matter=other.matter)
    return SimpleNamespace(
        site=site, housing=housing, strange=strange, one=one, other=other, code=code, others=others, upload=upload
    )


@pytest.fixture(scope="module")
def made(kept_rows: Callable[..., Iterator[SimpleNamespace]]) -> Iterator[SimpleNamespace]:
    yield from kept_rows(scene)


@pytest.fixture
def kept(made: SimpleNamespace) -> SimpleNamespace:
    return deepcopy(made)


STAFF = {
    "the unit that answers": (Role.CLERK, "housing", True),
    "the office": (Role.CHIEF, "city", True),
    "a clerk elsewhere": (Role.CLERK, "strange", False),
}
#: Pages that could show messages: lists, search, exports, figures, home page, pages by number.
STAFF_URLS = (
    "/admin/",
    "/admin/ledger/?kind=inquiry",
    f"/admin/ledger/?kind=inquiry&q={SECRET}",
    "/admin/ledger/?kind=inquiry&format=xlsx",
    "/admin/inquiries/orders/",
    "/admin/inquiries/publications/",
    "/admin/inquiries/results/",
    "/admin/inquiries/figures/behind/?what=received&year=2026",
    "/admin/answers/search/",
)
PUBLIC_URLS = (
    f"/answers/?q={SECRET}",
    f"/search/?q={SECRET}",
    "/messages/",
    "/messages/figures/",
    "/feed/",
    "/sitemap.xml",
    "/forms/ask/",
)


@pytest.mark.parametrize("who", STAFF)
def test_staff_see_message_only_where_they_handle_it(who: str, kept: SimpleNamespace) -> None:
    role, name, sees = STAFF[who]
    body = kept.site.body if name == "city" else getattr(kept, name)
    by = actor(role, body)
    number = kept.one.pk
    assert inquiries_visible_to(by).filter(pk=number).exists() is sees
    assert visible_entries(by).filter(pk=number).exists() is sees
    assert any(row["ref"] == "M-1" for row in ORDER_IMPORTER.rows(by)) is sees
    client = signed_in(role, body)
    pages = {path: client.get(path) for path in (("/admin/ledger/?kind=inquiry",) if sees else STAFF_URLS)}
    assert all(page.status_code in {200, 302, 404} for page in pages.values())
    shown = [path for path, page in pages.items() if SECRET in page.content.decode("utf-8", "replace")]
    echo = {f"/admin/ledger/?kind=inquiry&q={SECRET}"}  # shows the words that were searched for
    assert (set(shown) - echo != set()) is sees
    assert client.get(f"/admin/ledger/{number}/").status_code == (200 if sees else 404)
    assert (not open_file.why_not(kept.upload, by=by)) is sees
    if not sees:
        for path in (f"/admin/inquiries/{number}/publication/", f"/admin/answers/new/?inquiry={number}"):
            assert SECRET not in client.get(path).content.decode("utf-8", "replace")


def test_public_sees_message_only_by_its_code(kept: SimpleNamespace) -> None:
    client = Client()
    for path in PUBLIC_URLS:
        page = client.get(path).content.decode("utf-8", "replace").replace(f"q={SECRET}", "")
        assert "M-1" not in page, path
        assert kept.one.entry.number not in page, path
        assert "李晓云" not in page, path
    assert kept.one.entry.number in look_up(client, kept.code, "8000").content.decode()
    assert kept.one.entry.number not in look_up(client, kept.others).content.decode()
    assert SECRET in look_up(client, kept.code, "8000").content.decode(), "whoever asked reads their own words"
    assert SECRET not in look_up(client, kept.others).content.decode()
    for path in (
        f"/matter/inquiry/{kept.one.pk}/",
        f"/query/{kept.one.matter}/",
        f"/files/{kept.upload.pk}/",
        f"/media/{kept.upload.name}",
    ):
        assert SECRET not in client.get(path).content.decode("utf-8", "replace")
        assert client.get(path).status_code in {302, 404}
    assert find_repeated_inquiry(SECRET, SenderParticulars(phone="13800138000")) == kept.one
    assert find_repeated_inquiry(SECRET, SenderParticulars(phone="13900139000")) is None


def test_pass_of_one_matter_opens_no_other(kept: SimpleNamespace) -> None:
    mine = make_pass(kept.other.matter)
    assert matter_access.read_pass(mine) == kept.other.matter
    forged = mine.replace(kept.other.matter, kept.one.matter)
    assert matter_access.read_pass(forged) == ""


def test_failed_lookups_do_the_same_work(kept: SimpleNamespace, monkeypatch) -> None:
    """An unknown code and wrong last four digits cost the same digests and queries, so timing reveals nothing."""
    counted: list[str] = []
    for name in ("digest_code", "digest_last_digits"):
        real = getattr(matter_access, name)
        monkeypatch.setattr(matter_access, name, lambda *a, _r=real, _n=name: counted.append(_n) or _r(*a))
    real = matter_access.hmac.compare_digest
    monkeypatch.setattr(matter_access.hmac, "compare_digest", lambda a, b: counted.append("compare") or real(a, b))
    work = []
    unknown = issue_code(None, by=ANONYMOUS, matter="inquiry/999999")[0]
    QueryCode.objects.filter(matter="inquiry/999999").delete()
    for place, (text, second) in enumerate(((unknown, "0000"), (kept.code, "0000"))):
        counted.clear()
        with CaptureQueriesContext(connection) as queries:
            assert open_matter(text, second, f"10.0.0.{place}").reason == CODE_NOT_FOUND_ERROR
        work.append((tuple(counted), len(queries)))
    assert work[0] == work[1]
    assert "compare" in work[0][0]
