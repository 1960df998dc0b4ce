"""Time stamps (RFC 3161) of an authority for seals, so that seals cannot be backdated.

`GONGKAI_TIMESTAMPS` names the authority's address, `GONGKAI_TIMESTAMP_ROOTS` a PEM file of the certificates that
count. Its answer is stored with the seal (`Stamp`) and in its anchor (`stamp`). A failed request stops no seal: the
installation's state reports it, the next round asks again (`anchors.retry_time_stamp`), and the next seal names the
one before it, so that its token covers both.
"""

import base64
import hashlib
import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from gongkai.core.acts.models import Seal, Stamp
from gongkai.lib.outbound.http_requests import send_request
from gongkai.lib.outbound.permitted_hosts import NoAnswer, RequestLimits, get_host_name

if TYPE_CHECKING:  # Most installations have no authority: the libraries take 25 ms of every start.
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

LOG = logging.getLogger(__name__)
#: Maximum difference between an authority's clock and ours; a larger one means that the seal's time is wrong.
MAX_CLOCK_DIFFERENCE = timedelta(hours=1)
#: Interval between requests to an authority.
STAMP_INTERVAL = timedelta(hours=1)
#: Pause before a failed authority is asked again.
RETRY_PAUSE = timedelta(minutes=10)
_TIME_STAMP_HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
#: Largest accepted response; a token with its certificates has a few thousand bytes.
_MAX_RESPONSE_BYTES = 200_000


class NoTimeStamp(Exception):
    """Raised when there is no valid token; the message is a Chinese sentence."""


def request_time_stamp(seal: Seal) -> str:
    """Request a token for a seal, store the response, and return the token (base64).

    Return "" if no authority is configured or the request failed.
    """
    if not settings.GONGKAI_TIMESTAMPS or _has_stamp_within_interval(seal):
        return ""
    token, refusal = "", ""
    try:
        token = base64.b64encode(_post_request(settings.GONGKAI_TIMESTAMPS, seal)).decode()
    except (NoAnswer, NoTimeStamp) as error:
        refusal = str(error)[:200]
        LOG.error("no time stamp from %s: %s", settings.GONGKAI_TIMESTAMPS, refusal)
    Stamp(seal=seal, at=timezone.now(), token=token, refused=refusal).save(force_insert=True)
    return token


def _has_stamp_within_interval(seal: Seal) -> bool:
    """Return true if another seal of the hour before this one has a token."""
    stamps = Stamp.objects.exclude(token="").exclude(seal=seal)
    return stamps.filter(seal__at__gt=seal.at - STAMP_INTERVAL, seal__at__lte=seal.at).exists()


def find_seal_awaiting_retry(now: datetime) -> Seal | None:
    """Return the seal of the last request if that failed, a retry is due and the seal young enough; else None."""
    last_stamp = Stamp.objects.order_by("-at", "-pk").select_related("seal").first()
    if last_stamp is None or last_stamp.token or not settings.GONGKAI_TIMESTAMPS:
        return None
    return (
        last_stamp.seal
        if now - last_stamp.at >= RETRY_PAUSE and now - last_stamp.seal.at < MAX_CLOCK_DIFFERENCE - RETRY_PAUSE
        else None
    )


def _post_request(address: str, seal: Seal) -> bytes:
    """Request a time stamp of the seal's hash; return the checked response as bytes.

    Raises:
        NoTimeStamp: the authority refused, or its response is not for this request and seal.
    """
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    request = TimestampRequestBuilder().data(seal.hash.encode()).hash_algorithm(HashAlgorithm.SHA256).build()
    reach = RequestLimits(seconds=10, whole=30, hosts={get_host_name(address)}, inner=True, most=_MAX_RESPONSE_BYTES)
    with send_request(address, reach, method="POST", headers=_TIME_STAMP_HEADERS, body=request.as_bytes()) as answer:
        if answer.status != 200:
            raise NoTimeStamp(f"时间戳机构答复 {answer.status}")
        response_bytes = answer.read()
    response = _parse_response(response_bytes)
    if response.tst_info.nonce != request.nonce:
        raise NoTimeStamp("时间戳机构的答复不是这次请求的")
    _check_token(response, seal.hash, seal.at, _load_root_certificates())
    return response_bytes


def _parse_response(raw: bytes) -> "TimeStampResponse":
    """Parse an authority's response, including its token; raise NoTimeStamp if it has none."""
    from rfc3161_client import decode_timestamp_response

    try:
        response = decode_timestamp_response(raw)
    except ValueError as error:
        raise NoTimeStamp("时间戳机构的答复不是时间戳") from error
    try:
        response.tst_info  # noqa: B018 - read only now
    except ValueError as error:
        raise NoTimeStamp(f"时间戳机构拒绝了请求（状态 {response.status}）") from error
    return response


def _check_token(
    response: "TimeStampResponse", seal_hash: str, sealed: datetime | None, roots: "list[Certificate]"
) -> None:
    """Raise unless the token has the right digest and time and, if roots are given, a trusted signature.

    Raises:
        NoTimeStamp: the token is not valid.
    """
    from rfc3161_client import VerificationError, VerifierBuilder

    info = response.tst_info
    if info.message_imprint.message != hashlib.sha256(seal_hash.encode()).digest():
        raise NoTimeStamp("时间戳不是这次封存的")
    if sealed is None or abs(info.gen_time - sealed) > MAX_CLOCK_DIFFERENCE:
        stamp_time = f"{timezone.localtime(info.gen_time):%Y-%m-%d %H:%M}"
        raise NoTimeStamp(f"封存所记时间与时间戳（{stamp_time}）不符：封存是后来补做的，或者有一方时钟不准")
    if not roots:
        return
    builder = VerifierBuilder()
    for root in roots:
        builder = builder.add_root_certificate(root)
    try:
        builder.build().verify_message(response, seal_hash.encode())
    except (ValueError, VerificationError) as error:
        LOG.warning("time stamp refused: %s", error)
        raise NoTimeStamp("时间戳的签名无效，或者签发的机构不受信任（GONGKAI_TIMESTAMP_ROOTS）") from error


def verify_anchor_tokens(anchors: Iterable[Mapping[str, object]]) -> tuple[int, str]:
    """Verify the tokens in anchors, offline; return (their number, first error or "").

    Args:
        anchors: anchors, oldest first, whose own signatures hold.
    """
    count = 0
    for anchor in anchors:
        if not anchor.get("stamp"):
            continue
        count += 1
        error = "带有时间戳，但没有指定时间戳机构的根证书（GONGKAI_TIMESTAMP_ROOTS），无法核验"
        if settings.GONGKAI_TIMESTAMP_ROOTS:
            error = _describe_token_error(str(anchor["stamp"]), str(anchor["hash"]), str(anchor["at"]))
        if error:
            return count, f"{anchor['at']} 的锚点：{error}"
    return count, ""


def verify_stored_tokens() -> tuple[int, str]:
    """Verify the stored tokens; return (their number, first error or "")."""
    count = 0
    for stamp in Stamp.objects.exclude(token="").select_related("seal").order_by("pk").iterator(500):
        count += 1
        if error := _describe_token_error(stamp.token, stamp.seal.hash, stamp.seal.at):
            return count, f"{timezone.localtime(stamp.seal.at):%Y-%m-%d %H:%M} 的封存：{error}"
    return count, ""


def _describe_token_error(token: str, seal_hash: str, sealed: datetime | str) -> str:
    """Return in Chinese why a stored time stamp does not fit its seal; empty if it does."""
    try:
        seal_time = parse_datetime(sealed) if isinstance(sealed, str) else sealed
        _check_token(
            _parse_response(base64.b64decode(token, validate=True)), seal_hash, seal_time, _load_root_certificates()
        )
    except ValueError:  # no base64, no time
        return "不是时间戳"
    except NoTimeStamp as error:
        return str(error)
    return ""


def _load_root_certificates() -> "list[Certificate]":
    """Return the configured root certificates; empty if none are configured.

    Raises:
        NoTimeStamp: the file is unreadable or not in PEM format.
    """
    from cryptography.x509 import load_pem_x509_certificates

    path = settings.GONGKAI_TIMESTAMP_ROOTS
    if not path:
        return []
    try:
        return load_pem_x509_certificates(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise NoTimeStamp(f"{path} 不是证书文件（PEM），无法核验时间戳") from error
