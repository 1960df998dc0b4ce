"""Signed PDF letters: certificate set up by an administrator, signatures verified by another program."""

import re
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from fpdf import FPDF

from factories.certificates import PASSWORD, VALID_FROM, certificate
from factories.requests import add_applicant, do, register
from factories.units import BodyFactory, actor, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.acts.chain import read_stream
from gongkai.core.ledger.models import Entry
from gongkai.core.units import actions
from gongkai.core.units.models import Certificate, Role
from gongkai.lib.confined.libreoffice import find_libreoffice_library
from gongkai.lib.writing.pdf_signing import SigningError, read_certificate, sign_pdf
from gongkai.work.requests import applicant_matter, letter_signing
from gongkai.work.requests.models import Letter, SignedLetter

pytestmark = [pytest.mark.django_db, pytest.mark.today("2024-01-10 10:00+08:00")]
NEEDS_PDFSIG = pytest.mark.skipif(shutil.which("pdfsig") is None, reason="needs pdfsig (apt-get install poppler-utils)")
NEEDS_OFFICE = pytest.mark.skipif(find_libreoffice_library() is None, reason="LibreOffice is not installed")


@pytest.fixture
def entry() -> Entry:
    city = BodyFactory(name="云岭市人民政府", kind="government")
    made = register(BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局", parent=city), date(2024, 1, 2))
    return add_applicant(made)


def plain_pdf() -> bytes:
    paper = FPDF()
    paper.add_page()
    return bytes(paper.output())


def set_up(entry: Entry) -> Certificate:
    by = actor(Role.ADMINISTRATOR, entry.body.parent)
    actions.set_certificate(entry.body, by=by, content=certificate(), password=PASSWORD)
    return Certificate.objects.get()


def verify_with_pdfsig(pdf: bytes, tmp_path: Path) -> str:
    file = tmp_path / "letter.pdf"
    file.write_bytes(pdf)
    return subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=False).stdout


@NEEDS_PDFSIG
def test_pdfsig_validates_signature_and_detects_changes(entry: Entry, tmp_path: Path) -> None:
    kept = set_up(entry)
    pdf = sign_pdf(plain_pdf(), kept.key.reveal(), kept.chain, reason="答复书")
    said = verify_with_pdfsig(pdf, tmp_path)
    assert "Signature is Valid" in said
    assert "ETSI.CAdES.detached" in said
    assert "Total document signed" in said
    assert "云岭市住房和城乡建设局" in said
    at = pdf.index(b"stream") + 12
    assert "Digest Mismatch" in verify_with_pdfsig(pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :], tmp_path)
    assert "Not total document signed" in verify_with_pdfsig(pdf + b"\n% more\n%%EOF", tmp_path)


@NEEDS_OFFICE
@NEEDS_PDFSIG
def test_answer_is_handed_out_signed(entry: Entry, tmp_path: Path) -> None:
    set_up(entry)
    do(entry, "decide", result="3.1")
    letter = Letter.objects.get()
    assert letter_signing.get_handed_out_letter(letter).suffix == "docx", "until it is signed"
    assert letter_signing.sign_pending_letters() == {"signed": 1}
    assert letter_signing.sign_pending_letters() == {"signed": 0}, "once"
    fetched = applicant_matter.fetch_request_paper(entry.pk, f"letter-{letter.pk}")
    assert (fetched.kind, fetched.name[-4:]) == ("application/pdf", ".pdf")
    assert "Signature is Valid" in verify_with_pdfsig(fetched.content, tmp_path)
    assert "requests.sign_letter" in [movement.action for movement in read_stream(entry.stream)]
    assert letter.number.encode() not in bytes(SignedLetter.objects.get().content), "encrypted"
    client = signed_in(Role.CLERK, entry.body)
    assert "签名PDF" in client.get(f"/admin/ledger/{entry.pk}/").content.decode()
    answer = client.get(f"/admin/requests/letters/{letter.pk}/?as=signed")
    assert b"".join(answer).startswith(b"%PDF")
    applicant_matter.erase_request(entry.pk)
    assert not SignedLetter.objects.get().key


def test_failed_letter_is_retried_and_does_not_block_others(entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(entry)
    do(entry, "decide", result="3.1")

    def fail(_data: bytes) -> bytes:
        raise AssertionError("as a library breaks off")

    monkeypatch.setattr(letter_signing, "find_libreoffice_library", lambda: Path("/usr/bin/soffice"))
    monkeypatch.setattr(letter_signing, "convert_docx_to_pdf", fail)
    assert letter_signing.sign_pending_letters() == {"signed": 0}
    assert letter_signing.get_handed_out_letter(Letter.objects.get()).suffix == "docx"
    assert "已试1次" in signed_in(Role.CLERK, entry.body).get(f"/admin/ledger/{entry.pk}/").content.decode()
    with time_machine.travel(timezone.now() + letter_signing.RETRY_PAUSES[0] - timedelta(minutes=1), tick=False):
        assert letter_signing.sign_pending_letters() == {"signed": 0}
        assert SignedLetter.objects.get().tries == 1
    now = timezone.now()
    for tries, pause in enumerate(letter_signing.RETRY_PAUSES, 2):
        now += pause + timedelta(minutes=1)
        with time_machine.travel(now, tick=False):
            letter_signing.sign_pending_letters()
        assert SignedLetter.objects.get().tries == tries
    assert SignedLetter.objects.get().again_at is None, "not for ever"
    SignedLetter.objects.update(again_at=now)
    monkeypatch.setattr(letter_signing, "convert_docx_to_pdf", lambda _data: plain_pdf())
    with time_machine.travel(now, tick=False):
        assert letter_signing.sign_pending_letters() == {"signed": 1}
    assert letter_signing.get_handed_out_letter(Letter.objects.get()).suffix == "pdf"


def test_nothing_is_signed_without_valid_certificate(entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letter_signing, "find_libreoffice_library", lambda: Path("/usr/bin/soffice"))
    monkeypatch.setattr(letter_signing, "convert_docx_to_pdf", lambda _data: plain_pdf())
    do(entry, "decide", result="3.1")
    assert letter_signing.sign_pending_letters() == {"signed": 0}
    set_up(entry)
    with time_machine.travel("2025-03-10 10:00+08:00", tick=False):
        assert letter_signing.sign_pending_letters() == {"signed": 0}
    assert letter_signing.sign_pending_letters() == {"signed": 1}


@pytest.mark.parametrize(
    ("made", "password", "said"),
    [
        ({}, "wrong", "打不开"),
        ({"bits": 1024}, PASSWORD, "不足2048位"),
        ({"days": 3}, PASSWORD, "不在有效期内"),
        ({"signs": False}, PASSWORD, "不能用于签名"),
    ],
)
def test_certificate_unfit_for_signing_is_refused(made: dict[str, int], password: str, said: str) -> None:
    with pytest.raises(SigningError, match=said):
        read_certificate.here(certificate(**made), password, VALID_FROM.replace(day=10))  # type: ignore[arg-type]


def test_administrator_sets_up_certificate_and_nobody_reads_key(entry: Entry) -> None:
    body = entry.body
    client = signed_in(Role.ADMINISTRATOR, body.parent)
    page = client.get(f"/admin/units/{body.pk}/certificate/").content.decode()
    assert 'enctype="multipart/form-data"' in page
    for content, said in ((b"x", "打不开"), (b"x" * 300_000, "文件过大")):
        given = {"file": SimpleUploadedFile("x.p12", content), "password": ""}
        assert said in client.post(f"/admin/units/{body.pk}/certificate/", given).content.decode()
    given = {"file": SimpleUploadedFile("x.p12", certificate()), "password": PASSWORD}
    assert client.post(f"/admin/units/{body.pk}/certificate/", given).status_code == 302
    shown = client.get(f"/admin/units/{body.pk}/").content.decode()
    assert "CN=云岭市住房和城乡建设局" in shown
    kept = Certificate.objects.get()
    assert kept.key.reveal().startswith("-----BEGIN PRIVATE KEY-----")
    assert "PRIVATE KEY" not in kept.key.token
    assert not re.search("PRIVATE KEY|pfx-password", shown)
    with pytest.raises(Refused, match="系统管理员"):
        actions.drop_certificate(body, by=actor(Role.CHIEF, body.parent))
    client.post(f"/admin/units/{body.pk}/certificate/drop/", {})
    assert not Certificate.objects.exists()
