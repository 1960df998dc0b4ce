"""Phone verification by SMS code while a form is completed (`outbox.channels.SmsChannel`)."""

import hmac
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import F
from django.http import QueryDict
from django.utils import timezone

from gongkai.core.intake import spelling, throttle
from gongkai.core.intake.forms import tokens
from gongkai.core.intake.held_forms import SenderParticulars, digest_for_search
from gongkai.core.intake.models import PhoneCode
from gongkai.core.outbox.channels import ChannelError, sms_channel
from gongkai.core.vault.sealing import keyed_digest

if TYPE_CHECKING:
    from gongkai.core.intake.forms.page import FormPage

#: Validity of a code.
PHONE_CODE_LIFETIME = timedelta(minutes=10)
#: Wrong codes after which a new one must be sent.
MAX_CODE_ATTEMPTS = 5


def send_code(page: "FormPage", nonce: str, address: str) -> "FormPage":
    """Send a code to the typed phone number; return the page, not submitted, with `code_sent` or `code_fault` set."""
    number = spelling.normalize_phone(str(page.form.initial.get("phone", "")))
    gateway = sms_channel()
    page.status = 422
    if gateway is None or not page.definition.phone_code:
        page.code_fault = "本网站没有开通短信验证码。"
    elif not spelling.is_mobile(number):
        page.code_fault = "请先填写11位手机号码，再获取验证码。"
    elif throttle.PHONE_CODES_LIMIT.full(number) or throttle.PHONE_CODES_FROM_ADDRESS_LIMIT.full(address):
        page.code_fault = "获取验证码的次数太多，请一小时后再试。"
    else:
        code = f"{secrets.randbelow(1_000_000):06d}"
        throttle.PHONE_CODES_LIMIT.hit(number)
        throttle.PHONE_CODES_FROM_ADDRESS_LIMIT.hit(address)
        try:
            gateway.submit_code(
                number, code, f"【{settings.WAGTAIL_SITE_NAME}】验证码{code}，10分钟内有效，请勿告诉他人。"
            )
        except ChannelError:
            page.code_fault = "短信没有发出，请稍后再试。"
            return page
        _store_phone_code(nonce, number, code)
        page.code_sent, page.status = True, 200
    return page


def _store_phone_code(nonce: str, number: str, code: str) -> None:
    """Store the digests of a phone number and its new code for a form; an earlier code is replaced."""
    PhoneCode.objects.update_or_create(
        token=tokens.digest_form_token(nonce),
        defaults={
            "phone_digest": digest_for_search("phone", number),
            "code_digest": _digest_phone_code(nonce, code),
            "tries": 0,
            "sent_at": timezone.now(),
            "verified_at": None,
        },
    )


def check_phone_code(page: "FormPage", nonce: str, post: QueryDict, particulars: SenderParticulars | None) -> bool:
    """Return true if the phone is verified now or was before; otherwise add an error to the page if one is due."""
    if not page.offers_code:
        return False
    row = PhoneCode.objects.filter(token=tokens.digest_form_token(nonce)).first()
    typed_code = spelling.to_half_width(post.get("phone_code", ""))[:12]
    phone = digest_for_search("phone", particulars.phone) if particulars else ""
    if row and row.verified_at and row.phone_digest == phone:
        return True
    if not typed_code:
        if page.definition.phone_code == "required":
            page.code_fault = "请获取并填写手机验证码。"
        return False
    is_current = row and row.phone_digest == phone and timezone.now() - row.sent_at < PHONE_CODE_LIFETIME
    if row is None or not is_current or not _try_code(row, nonce, typed_code):
        page.code_fault = "验证码不对或已过期，请核对，或者重新获取。"
        return False
    return True


def _try_code(row: PhoneCode, nonce: str, typed_code: str) -> bool:
    """Count a try of a code and compare it; record the number as verified and return true if it is right."""
    codes = PhoneCode.objects.filter(pk=row.pk, tries__lt=MAX_CODE_ATTEMPTS)
    if not codes.update(tries=F("tries") + 1):
        return False
    if not hmac.compare_digest(row.code_digest, _digest_phone_code(nonce, typed_code)):
        return False
    PhoneCode.objects.filter(pk=row.pk).update(verified_at=timezone.now())
    return True


def _digest_phone_code(nonce: str, code: str) -> str:
    return keyed_digest("phone code", f"{nonce}/{code}")
