"""Actions on public telephones: register, test calls and rectifications (M-03)."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.acts.public_words import refuse_personal_in
from gongkai.core.intake import spelling
from gongkai.core.ledger.rectification import FoundFault, order_rectification
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.lib.law import default_calendar
from gongkai.work.consultation import rules
from gongkai.work.consultation.models import ContactPhone, PhoneCheck, PhoneOperator, PhoneTestResult

if TYPE_CHECKING:
    from gongkai.core.ledger.models import Entry

# Working days for a rectification by default; local practice.
RECTIFICATION_WORKING_DAYS = 5
#: Basis of a rectification after a failed test call.
PHONE_CHECK_BASIS = "政务公开工作要点任务分工：定期检查对外联系电话"


@action("phones.enter", label="登记电话", rule=rules.list_reasons_unless_phone_manager)
def enter_phone(body: Body, *, by: Actor, number: str, hours: str, purpose: str = "") -> ActionResult:
    """Register a telephone number in use; the action's result is the `ContactPhone`."""
    number, hours = number.strip(), hours.strip()
    if not hours:
        raise Refused("请填写接听时间。")
    if fault := spelling.find_phone_fault(number):
        raise Refused(fault)
    if ContactPhone.objects.filter(body=body, number=number, closed_at=None).exists():
        raise Refused("这个号码已经登记。")
    refuse_personal_in(ContactPhone, number=number, purpose=purpose, hours=hours)
    phone = ContactPhone.objects.create(body=body, number=number[:40], hours=hours[:120], purpose=purpose.strip()[:80])
    return ActionResult(words=f"登记{number}", stream=phone.stream, result=phone)


@action("phones.close", label="停用电话", rule=rules.list_reasons_unless_phone_manager)
def close_phone(phone: ContactPhone, *, by: Actor, reason: str) -> ActionResult:
    """Close a telephone number, with a reason; its test calls stay."""
    if phone.closed_at:
        raise Refused("这个号码已经停用。")
    reason = require_text(reason, "请写明停用的理由。")
    phone.closed_at = timezone.now()
    phone.save(update_fields=["closed_at"])
    return ActionResult(words=reason)


@action("phones.name_operator", label="指定接听人员", rule=rules.list_reasons_unless_phone_manager)
def assign_operator(phone: ContactPhone, *, by: Actor, name: str, handed_on: date | None = None) -> ActionResult:
    """Assign an operator and the day they received the Q&A base; return the `PhoneOperator`."""
    name, day = name.strip()[:60], handed_on or timezone.localdate()
    if phone.closed_at:
        raise Refused("这个号码已经停用。")
    if not name:
        raise Refused("请填写接听人员。")
    if day > timezone.localdate():
        raise Refused("交接日期不能晚于今天。")
    if phone.operators.filter(name=name, ended_on=None).exists():
        raise Refused("这个人已经登记。")
    operator = PhoneOperator.objects.create(phone=phone, name=name, handed_on=day)
    return ActionResult(words=f"{name}接听，{day.isoformat()}交接问答库", result=operator)


@action("phones.end_operator", label="结束接听", rule=rules.list_reasons_unless_phone_manager)
def end_operator(phone: ContactPhone, *, by: Actor, operator: PhoneOperator) -> ActionResult:
    """End the assignment of an operator."""
    if not phone.operators.filter(pk=operator.pk, ended_on=None).exists():
        raise Refused("没有这名接听人员。")
    PhoneOperator.objects.filter(pk=operator.pk).update(ended_on=timezone.localdate())
    return ActionResult(words=f"{operator.name}不再接听")


def _list_reasons_unless_tester(by: Actor, phone: ContactPhone) -> list[str]:
    return [] if rules.is_supervising_office(by, phone) else ["只有政务公开办可以登记电话测试。"]


@action("phones.check", label="登记测试", rule=_list_reasons_unless_tester)
def record_test_call(
    phone: ContactPhone,
    *,
    by: Actor,
    heard: str,
    words: str = "",
    called_at: datetime | None = None,
    until: date | None = None,
) -> ActionResult:
    """Record a test call; a failure starts a rectification. Return the `PhoneCheck`."""
    if heard not in PhoneTestResult.values:
        raise Refused("请选择测试结果。")
    if phone.closed_at:
        raise Refused("这个号码已经停用。")
    moment = called_at or timezone.now()
    if moment > timezone.now():
        raise Refused("拨打时间不能晚于现在。")
    if until and until < timezone.localdate():
        raise Refused("整改期限不能早于今天。")
    check = PhoneCheck(
        phone=phone, called_at=moment, heard=heard, words=words.strip()[:300], by=by.name, person_id=by.person_id
    )
    if check.failing:
        check.entry = _order_rectification(phone, check, by, until)
    check.save()
    return ActionResult(
        words=f"{PhoneTestResult(heard).label}{f'：{check.words}' if check.words else ''}",
        facts={"heard": heard, "entry": check.entry_id},
        result=check,
    )


def _order_rectification(phone: ContactPhone, check: PhoneCheck, by: Actor, until: date | None) -> "Entry | None":
    """Order the unit to repair a phone that failed a test; return the order's entry.

    If the order is refused, return the entry of the last earlier order for this phone, or None.
    """
    label = PhoneTestResult(check.heard).label
    text = timezone.localtime(check.called_at).strftime("%Y-%m-%d %H:%M")
    fault = FoundFault(
        source="consultation",
        ref=f"phone/{phone.pk}",
        title=f"对外联系电话{phone.number}{label}",
        what=f"{text}拨打{phone.number}（接听时间{phone.hours}），{label}。{check.words}",
        demand="请核对号码，落实接听人员，保证接听时间内有人接听、答复规范。",
        basis=PHONE_CHECK_BASIS,
        address=reverse("consultation:phones"),
        page="对外联系电话",
    )
    last_day = until or default_calendar().add_working_days(timezone.localdate(), RECTIFICATION_WORKING_DAYS)
    try:
        return order_rectification(phone.body, by=by, found=fault, until=last_day)
    except Refused:
        earlier_check = phone.checks.exclude(entry=None).order_by("-called_at").first()
        return earlier_check.entry if earlier_check else None
