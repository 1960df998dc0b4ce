"""Letters as signed PDFs: made behind the acts that made the letters, of units that have a certificate, where LibreOffice is installed."""

import hashlib
import logging
from typing import NamedTuple

from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from gongkai.acts.action import ActionResult, action
from gongkai.acts.actors import SYSTEM, Actor
from gongkai.confined.office import library
from gongkai.requests.letters import KINDS, content_of
from gongkai.requests.models import Letter, SignedLetter
from gongkai.ui.answers import DOCX
from gongkai.units.models import Certificate
from gongkai.vault.sealing import decrypt_bytes, encrypt_bytes
from gongkai.writing.signed import Unsignable, docx_to_pdf, sign

LOG = logging.getLogger("gongkai.requests")
#: Letters of one round: each takes LibreOffice some seconds, and other due work waits.
MOST = 10
PDF = "application/pdf"


class Handed(NamedTuple):
    """A letter as it is handed out: its bytes, the ending of its name, its media type."""

    content: bytes
    suffix: str
    kind: str


def handed(letter: Letter) -> Handed:
    """Return a letter as its reader gets it: signed where it was signed, else as .docx; whoever calls this has asked whether the reader may."""
    signed = SignedLetter.objects.filter(letter=letter).exclude(digest="").first()
    if signed is None:
        return Handed(content_of(letter), "docx", DOCX)
    return Handed(decrypt_bytes(bytes(signed.content), signed.key.reveal()), "pdf", PDF)


def _only_system(by: Actor, target: object) -> list[str]:
    return [] if by.system else ["由系统在文书生成后办理。"]


@action("requests.sign_letter", label="签名文书", rule=_only_system, quiet=True)
def sign_letter(letter: Letter, *, by: Actor, pdf: bytes, serial: str) -> ActionResult:
    """Keep a letter's signed PDF; where none could be made that is kept, too, so that it is not tried for ever."""
    sealed, key = encrypt_bytes(pdf) if pdf else (b"", "")
    digest = hashlib.sha256(pdf).hexdigest() if pdf else ""
    SignedLetter.objects.create(letter=letter, content=sealed, key=key, digest=digest, serial=serial)
    words = f"{letter.number}生成签名PDF" if pdf else f"{letter.number}没有生成签名PDF"
    return ActionResult(words=words, facts={"digest": digest, "serial": serial})


def sign_waiting() -> dict[str, int]:
    """Sign the letters that were made since their unit has a certificate."""
    now = timezone.now()
    counting = Certificate.objects.filter(starts__lte=now, ends__gt=now)
    if not counting.exists() or library() is None:
        return {"signed": 0}
    since = counting.filter(body=OuterRef("request__entry__body")).values("at__date")[:1]
    waiting = (
        Letter.objects.annotate(since=Subquery(since))
        .filter(signed=None, revoked_on=None, made_on__gte=F("since"))
        .exclude(key="")
        .select_related("request__entry")
    )
    return {"signed": sum(_sign(letter) for letter in waiting[:MOST])}


def _sign(letter: Letter) -> bool:
    certificate = Certificate.objects.get(body=letter.request.entry.body_id)
    try:
        plain = docx_to_pdf(content_of(letter))
        reason = f"{KINDS[letter.kind].title} {letter.number}"
        pdf = sign(plain, certificate.key.reveal(), certificate.chain, reason=reason)
    except Unsignable as error:
        LOG.warning("letter %s: %s", letter.pk, error)
        pdf = b""
    sign_letter(letter, by=SYSTEM, pdf=pdf, serial=certificate.serial)
    return bool(pdf)
