"""Payment gateways: where the applicant's browser goes to pay, and what the gateway's notice says once its signature was checked.

To connect a platform of a province or a bank, subclass `Gateway` in a package of your own and name it in `GONGKAI_PAYMENT`.
`SignedGateway` speaks to any cashier that signs its parameters with HMAC-SHA256 (docs/requests.md).
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

PAID = "paid"
#: Longest body of a notice, in bytes.
LONGEST = 20_000


class Forged(Exception):
    """A notice that the gateway did not send, or that cannot be read."""


@dataclass(frozen=True)
class Told:
    """What a notice says.

    Attributes:
        number: the order's number, as we gave it.
        transaction: the gateway's own number of the payment.
        status: `paid`, or the gateway's word for anything else.
        fen: the amount, in hundredths of a yuan.
        paid_on: the day of payment by the gateway's clock.
        receipt: the number of the fiscal receipt, where the gateway issues it.
    """

    number: str
    transaction: str
    status: str
    fen: int
    paid_on: date
    receipt: str = ""


class Gateway:
    """What a gateway must be able to do. `taken` and `refused` are what it wants to read in answer to its notice."""

    taken, refused = "success", "fail"

    def url(self, order: PaymentOrder, *, subject: str, back: str, notify: str) -> str:
        """Return the address that the applicant's browser goes to.

        Args:
            order: what is to be paid.
            subject: what for, in words that do not tell who pays.
            back: where the browser comes back to.
            notify: where notices go.
        """
        raise NotImplementedError

    def read(self, body: bytes, headers: Mapping[str, str]) -> Told:
        """Return what a notice says, its signature checked.

        Raises:
            Forged: it is not the gateway's.
        """
        raise NotImplementedError


class SignedGateway(Gateway):
    """A cashier whose requests and notices are form fields with a signature: HMAC-SHA256 in hex over `name=value`, by name, joined by `&`."""

    def __init__(self) -> None:
        self.cashier, self.merchant = settings.GONGKAI_PAYMENT_URL, settings.GONGKAI_PAYMENT_MERCHANT
        self.key = settings.GONGKAI_PAYMENT_KEY.encode()

    def sign(self, fields: Mapping[str, str]) -> str:
        """Return the signature of some fields; `sign` itself and empty ones are left out."""
        said = "&".join(
            f"{name}={fields[name]}" for name in sorted(fields) if name != "sign" and fields[name]
        )
        return hmac.new(self.key, said.encode(), hashlib.sha256).hexdigest()

    def url(self, order: PaymentOrder, *, subject: str, back: str, notify: str) -> str:
        """The same."""
        fields = {
            "merchant": self.merchant,
            "order": order.number,
            "fen": str(order.fen),
            "subject": subject,
            "back": back,
            "notify": notify,
        }
        return f"{self.cashier}?{urlencode({**fields, 'sign': self.sign(fields)})}"

    def read(self, body: bytes, headers: Mapping[str, str]) -> Told:
        """The same."""
        try:
            pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=40)
        except ValueError as error:
            raise Forged("not a form") from error
        fields = dict(pairs)
        if len(fields) != len(pairs):
            raise Forged("a field stands twice")
        if not hmac.compare_digest(self.sign(fields).encode(), fields.get("sign", "").encode()):
            raise Forged("wrong signature")
        if fields.get("merchant") != self.merchant:
            raise Forged("another merchant's")
        return _told(fields)


def _told(fields: Mapping[str, str]) -> Told:
    try:
        fen, day = int(fields["fen"]), date.fromisoformat(fields["paid_on"])
        number, transaction, status = fields["order"], fields["transaction"], fields["status"]
    except (KeyError, ValueError) as error:
        raise Forged("a field is missing or wrong") from error
    # A gateway's clock may be ahead of ours by some minutes around midnight, not more.
    if not 0 <= fen < 10**9 or day > timezone.localdate() + timedelta(days=1) or not transaction:
        raise Forged("a field is wrong")
    sizes = ((number, 40), (transaction, 80), (status, 20), (fields.get("receipt", ""), 60))
    if any(len(text) > most for text, most in sizes):
        raise Forged("a field is too long")
    return Told(number, transaction, status, fen, min(day, timezone.localdate()), fields.get("receipt", ""))


def gateway() -> Gateway | None:
    """Return the gateway of this installation; None where fees are not paid online. One without a key is none: anybody could sign for it."""
    if not settings.GONGKAI_PAYMENT_URL or not settings.GONGKAI_PAYMENT_KEY:
        return None
    made: Gateway = import_string(settings.GONGKAI_PAYMENT)()
    return made
