"""People outside (parties): access to their data, logging of access, erasure when the retention ends."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from factories.intake import FAULT, PNG, filled, party, png, post, sent
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.editions.models import Website
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import ANONYMOUS, SYSTEM, Actor
from gongkai.core.acts.models import Movement, MovementWords
from gongkai.core.intake import queries, uploads
from gongkai.core.intake.actions import (
    amend_party,
    copy_party,
    erase_party,
    is_code_known_to_staff,
    issue_code,
    note_refused_mail,
    open_file,
    renew_code,
    reveal_party,
    schedule_erasure,
)
from gongkai.core.intake.following_up import run_follow_up
from gongkai.core.intake.forms.people import ApplicantForm
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.intake.jobs import erase_due
from gongkai.core.intake.matter_access import open_matter
from gongkai.core.intake.matters import MATTER_KINDS_BY_NAME
from gongkai.core.intake.models import Party, QueryCode, Upload
from gongkai.core.intake.queries import files_visible_to, find_parties, visible_to
from gongkai.core.intake.spelling import find_identity_number_fault, find_phone_fault, last_four, normalize_phone
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Letter
from gongkai.core.signin.models import Operation, OperationKind
from gongkai.core.units.models import Role
from gongkai.work.site_operations.models import Fault

pytestmark = pytest.mark.django_db
APPLICANT = {"name": "李晓云", "phone": "13800138000", "email": "li@example.cn"}


@pytest.fixture
def matter(client: object, site: Website) -> str:
    post(client, {**filled(client, **APPLICANT), "files": png()})  # type: ignore[arg-type]
    return f"fault/{Entry.objects.get(kind='fault').pk}"


def list_unrelated_actors(site: Website) -> list[tuple[str, Actor]]:
    """Return everybody who does not handle a fault report of the sponsor."""
    stranger = BodyFactory(name="云岭市体育局", parent=site.body)
    return [
        ("the public", ANONYMOUS),
        ("another unit's clerk", actor(Role.CLERK, stranger)),
        ("another unit's head", actor(Role.LEAD, stranger)),
        ("an auditor", actor(Role.AUDITOR, site.body)),
        ("an administrator", actor(Role.ADMINISTRATOR, site.body)),
        ("an editor of the same body", actor(Role.REVIEWER, site.body)),
    ]


class TestReading:
    @pytest.mark.postgres
    def test_handling_clerk_reveals_a_party_and_it_is_logged(self, matter: str, site: Website) -> None:
        clerk = actor(Role.CLERK, site.body)
        party = visible_to(clerk, matter)
        assert party
        assert reveal_party(party, by=clerk) == {
            "姓名或者名称": "李晓云",
            "联系电话": "13800138000",
            "电子邮箱": "li@example.cn",
        }
        assert reveal_party(party, by=clerk, part="identity") == {"": "未填写"}
        moves = Movement.objects.filter(stream=party.stream, action="intake.reveal_party")
        assert [move.facts["part"] for move in moves.order_by("pk")] == ["contact", "identity"]
        assert not any(
            secret in f"{list(Movement.objects.values())}{list(MovementWords.objects.values())}"
            for secret in APPLICANT.values()
        )

    def test_others_cannot_reveal_a_party_or_its_files(self, matter: str, site: Website) -> None:
        party, upload = Party.objects.get(), Upload.objects.get()
        for who, by in list_unrelated_actors(site):
            assert visible_to(by, matter) is None, who
            assert files_visible_to(by, matter) == [], who
            assert find_parties(by, "phone", "13800138000")[0] == [], who
            assert find_parties(by, "name", APPLICANT["name"])[0] == [], who
            for work in (
                lambda by=by: reveal_party(party, by=by),
                lambda by=by: amend_party(party, by=by, particulars=SenderParticulars(name="x")),
                lambda by=by: open_file(upload, by=by),
            ):
                with pytest.raises(Refused):
                    work()
        assert not Movement.objects.filter(action__in=["intake.reveal_party", "intake.open_file"]).exists()

    def test_pages_of_a_party_are_not_found_for_others(self, matter: str, site: Website) -> None:
        party, upload = Party.objects.get(), Upload.objects.get()
        mine = signed_in(Role.CLERK, site.body)
        assert (
            mine.post(f"/admin/parties/{party.pk}/reveal/").content.decode().count("13800138000") == 2
        )  # read, and in the form that amends it
        assert "no-store" in mine.post(f"/admin/parties/{party.pk}/reveal/")["Cache-Control"]
        viewed = Operation.objects.filter(kind=OperationKind.VIEWED)
        assert [party.matter in row.words and "138" not in row.words for row in viewed] == [True, True]
        assert mine.get(f"/admin/parties/{party.pk}/reveal/").status_code == 405
        answer = mine.post(f"/admin/parties/files/{upload.pk}/")
        assert (b"".join(answer) if answer.streaming else answer.content).startswith(PNG)
        assert "attachment" in answer["Content-Disposition"]
        page = mine.get(f"/admin/ledger/{matter.partition('/')[2]}/").content.decode()
        assert "查看联系方式" in page
        assert "13800138000" not in page
        for role, body in ((Role.CLERK, BodyFactory(name="云岭市体育局")), (Role.AUDITOR, site.body)):
            strange = signed_in(role, body)
            assert strange.post(f"/admin/parties/{party.pk}/reveal/").status_code == 404
            assert strange.post(f"/admin/parties/files/{upload.pk}/").status_code == 404

    @pytest.mark.postgres
    def test_party_is_found_by_number_in_any_spelling_and_by_full_name(
        self, matter: str, site: Website, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clerk = actor(Role.CLERK, site.body)
        for written in ("13800138000", "138 0013 8000", "+86-13800138000", "１３８００１３８０００"):
            assert [one.matter for one in find_parties(clerk, "phone", written)[0]] == [matter]
        assert find_parties(clerk, "email", "LI@example.cn ")[0]
        assert find_parties(clerk, "phone", "13800138001")[0] == []
        assert find_parties(clerk, "phone", "")[0] == []
        for written in (APPLICANT["name"], f" {APPLICANT['name'][0]} {APPLICANT['name'][1:]}"):
            assert [one.matter for one in find_parties(clerk, "name", written)[0]] == [matter]
        assert find_parties(clerk, "name", APPLICANT["name"][:-1])[0] == []
        assert find_parties(clerk, "name", APPLICANT["name"])[1] is False
        monkeypatch.setattr(queries, "MAX_FOUND_MATTERS", 1)
        assert find_parties(clerk, "name", APPLICANT["name"])[1] is True
        monkeypatch.setattr(queries, "MAX_EXAMINED_ROWS", 0)
        assert find_parties(clerk, "name", APPLICANT["name"]) == ([], True), "not looked at: not as if there was none"


def test_log_of_an_amendment_names_fields_not_values(matter: str, site: Website) -> None:
    clerk = actor(Role.CLERK, site.body)
    one = Party.objects.get()
    Party.objects.update(phone_verified_at=timezone.now())
    note_refused_mail(one, by=SYSTEM)
    amend_party(
        Party.objects.get(),
        by=clerk,
        particulars=SenderParticulars(name="李晓云", phone="13900139000", email="new@example.cn"),
    )
    again = Party.objects.get()
    assert again.phone.reveal() == "13900139000"
    assert (again.phone_verified_at, again.mail_refused_at) == (None, None)
    assert find_parties(clerk, "phone", "13900139000")[0]
    move = Movement.objects.get(action="intake.amend_party")
    assert move.facts["fields"] == ["phone", "email"]
    with pytest.raises(Refused, match="没有改动"):
        amend_party(
            again, by=clerk, particulars=SenderParticulars(name="李晓云", phone="13900139000", email="new@example.cn")
        )


def test_name_given_online_is_fixed_and_contact_changes_are_notified(matter: str, site: Website) -> None:
    """A clerk once gave a stranger another applicant's name and phone, and merged the two."""
    clerk, mailed = (
        actor(Role.CLERK, site.body),
        SenderParticulars(name="李晓云", phone="13800138000", email="me@example.cn"),
    )
    with pytest.raises(Refused, match="本人在网上填写"):
        amend_party(
            Party.objects.get(),
            by=clerk,
            particulars=SenderParticulars(name="令狐远", phone=APPLICANT["phone"], email=APPLICANT["email"]),
        )
    amend_party(Party.objects.get(), by=clerk, particulars=mailed)
    told = Letter.objects.get(subject="您的联系方式已更正")
    assert "不是您本人要求的" in told.body.reveal()
    assert clerk.name not in told.body.reveal()


def test_code_renewed_by_staff_cannot_decide_anything(client: Client, matter: str, site: Website) -> None:
    """A clerk once withdrew a stranger's request and rated the answer with such a code."""
    clerk, party = actor(Role.CLERK, site.body), Party.objects.get()
    assert not is_code_known_to_staff(matter)
    issue_code(None, by=clerk, matter="request/999")
    assert is_code_known_to_staff("request/999"), "registered at the counter: the clerk read it, too"
    lost = renew_code(party, by=clerk)
    given = renew_code(party, by=clerk)
    second = party.phone.reveal()[-4:]
    assert open_matter(given, second, "5.5.5.5").matter == matter
    assert open_matter(lost, second, "5.5.5.6").matter != matter
    with pytest.raises(Refused):
        renew_code(party, by=ANONYMOUS)
    assert Letter.objects.filter(subject="您的查询码已补发").exists()
    deciding = {(kind, up.name) for kind, one in MATTER_KINDS_BY_NAME.items() for up in one.follow_ups if up.decides}
    assert deciding == {
        *(("request", name) for name in ("correct", "withdraw", "withdraw_part")),
        *(("inquiry", name) for name in ("settle", "rate")),
        *(("asked", "answer"), ("complaint", "withdraw"), ("fault", "rate")),
    }
    rating = MATTER_KINDS_BY_NAME["fault"].follow_ups[0]
    with pytest.raises(Refused, match="由工作人员发放"):
        run_follow_up(rating, int(matter.partition("/")[2]), matter, {"satisfaction": "3"})
    Fault.objects.update(answered_at=timezone.now())
    page = client.post("/query/", {"code": given, "second": second}).content.decode()
    assert ("由工作人员发放" in page, 'value="rate"' in page) == (True, False)


def test_party_is_copied_only_by_the_system_without_logged_data(matter: str, site: Website) -> None:
    party = Party.objects.get()
    with pytest.raises(Refused):
        copy_party(party, by=actor(Role.CLERK, site.body), matter="fault/78")
    made = copy_party(party, by=SYSTEM, matter="fault/78")
    assert (made.matter, made.name.reveal(), made.phone.reveal()) == ("fault/78", APPLICANT["name"], APPLICANT["phone"])
    logged = Movement.objects.get(action="intake.carry_party_over")
    assert (logged.facts["to"], logged.facts["party"]) == ("fault/78", made.pk)
    Party.objects.filter(pk=party.pk).update(erased_at=timezone.now())
    with pytest.raises(Refused, match="已按规定清除"):
        copy_party(Party.objects.get(pk=party.pk), by=SYSTEM, matter="fault/79")


@pytest.mark.postgres
class TestRetention:
    def test_erasure_removes_personal_data_and_keeps_the_matter(self, matter: str, site: Website) -> None:
        place = Upload.objects.get().place
        Letter.objects.update(state="sent")
        schedule_erasure(matter, timezone.localdate() - timedelta(days=400))
        with pytest.raises(Refused):
            erase_party(Party.objects.get(), by=actor(Role.CHIEF, site.body))
        assert erase_due()["erased"] == 1
        row = Party.objects.get()
        assert not any((row.name, row.name_digest, row.phone, row.email, row.phone_digest, row.email_digest))
        assert (row.kind, len(row.erased_digest)) == ("person", 64)
        assert QueryCode.objects.get().revoked_at
        assert not Letter.objects.exclude(body="").exists()
        upload = Upload.objects.get()
        assert not upload.key
        assert "截图" not in upload.name.reveal()
        with pytest.raises(Refused, match="清除"):
            uploads.read_upload(upload)
        with pytest.raises(Refused, match="已按规定清除"):
            reveal_party(row, by=actor(Role.CLERK, site.body))
        assert erase_due()["erased"] == 0
        assert place

    def test_reopened_matter_is_not_erased_and_late_letters_are_dropped(self, matter: str) -> None:
        schedule_erasure(matter, timezone.localdate() - timedelta(days=400))
        schedule_erasure(matter, None)
        assert erase_due()["erased"] == 0
        with pytest.raises(Refused, match="未到"):
            erase_party(Party.objects.get(), by=SYSTEM)
        from gongkai.core.outbox.jobs import send_due

        schedule_erasure(matter, timezone.localdate() - timedelta(days=400))
        erase_due()
        assert send_due()["dropped"] == 1


class TestSpelling:
    @pytest.mark.parametrize("text", ["13800138000", "0591-88886666", "+86 138 0013 8000", "010-12345678-801"])
    def test_valid_phone_numbers(self, text: str) -> None:
        assert find_phone_fault(text) == ""
        assert normalize_phone(normalize_phone(text)) == normalize_phone(text)

    @pytest.mark.parametrize("text", ["12345", "23800138000", "1380013800", "abc", "138001380001"])
    def test_invalid_phone_numbers(self, text: str) -> None:
        assert "写法不对" in find_phone_fault(text)

    @pytest.mark.parametrize(
        ("kind", "number", "right"),
        [
            ("id_card", "11010519491231002X", True),
            ("id_card", "11010519491231002x", True),
            ("id_card", "110105194912310021", False),
            ("credit_code", "91350100M000100Y43", True),
            ("credit_code", "91350100M000100Y44", False),
            ("passport", "E12345678", True),
            ("passport", "x", False),
        ],
    )
    def test_identity_document_numbers(self, kind: str, number: str, right: bool) -> None:
        assert (find_identity_number_fault(kind, number) == "") is right

    def test_last_four_characters_of_a_document_or_phone(self) -> None:
        assert last_four("11010519491231002x") == "002X"
        assert SenderParticulars(phone="0591-88886666").last_four == "6666"
        assert SenderParticulars(phone="13800138000", id_number="11010519491231002X").last_four == "002X"


class TestApplicant:
    APPLICANT = {
        "party_kind": "person",
        "name": "李晓云",
        "phone": "13800138000",
        "id_kind": "id_card",
        "id_number": "11010519491231002x",
        "address": "云岭市芦湾路1号",
    }

    def test_person_is_valid_and_not_shown_in_repr(self) -> None:
        form = ApplicantForm(self.APPLICANT)
        assert form.is_valid(), form.errors
        said = form.particulars()
        assert said
        assert (said.id_number, said.last_four) == ("11010519491231002X", "002X")
        assert "李" not in repr(said)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"party_kind": "business"}, "representative"),
            ({"party_kind": "business"}, "contact_person"),
            ({"id_number": "110105194912310021"}, "id_number"),
            ({"id_kind": "credit_code", "id_number": "91350100M000100Y43"}, "id_kind"),
            ({"phone": ""}, "phone"),
            ({"address": ""}, "address"),
            ({"postcode": "35abc"}, "postcode"),
            ({"postcode": "35000"}, "postcode"),
            ({"party_kind": "nobody"}, "party_kind"),
        ],
    )
    def test_missing_or_invalid_applicant_fields(self, change: dict[str, str], field: str) -> None:
        assert field in ApplicantForm({**self.APPLICANT, **change}).errors


def test_fault_report_needs_no_name(client: object, site: Website) -> None:
    sent(client, **{**FAULT, "text": "没有留名字的一条。"})  # type: ignore[arg-type]
    assert not Party.objects.exists()
    party("fault/2")
