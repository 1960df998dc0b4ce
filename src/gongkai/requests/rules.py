"""Who may do what to a request, when it counts as received, and what speaks against that. Each returns reasons in Chinese; none: it may be done."""

from collections.abc import Callable, Mapping
from datetime import date

from gongkai.ledger.models import Entry
from gongkai.ledger.rules import oversees, work
from gongkai.requests.models.request import Route
from gongkai.typed_json import text
from gongkai.units.actors import ANONYMOUS, Actor
from gongkai.units.models import Body, Role

Who = Callable[[Actor, Entry], list[str]]


def registers(by: Actor, body: Body | None) -> list[str]:
    """Staff of the unit that receives a request, the 政务公开办 over it, and the public form."""
    if by.system or by == ANONYMOUS or body is None:
        return []
    if by.has(Role.CLERK, Role.LEAD, Role.SIGNER, body_id=body.pk) or by.reaches(Role.CHIEF, path=body.path):
        return []
    return [f"只有受理单位（{body.label}）或者政务公开办可以登记申请。"]


def _own_office(by: Actor, body: Body) -> bool:
    """Whether somebody is the 政务公开办 of the very unit that received a request, or of the government that did (jobs are, too).

    An office above decides nothing in its name: the answer is the unit's (条例第三十六条), complaints about it go to that office (第五十一条).
    """
    posts = [post for post in by.posts if post.role == Role.CHIEF]
    return by.system or any(post.body_id == body.pk or post.reach == body.path for post in posts)


def approves(by: Actor, entry: Entry) -> list[str]:
    """The head of the unit or of its 公开工作机构 (条例第三十三条第二款)."""
    if _own_office(by, entry.body) or by.has(Role.LEAD, Role.SIGNER, body_id=entry.body_id):
        return []
    return [f"须经政府信息公开工作机构负责人同意，请{entry.body.label}负责人或者签发人办理。"]


def decides(by: Actor, entry: Entry) -> list[str]:
    """Who signs for the unit that received the request."""
    if _own_office(by, entry.body) or by.has(Role.LEAD, Role.SIGNER, Role.REVIEWER, body_id=entry.body_id):
        return []
    return [f"答复由{entry.body.label}负责人、审核人或者签发人决定，经办人请先“拟办”。"]


def reviews_secrecy(by: Actor, entry: Entry) -> list[str]:
    """Who reviews or signs for the unit (条例第十七条: procedure and responsibility are the unit's)."""
    if _own_office(by, entry.body) or by.has(Role.REVIEWER, Role.LEAD, Role.SIGNER, body_id=entry.body_id):
        return []
    return ["保密审查由本单位审核人、签发人或者负责人办理。"]


def clears(by: Actor, entry: Entry) -> list[str]:
    """The 政务公开办: no fee notice without its clearance."""
    return [] if oversees(by, entry) else ["收费由政务公开办核准，计算后会提醒他们办理。"]


def asked_or_staff(by: Actor, entry: Entry) -> list[str]:
    """Whoever was asked, who opened their page with the code of their letter, and staff of the unit on their behalf."""
    return applicant_or_staff(by, entry)


def applicant_or_staff(by: Actor, entry: Entry) -> list[str]:
    """The applicant, who opened the matter with its code, and staff of the unit on their behalf."""
    return [] if by == ANONYMOUS else work(by, entry)


def not_received(channel: str, submitted_on: date, received_on: date, today: date) -> list[str]:
    """Return what speaks against a day of receipt (条例第三十一条).

    Handed in: that day. By signed-for post: the day it was signed for; by ordinary post: the day it was confirmed with the applicant. By internet
    or fax: the day both sides confirmed.
    """
    if submitted_on > today or received_on > today:
        return ["日期不能晚于今天。"]
    if received_on < submitted_on:
        return ["收到日期不能早于提交日期。"]
    if channel in {"counter", "reading"} and received_on != submitted_on:
        return ["申请人当面提交的，以提交之日为收到申请之日（《条例》第三十一条）。"]
    return []


#: Ways of delivery that need an address: its field, and what is said where it is missing.
_ADDRESSES = {
    Route.EMAIL.value: ("email", "选择电子邮件获取的，请填写电子邮箱。"),
    Route.FAX.value: ("fax", "选择传真获取的，请填写传真号码。"),
    Route.MAIL.value: ("address", "选择邮寄的，请填写通信地址。"),
}


def without_address(typed: Mapping[str, object]) -> tuple[str, str]:
    """Return the field of the address that the wanted way of delivery needs and lacks, and what is said of it; two empty ones where it is there."""
    name, why = _ADDRESSES.get(text(typed, "route_wanted"), ("", ""))
    return (name, why) if name and not typed.get(name) else ("", "")


#: What 条例第三十一条 makes the day of receipt, by channel.
RECEIPT = {
    "counter": "当面提交：提交之日。",
    "reading": "在政府信息公开专区当面提交：提交之日。",
    "mail": "邮寄：签收之日；平常信函等无需签收的，于收到当日与申请人确认，确认之日。",
    "page": "互联网：双方确认之日（本网站提交成功并取得查询码即为确认）。",
    "email": "互联网：双方确认之日。",
    "fax": "传真：双方确认之日。",
}
