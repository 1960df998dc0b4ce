"""What the public reads on one named person's entry holds no personal data: each row of [checked] is walked by the action that writes it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from architecture.test_public_words import LISTED
from factories.policies import record
from factories.tables import table
from factories.units import BodyFactory, PersonFactory, actor
from gongkai.content.policies import actions as policies
from gongkai.core.acts.action import Refused
from gongkai.core.acts.public_words import refuse_personal_rows
from gongkai.core.files.models import StoredFile
from gongkai.core.units import actions as units
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Office, Role
from gongkai.oversight.gathering import actions as gathering
from gongkai.work.consultation.actions import phones, service_windows
from gongkai.work.directory import actions as directory
from gongkai.work.directory.models import CatalogueItem
from gongkai.work.newmedia import actions as newmedia
from gongkai.work.newmedia.importing import save_imported_account
from gongkai.work.newmedia.models import Account
from gongkai.work.notices.models import Measure, MeasureUnit, Notice
from gongkai.work.notices.queries.public import count_public_progress
from gongkai.work.opinion.actions import registers
from gongkai.work.tables import actions as tables

pytestmark = pytest.mark.django_db
BAD = "本人电话13800138000"


def _units(body: Body, by: Actor) -> dict[str, list[Callable[[], Any]]]:
    office = Office.objects.create(body=body, name="信息科")
    fields = ("short_name", *sorted(units.bodies.PUBLIC_CONTACT_FIELDS))
    return {
        "units.Body": [
            lambda: units.create(body, by=by, name=BAD, kind="department"),
            lambda: units.rename(body, by=by, name=BAD),
            lambda: units.rename(body, by=by, name="云岭市新局", short_name=BAD),
            *(lambda name=name: units.edit(body, by=by, **{name: BAD}) for name in fields),
        ],
        "units.Office": [
            lambda: units.add_office(body, by=by, name=BAD),
            lambda: units.edit_office(office, by=by, name="信息科", phone=BAD),
        ],
    }


def _accounts(body: Body, by: Actor) -> list[Callable[[], Any]]:
    leader = PersonFactory()
    facts = {"platform": "wechat", "name": f"{body.name}发布", "reason": "公开信息", "leader": leader}
    account = Account.objects.create(body=body, platform="weibo", name=f"{body.name}微博", state="open")
    return [
        *(
            lambda name=name: newmedia.file_account_opening(body, by=by, **{**facts, name: BAD})
            for name in ("name", "handle", "address", "functions")
        ),
        lambda: newmedia.file_account_change(account, by=by, reason="改名", functions=BAD),
        lambda: newmedia.change_unfiled_facts(account, by=by, handle=BAD),
        lambda: save_imported_account(body, by=by, platform="weibo", name=account.name, functions=BAD),
    ]


def _walks(body: Body, by: Actor) -> dict[str, list[Callable[[], Any]]]:
    kept, catalogue = record(body), directory.make_catalogue_draft(body, by=by, domain="救灾")
    window = {"name": "咨询窗口", "place": "一楼", "hours": "工作日"}
    items = ("first", "second", "content", "basis", "time_limit", "responsible")
    return {
        **_units(body, by),
        "newmedia.Account": _accounts(body, by),
        "consultation.ContactPhone": [
            lambda: phones.enter_phone(body, by=by, number="0799-8001234", hours=BAD),
            lambda: phones.enter_phone(body, by=by, number="0799-8001234", hours="工作日", purpose=BAD),
        ],
        "consultation.ServiceWindow": [
            lambda name=name: service_windows.open_service_window(body, by=by, **{**window, name: BAD})
            for name in window
        ],
        "directory.Catalogue": [lambda: directory.make_catalogue_draft(body, by=by, domain=BAD)],
        "directory.CatalogueItem": [
            lambda name=name: directory.fill_catalogue_draft(catalogue, by=by, items=[CatalogueItem(**{name: BAD})])
            for name in items
        ],
        "gathering.Collection": [
            lambda: gathering.add_collection(body, by=by, name=BAD),
            lambda: gathering.add_collection(body, by=by, name="规划", about=BAD),
        ],
        "opinion.PromiseTopic": [lambda: registers.add_topic(body, by=by, name=BAD)],
        "tables.Posting": [
            lambda: tables.record_posting(
                body, by=by, table=table(body, "fee"), kind="board", on=date(2026, 3, 1), place=BAD
            )
        ],
        "policies.Relation": [
            lambda: policies.add_relation(kept, by=by, kind="basis", cited=BAD),
            lambda: policies.draft_response(kept, by=by, concern=BAD),
        ],
    }


def test_one_persons_entry_holds_no_personal_data() -> None:
    body = BodyFactory(government=True)
    walks = _walks(body, actor(Role.CHIEF, body))
    assert set(walks) | {"notices.Notice", "notices.Measure", "notices.MeasureUnit"} == set(LISTED["checked"])
    for label, ways in walks.items():
        for place, way in enumerate(ways):
            with pytest.raises(Refused) as caught:
                way()
            said = str(caught.value)
            assert "不能写入" in said or "不宜公开" in said, (label, place, said)


def test_many_at_once_are_looked_at_too() -> None:
    for numbers in (False, True):
        with pytest.raises(Refused, match="全称会直接公开"):
            refuse_personal_rows([Body(name="市教育局"), Body(name=BAD)], "name", numbers=numbers)


def test_what_a_notice_says_is_read_without_personal_data() -> None:
    """Its words are the document's, and the work inside needs them; the public reads them masked."""
    government = BodyFactory(government=True)
    notice = Notice.objects.create(
        government=government,
        issuer=government,
        year=2026,
        state="live",
        source_file=StoredFile.objects.create(digest="0" * 64, size=1),
        title=f"通知{BAD}",
        doc_number=f"云府办〔2026〕1号{BAD}",
    )
    measure = Measure.objects.create(
        notice=notice, position=1, section_no=1, section=f"一、{BAD}", item=f"任务{BAD}", text=f"举措{BAD}。"
    )
    MeasureUnit.objects.create(measure=measure, part="lead", printed=f"各部门{BAD}", plural=True, position=1)
    shown = repr(count_public_progress(2026, government))
    assert "举措" in shown
    assert "各部门" in shown
    assert "13800138000" not in shown
