"""Every export that may be long can be made by a job, at the URL that its page names."""

import re
from dataclasses import replace

import pytest

from factories.units import BodyFactory, signed_in
from gongkai.core.background_jobs import exports
from gongkai.core.background_jobs.exports import EXPORTS_BY_NAME, find_export
from gongkai.core.background_jobs.models import Errand, Export
from gongkai.core.background_jobs.states import JobState
from gongkai.core.background_jobs.worker import process_due_jobs
from gongkai.core.registers.register import map_declared_registers
from gongkai.core.units.models import BodyKind, Role

pytestmark = pytest.mark.django_db

#: Exports that need no row: name → URL, and the role if not the 政务公开办.
ADDRESSES: dict[str, tuple[str, str]] = {
    "ledger.entries": ("/admin/ledger/export/", Role.CHIEF),
    "policies.usage": ("/admin/policies/usage/?format=xlsx", Role.CHIEF),
    "publishing.items": ("/admin/publishing/?export=1", Role.CHIEF),
    "requests.statistics": ("/admin/requests/statistics/?export=months", Role.CHIEF),
    "signin.log": ("/admin/signin/log/?export=xlsx", Role.AUDITOR),
}
#: Exports of one notice, site, round or table; the tests of their apps cover them.
EXPORTS_OF_ONE_OBJECT = {
    "notices.report",
    "notices.table",
    "notices.tasks",
    "participation.comments",
    "participation.replies",
    "platform.whole",
    "policies.round",
    "tables.schema",
    "tables.table",
}


def test_views_are_loaded_before_an_export_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker may not have loaded any view."""
    some = find_export("ledger.entries")
    known: dict[str, object] = {}

    class Resolver:
        @property
        def url_patterns(self) -> list[object]:
            known["ledger.entries"] = some
            return []

    monkeypatch.setattr(exports, "EXPORTS_BY_NAME", known)
    monkeypatch.setattr(exports, "get_resolver", Resolver)
    assert find_export("ledger.entries") is some


def test_every_export_is_listed() -> None:
    assert find_export("") is None
    # tests/core/registers tests the exports of registers.
    assert set(EXPORTS_BY_NAME) - set(map_declared_registers()) == set(ADDRESSES) | EXPORTS_OF_ONE_OBJECT


def test_every_export_is_made_by_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    office = BodyFactory(name="云岭市人民政府办公室", kind=BodyKind.GENERAL_OFFICE)
    who = {role: signed_in(role, office) for role in (Role.CHIEF, Role.AUDITOR)}
    assert find_export("") is None  # reads the views
    for name, (address, role) in ADDRESSES.items():
        monkeypatch.setitem(EXPORTS_BY_NAME, name, replace(EXPORTS_BY_NAME[name], most=-1))
        page = who[role].get(address)
        assert "生成文件" in page.content.decode(), (name, page.status_code)
        answer = who[role].post(address, {"make_file": "1"})
        errand = Errand.objects.get(pk=int(re.findall(r"/errands/(\d+)/", answer.url)[0]))
        process_due_jobs()
        errand.refresh_from_db()
        assert (errand.state, errand.error) == (JobState.DONE, ""), name
    assert Export.objects.count() == len(ADDRESSES)
