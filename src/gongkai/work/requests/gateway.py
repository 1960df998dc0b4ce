"""Payment gateways: the cashier's URL and the verification of payment notices.

To connect the platform of a province or bank, subclass `PaymentGateway` in your own package and name it in
`GONGKAI_PAYMENT`. `SignedGateway` fits any cashier that signs its parameters with HMAC-SHA256
(docs/requests.md).
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from gongkai.work.requests.models import PaymentOrder

PAID_STATUS = "paid"
# Maximum size of a notice, in bytes.
MAX_NOTICE_BYTES = 20_000


class ForgedPaymentNotice(Exception):
    """A notice with a wrong signature, of another merchant or unreadable."""


@dataclass(frozen=True)
class VerifiedPaymentNotice:
    """A verified payment notice.

    Attributes:
        number: our order number.
        transaction: the gateway's payment number.
        status: `paid`, or the gateway's word for any other state.
        fen: the amount in 1/100 yuan.
        paid_on: the day of payment by the gateway's clock.
        receipt: the number of the fiscal receipt, if the gateway issues it.
    """

    number: str
    transaction: str
    status: str
    fen: int
    paid_on: date
    receipt: str = ""


class PaymentGateway:
    """The interface of a payment gateway.

    `taken` and `refused` are the response bodies that the gateway expects for its notices.
    """

    taken, refused = "success", "fail"

    def url(self, order: PaymentOrder, *, subject: str, back: str, notify: str) -> str:
        """Return the cashier URL for the applicant's browser.

        Args:
            subject: the purpose, without the applicant's identity.
            back: the URL to which the browser returns.
            notify: the URL for notices.
        """
        raise NotImplementedError

    def read(self, body: bytes, headers: Mapping[str, str]) -> VerifiedPaymentNotice:
        """Verify the signature of a notice and return its content.

        Raises:
            ForgedPaymentNotice: the notice is not from the gateway.
        """
        raise NotImplementedError


class SignedGateway(PaymentGateway):
    """A gateway that signs sorted `name=value` pairs, joined by `&`, with HMAC-SHA256."""

    def __init__(self) -> None:
        self.cashier, self.merchant = settings.GONGKAI_PAYMENT_URL, settings.GONGKAI_PAYMENT_MERCHANT
        self.key = settings.GONGKAI_PAYMENT_KEY.encode()

    def sign(self, fields: Mapping[str, str]) -> str:
        """Return the signature of the fields; `sign` and empty fields are left out."""
        text = "&".join(f"{name}={fields[name]}" for name in sorted(fields) if name != "sign" and fields[name])
        return hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()

    def url(self, order: PaymentOrder, *, subject: str, back: str, notify: str) -> str:
        """Return the signed cashier URL."""
        fields = {
            "merchant": self.merchant,
            "order": order.number,
            "fen": str(order.fen),
            "subject": subject,
            "back": back,
            "notify": notify,
        }
        return f"{self.cashier}?{urlencode({**fields, 'sign': self.sign(fields)})}"

    def read(self, body: bytes, headers: Mapping[str, str]) -> VerifiedPaymentNotice:
        """Verify signature and merchant of a notice and return its content.

        Raises:
            ForgedPaymentNotice: the notice is forged, repeats a field or has a wrong one.
        """
        try:
            pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=40)
        except ValueError as error:
            raise ForgedPaymentNotice("not a form") from error
        fields = dict(pairs)
        if len(fields) != len(pairs):
            raise ForgedPaymentNotice("a field stands twice")
        if not hmac.compare_digest(self.sign(fields).encode(), fields.get("sign", "").encode()):
            raise ForgedPaymentNotice("wrong signature")
        if fields.get("merchant") != self.merchant:
            raise ForgedPaymentNotice("another merchant's")
        return _parse_notice(fields)


def _parse_notice(fields: Mapping[str, str]) -> VerifiedPaymentNotice:
    """Return the checked fields of a verified notice; a day of tomorrow becomes today.

    Raises:
        ForgedPaymentNotice: when a field is missing, wrong or too long.
    """
    try:
        fen, day = int(fields["fen"]), date.fromisoformat(fields["paid_on"])
        number, transaction, status = fields["order"], fields["transaction"], fields["status"]
    except (KeyError, ValueError) as error:
        raise ForgedPaymentNotice("a field is missing or wrong") from error
    # A gateway's clock may be some minutes ahead of ours around midnight.
    if not 0 <= fen < 10**9 or day > timezone.localdate() + timedelta(days=1) or not transaction:
        raise ForgedPaymentNotice("a field is wrong")
    sizes = ((number, 40), (transaction, 80), (status, 20), (fields.get("receipt", ""), 60))
    if any(len(text) > most for text, most in sizes):
        raise ForgedPaymentNotice("a field is too long")
    return VerifiedPaymentNotice(
        number, transaction, status, fen, min(day, timezone.localdate()), fields.get("receipt", "")
    )


def get_configured_gateway() -> PaymentGateway | None:
    """Return the configured gateway, or None without a URL or a key.

    A gateway without a key is ignored: anybody could sign for it.
    """
    if not settings.GONGKAI_PAYMENT_URL or not settings.GONGKAI_PAYMENT_KEY:
        return None
    gateway: PaymentGateway = import_string(settings.GONGKAI_PAYMENT)()
    return gateway
