"""Forms are carried inward and replies outward: registered once, readable by query code, erased outside after receipt."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.utils import timezone

from factories.intake import FAULT, filled, look_up, png, post, sent
from factories.units import actor
from gongkai.content.editions.models import Website
from gongkai.content.packages import mailbag
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import ANONYMOUS, SYSTEM
from gongkai.core.files.storage import get_files_storage
from gongkai.core.intake import held_forms, inner_network
from gongkai.core.intake.actions import revoke_code
from gongkai.core.intake.jobs import erase_due
from gongkai.core.intake.models import Held, Party, QueryCode, Received, Upload
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.jobs import send_due
from gongkai.core.units.models import Role
from gongkai.core.vault.keys import key_ring
from gongkai.work.site_operations import actions

pytestmark = pytest.mark.django_db
APPLICANT = {"name": "李晓云", "phone": "13800138000", "email": "li@example.cn"}


@pytest.fixture
def side(settings: LazySettings, tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """Two installations in one database, each with its own keys and files, after exchanging public keys."""

    def use(name: str) -> None:
        settings.DATA = tmp_path / name
        settings.GONGKAI_KEYS = str(tmp_path / name / "keys.json")
        settings.GONGKAI_OUTER = name == "outer"

    for name in ("inner", "outer"):
        use(name)
        key_ring()
    inner, outer = [(use(name), mailbag.pack_public_keys())[1] for name in ("inner", "outer")]
    for name, other in (("inner", outer), ("outer", inner)):
        use(name)
        mailbag.trust_public_keys(other)
    yield use
    use("inner")


@pytest.fixture
def medium(tmp_path: Path) -> Path:
    return tmp_path / "medium"


def test_form_is_carried_inward_and_reply_outward(
    client: Client, site: Website, side: Callable[[str], None], medium: Path
) -> None:
    side("outer")
    data = {**filled(client, **APPLICANT), "files": png()}
    page = post(client, data).content.decode()
    code = page.split('pk-code--large">')[1].split("<")[0]
    assert not Entry.objects.filter(kind="fault").exists()
    assert not Party.objects.exists()
    assert "待登记" in look_up(client, code, "8000").content.decode()
    assert look_up(client, code, "0000").status_code == 422
    (bag,) = mailbag.write_exchange_files(medium)
    for secret in ("首页第三条", "李晓云", "13800138000", code.replace(" ", "")):
        assert secret.encode() not in bag.read_bytes()

    side("inner")
    assert mailbag.accept_mailbag_file(bag) == mailbag.AcceptedFile(1)
    entry = Entry.objects.get(kind="fault")
    assert entry.opened_at == Held.objects.get().sent_at
    assert entry.fault.text.reveal() == FAULT["text"]
    assert Upload.objects.filter(matter=f"fault/{entry.pk}").count() == 1
    send_due()
    assert code in mail.outbox[0].body
    assert mailbag.accept_mailbag_file(bag) == mailbag.AcceptedFile(1), "repeated: taken, not registered again"
    assert Entry.objects.filter(kind="fault").count() == Party.objects.count() == 1
    (reply,) = mailbag.write_exchange_files(medium)

    side("outer")
    assert mailbag.accept_mailbag_file(reply).count == 1
    told = look_up(client, code, "8000").content.decode()
    assert entry.number in told
    assert "办理中" in told
    assert mailbag.write_exchange_files(medium) == [], "what inside has is not sent again"

    side("inner")
    actions.answer_fault(entry, by=actor(Role.CLERK, site.body), text="已改为“部署”，感谢指正。")
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        (answer,) = mailbag.write_exchange_files(medium)
    side("outer")
    assert mailbag.accept_mailbag_file(answer).count == 1
    assert "已改为“部署”" in look_up(client, code, "8000").content.decode()
    assert mailbag.accept_mailbag_file(reply).count == 0, "an older bag changes nothing"
    assert "已改为“部署”" in look_up(client, code, "8000").content.decode()
    assert "已改为" not in str(list(Held.objects.values())), "the outer side cannot read the answer"


def test_form_larger_than_a_batch_is_carried_alone(
    client: Client, site: Website, side: Callable[[str], None], medium: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_forms, "MAX_BATCH_BYTES", 1)
    side("outer")
    for _ in range(2):
        post(client, {**filled(client, **APPLICANT), "files": png()})
    assert len(mailbag.write_exchange_files(medium)) == 2


def test_files_of_a_refused_form_are_not_left_inside(
    client: Client, site: Website, side: Callable[[str], None], medium: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    side("outer")
    post(client, {**filled(client, **APPLICANT), "files": png()})
    (bag,) = mailbag.write_exchange_files(medium)
    side("inner")
    stored: list[str] = []

    def refuse(_: object, submission: Any, **__: object) -> None:
        stored.extend(upload.place for upload in submission.files)
        raise Refused("不收。")

    monkeypatch.setattr(inner_network, "record_submission", refuse)
    mailbag.accept_mailbag_file(bag)
    assert [get_files_storage().exists(place) for place in stored] == [False]


def test_form_is_erased_outside_only_after_confirmed_receipt(
    client: Client, site: Website, side: Callable[[str], None], medium: Path
) -> None:
    side("outer")
    post(client, {**filled(client, **APPLICANT), "files": png()})
    place = Upload.objects.get(matter="held/1" if Held.objects.get().pk == 1 else Held.objects.get().matter).place
    bags = mailbag.write_exchange_files(medium)
    assert erase_due(timezone.now() + timedelta(days=300))["carried"] == 0
    assert Held.objects.get().content
    side("inner")
    mailbag.accept_mailbag_file(bags[0])
    replies = mailbag.write_exchange_files(medium)
    side("outer")
    mailbag.accept_mailbag_file(replies[0])
    assert erase_due(timezone.now() + timedelta(days=6))["carried"] == 0
    assert erase_due(timezone.now() + timedelta(days=8))["carried"] == 1
    row = Held.objects.get()
    assert not row.content
    assert not Upload.objects.filter(matter=row.matter).exists()
    assert get_files_storage().exists(place), "gone when that is certain: once committed"
    erase_due(timezone.now() + timedelta(days=800))
    assert not Held.objects.exists()


def test_lost_exchange_file_is_sent_again(
    client: Client, site: Website, side: Callable[[str], None], medium: Path
) -> None:
    side("outer")
    sent(client)
    (lost,) = mailbag.write_exchange_files(medium)
    lost.unlink()
    assert mailbag.write_exchange_files(medium) == []
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        (again,) = mailbag.write_exchange_files(medium)
    side("inner")
    assert mailbag.accept_mailbag_file(again).count == 1


def test_altered_or_returned_exchange_file_is_refused(
    client: Client, site: Website, side: Callable[[str], None], medium: Path
) -> None:
    side("outer")
    sent(client)
    (bag,) = mailbag.write_exchange_files(medium)
    with pytest.raises(Refused):
        mailbag.accept_mailbag_file(bag)  # it does not go back the way it came
    whole = bag.read_bytes()
    flipped = whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:]
    side("inner")
    for spoilt in (flipped, whole[:40], b"", b"PK\x03\x04" * 99):
        bag.write_bytes(spoilt)
        with pytest.raises(Refused):
            mailbag.accept_mailbag_file(bag)
        assert not Received.objects.exists()


def test_exchange_file_of_an_unknown_sender_is_refused(
    client: Client, site: Website, side: Callable[[str], None], medium: Path
) -> None:
    side("stranger")
    key_ring()
    side("inner")
    card = mailbag.pack_public_keys()
    side("stranger")
    mailbag.trust_public_keys(card)
    forged = medium / "forged.gkm"
    medium.mkdir()
    forged.write_bytes(mailbag.seal_content({"items": []}, inward=True))
    side("inner")
    with pytest.raises(Refused, match="签名不符"):
        mailbag.accept_mailbag_file(forged)
    with pytest.raises(Refused, match="已信任另一张"):
        mailbag.trust_public_keys(mailbag.pack_public_keys())
    with pytest.raises(Refused, match="不是对端名片"):
        mailbag.trust_public_keys(b"{}")


def test_form_that_the_inner_side_refuses_stays_outside(
    client: Client, site: Website, side: Callable[[str], None], medium: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gongkai.core.intake.forms import PUBLIC_FORMS_BY_NAME

    side("outer")
    sent(client)
    (bag,) = mailbag.write_exchange_files(medium)
    side("inner")
    with monkeypatch.context() as patch:
        patch.delitem(PUBLIC_FORMS_BY_NAME, "fault")
        outcome = mailbag.accept_mailbag_file(bag)
    assert outcome.count == 0
    assert "没有这个表单" in outcome.faults[0]
    assert mailbag.accept_mailbag_file(bag).count == 1


def test_outer_side_only_holds_forms(client: Client, site: Website, side: Callable[[str], None], settings: Any) -> None:
    side("outer")
    with pytest.raises(Refused, match="外网端"):
        actions.report_fault(site, by=ANONYMOUS, kind="link", text="附件打不开。")
    sent(client)
    one = Held.objects.get()
    code = QueryCode.objects.get()
    with pytest.raises(Refused):
        revoke_code(code, by=actor(Role.CHIEF, site.body))
    for refused in (held_forms.note_carried, held_forms.erase_held):
        with pytest.raises(Refused):
            refused(one, by=ANONYMOUS)
    with pytest.raises(Refused):
        held_forms.take_reply(one, by=ANONYMOUS, made_at=timezone.now(), salt="", reply="")
    with pytest.raises(Refused):
        inner_network.receive_held(None, by=ANONYMOUS, item={})
    held_forms.note_carried(one, by=SYSTEM)
    assert held_forms.hold_form(None, by=ANONYMOUS, form="fault", token="t", content={}).pk
