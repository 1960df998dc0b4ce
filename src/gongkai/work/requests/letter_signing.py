"""Signed PDFs of letters, for units with a certificate; LibreOffice converts them."""

import hashlib
import logging
from datetime import timedelta
from typing import NamedTuple

from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, action
from gongkai.core.acts.actors import SYSTEM, Actor
from gongkai.core.units.models import Certificate
from gongkai.core.vault.sealing import decrypt_bytes, encrypt_bytes
from gongkai.core.widgets.responses import DOCX_CONTENT_TYPE
from gongkai.lib.confined.libreoffice import find_libreoffice_library
from gongkai.lib.writing.pdf_signing import convert_docx_to_pdf, sign_pdf
from gongkai.work.requests.letters import LETTER_KINDS, decrypt_letter
from gongkai.work.requests.models import Letter, SignedLetter

_LOGGER = logging.getLogger("gongkai.requests")
# Pauses before the retries after a failure.
RETRY_PAUSES = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), *[timedelta(days=1)] * 6)
# Maximum number of letters signed in a run of the job: each takes some seconds.
MAX_SIGNED_PER_RUN = 10
PDF_MEDIA_TYPE = "application/pdf"


class HandedOutLetter(NamedTuple):
    """A letter as sent to its recipient: content, file extension and media type."""

    content: bytes
    suffix: str
    media_type: str


def get_handed_out_letter(letter: Letter) -> HandedOutLetter:
    """Return the signed PDF of a letter, else its .docx. The caller checks the permission."""
    signed = SignedLetter.objects.filter(letter=letter).exclude(digest="").first()
    if signed is None:
        return HandedOutLetter(decrypt_letter(letter), "docx", DOCX_CONTENT_TYPE)
    return HandedOutLetter(decrypt_bytes(bytes(signed.content), signed.key.reveal()), "pdf", PDF_MEDIA_TYPE)


def _list_reasons_unless_system(by: Actor, target: object) -> list[str]:
    return [] if by.system else ["由系统在文书生成后办理。"]


@action("requests.sign_letter", label="签名文书", rule=_list_reasons_unless_system, quiet=True)
def store_signed_letter(letter: Letter, *, by: Actor, pdf: bytes, serial: str) -> ActionResult:
    """Store the signed PDF of a letter; an empty one is a failure, tried again later."""
    sealed, key = encrypt_bytes(pdf) if pdf else (b"", "")
    digest, signed_at = hashlib.sha256(pdf).hexdigest() if pdf else "", timezone.now()
    tries = sum(SignedLetter.objects.filter(letter=letter).values_list("tries", flat=True)) + 1
    again_at = None if pdf or tries > len(RETRY_PAUSES) else signed_at + RETRY_PAUSES[tries - 1]
    stored_values = {"content": sealed, "key": key, "digest": digest, "serial": serial, "at": signed_at, "tries": tries}
    SignedLetter.objects.update_or_create(letter=letter, defaults={**stored_values, "again_at": again_at})
    text = f"{letter.number}生成签名PDF" if pdf else f"{letter.number}第{tries}次没有生成签名PDF"
    return ActionResult(words=text, facts={"digest": digest, "serial": serial})


def sign_pending_letters() -> dict[str, int]:
    """Sign up to MAX_SIGNED_PER_RUN letters of units with a valid certificate; return {"signed": count}."""
    now = timezone.now()
    valid_certificates = Certificate.objects.filter(starts__lte=now, ends__gt=now)
    if not valid_certificates.exists() or find_libreoffice_library() is None:
        return {"signed": 0}
    since = valid_certificates.filter(body=OuterRef("request__entry__body")).values("at__date")[:1]
    pending = (
        Letter.objects.annotate(since=Subquery(since))
        .filter(Q(signed=None) | Q(signed__again_at__lte=now), revoked_on=None, made_on__gte=F("since"))
        .exclude(key="")
        .select_related("request__entry")
        .order_by(F("signed__again_at").asc(nulls_first=True), "pk")
    )
    return {"signed": sum(_sign_one_letter(letter) for letter in pending[:MAX_SIGNED_PER_RUN])}


def _sign_one_letter(letter: Letter) -> bool:
    """Convert a letter to PDF, sign and store it; false, and a later retry, if it fails."""
    certificate = Certificate.objects.get(body=letter.request.entry.body_id)
    try:
        plain = convert_docx_to_pdf(decrypt_letter(letter))
        reason = f"{LETTER_KINDS[letter.kind].title} {letter.number}"
        pdf = sign_pdf(plain, certificate.key.reveal(), certificate.chain, reason=reason)
    except Exception:  # a fault of the library in one letter must not stop the others
        _LOGGER.exception("letter %s was not signed", letter.pk)
        pdf = b""
    store_signed_letter(letter, by=SYSTEM, pdf=pdf, serial=certificate.serial)
    return bool(pdf)
