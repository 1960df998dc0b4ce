"""Time stamps (RFC 3161): an authority outside says when a seal was there, so that whoever holds key and database dates no new seal back.

`GONGKAI_TIMESTAMPS` names the authority's address, `GONGKAI_TIMESTAMP_ROOTS` a PEM file of the certificates that count. A seal's token goes into
its anchor's line (`stamp`). An authority that does not answer is logged and stops no seal: the next seal names the one before it, and so its
token covers both.
"""

import base64
import binascii
import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.x509 import Certificate, load_pem_x509_certificates
from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from gongkai.outbound.asking import ask
from gongkai.outbound.reach import NoAnswer, Reach, named_as

LOG = logging.getLogger(__name__)
#: How far an authority's clock may be from this machine's: further, and the seal was made at another time than it says.
APART = timedelta(hours=1)
_HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
#: A token with its certificates is a few thousand bytes.
_MOST = 200_000


def stamp(seal_hash: str) -> str:
    """Return an authority's token over a seal's digest, as base64; nothing where none is named or none came (that is logged)."""
    address = settings.GONGKAI_TIMESTAMPS
    if not address:
        return ""
    request = TimestampRequestBuilder().data(seal_hash.encode()).hash_algorithm(HashAlgorithm.SHA256).build()
    reach = Reach(seconds=10, whole=30, hosts={named_as(address)}, inner=True, most=_MOST)
    try:
        with ask(address, reach, method="POST", headers=_HEADERS, body=request.as_bytes()) as answer:
            raw = answer.read()
        found = decode_timestamp_response(raw)
        if found.tst_info.nonce != request.nonce:
            raise ValueError("nonce")
        if roots := _roots():
            _verifier(roots).verify_message(found, seal_hash.encode())
    except (NoAnswer, ValueError, VerificationError) as error:
        LOG.error("no time stamp from %s: %r", address, error)
        return ""
    return base64.b64encode(raw).decode()


def compare(kept: Iterable[Mapping[str, Any]]) -> tuple[int, str]:
    """Return how many anchors carry a token, and what is wrong first with one.

    Args:
        kept: anchors, oldest first, whose own signatures hold.
    """
    count = 0
    for anchor in kept:
        if not anchor.get("stamp"):
            continue
        count += 1
        if wrong := _wrong(anchor):
            return count, f"{anchor['at']} 的锚点：{wrong}"
    return count, ""


def _wrong(anchor: Mapping[str, Any]) -> str:
    try:
        roots = _roots()
    except ValueError as error:
        return str(error)
    if not roots:
        return "带有时间戳，但没有指定时间戳机构的根证书（GONGKAI_TIMESTAMP_ROOTS），无法核验"
    try:
        found = decode_timestamp_response(base64.b64decode(str(anchor["stamp"]), validate=True))
        _verifier(roots).verify_message(found, str(anchor["hash"]).encode())
        sealed = parse_datetime(str(anchor["at"]))
    except (ValueError, binascii.Error, VerificationError):
        return "时间戳无效，或不是这次封存的时间戳"
    at = found.tst_info.gen_time
    if sealed is None or abs(at - sealed) > APART:
        return f"封存所记时间与时间戳（{timezone.localtime(at):%Y-%m-%d %H:%M}）不符，封存可能是后来补做的"
    return ""


def _roots() -> list[Certificate]:
    path = settings.GONGKAI_TIMESTAMP_ROOTS
    if not path:
        return []
    try:
        return load_pem_x509_certificates(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} 不是证书文件（PEM），无法核验时间戳") from error


def _verifier(roots: list[Certificate]) -> Any:
    made = VerifierBuilder()
    for root in roots:
        made = made.add_root_certificate(root)
    return made.build()
