"""The job of 政策直通车: match new policies to firms, mail them, and ask new firms to confirm.

It is safe to miss, repeat and run concurrently: the position of a firm moves in the transaction
that writes its mail.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from gongkai.content.editions.hosts import home_url
from gongkai.content.editions.models import Shelf, ValidityState, Website
from gongkai.content.editions.queries import default_website, shelf_visible_to
from gongkai.content.policies.industries import find_industries
from gongkai.content.policies.models import PolicyRecord
from gongkai.core.acts.action import Notification
from gongkai.core.acts.actors import ANONYMOUS, SYSTEM
from gongkai.core.intake.models import Party
from gongkai.core.outbox.models import Letter
from gongkai.core.outbox.outbox import write_messages
from gongkai.core.units.models import Body
from gongkai.lib.chinese import lazy_re as re
from gongkai.work.consultation.actions.firm_subscriptions import unsubscribe_firm
from gongkai.work.consultation.models import Firm, PolicyPush

# Patterns of company sizes → sizes (统计上大中小微型企业划分办法（2017）); no match means all.
SIZE_PATTERNS: tuple[tuple[str, frozenset[str]], ...] = (
    ("中小微|中小企业", frozenset({"middle", "small", "micro"})),
    ("小微企业|小型微型|小微市场主体", frozenset({"small", "micro"})),
    ("个体工商户|个体经营", frozenset({"trader"})),
    ("大型企业|龙头企业|链主企业", frozenset({"large"})),
)
_BUSINESS_PATTERN = re.compile("企业|[惠助涉]企|民营经济|市场主体|经营主体|个体工商户|商户|营商|投资人|纳税人")


@dataclass(frozen=True)
class TargetGroup:
    """The firms that a policy addresses: industries, sizes (empty: all) and district ("": all)."""

    industries: frozenset[str]
    sizes: frozenset[str]
    place: str = ""


def is_for_business(text: str) -> bool:
    """Return whether a text names enterprises in general or an industry."""
    return bool(_BUSINESS_PATTERN.search(text)) or bool(find_industries(text))


def find_target_group(text: str, place: str = "") -> TargetGroup:
    """Return the target group of a policy.

    Args:
        text: its title, addressees and subject.
        place: the path of the issuing district; "" for the city.
    """
    sizes = frozenset().union(*(sizes for pattern, sizes in SIZE_PATTERNS if re.search(pattern, text)))
    return TargetGroup(find_industries(text), sizes, place)


def is_suitable(aim: TargetGroup, industries: Collection[str], size: str, place: str) -> bool:
    """Return true if a policy's target group includes a firm; open values match all.

    Args:
        aim: the target group of the policy.
        industries: the firm's industries; empty: all.
        place: the path of its district; "" for all.

    >>> is_suitable(find_target_group("关于扶持餐饮企业的通知"), ["H"], "small", "")
    True
    >>> is_suitable(find_target_group("关于扶持餐饮企业的通知"), ["C"], "small", "")
    False
    """
    return (
        (not aim.industries or not industries or bool(aim.industries & set(industries)))
        and (not aim.sizes or size in aim.sizes)
        and (not aim.place or not place or place.startswith(aim.place))
    )


_SIGNER_BY_USE = {use: signing.Signer(salt=f"gongkai.firm.{use}") for use in ("confirm", "leave", "open")}


def sign_token(use: str, number: int) -> str:
    """Return the token of a link to `confirm` or `leave` (firm) or `open` (push)."""
    return _SIGNER_BY_USE[use].sign(str(number)).replace(":", "~")


def _verify_token(use: str, token: str) -> int | None:
    """Return the number that a signed token contains, or None if it was not made for this use."""
    try:
        return int(_SIGNER_BY_USE[use].unsign(token.replace("~", ":")))
    except (signing.BadSignature, ValueError):
        return None


def get_firm_by_token(use: str, token: str) -> Firm | None:
    """Return the firm of a token, or None."""
    number = _verify_token(use, token)
    return Firm.objects.filter(pk=number).first() if number is not None else None


def get_push_by_token(token: str) -> PolicyPush | None:
    """Return the push of a token, or None."""
    number = _verify_token("open", token)
    return PolicyPush.objects.filter(pk=number).first() if number is not None else None


#: Unconfirmed subscriptions are deleted after this time.
UNCONFIRMED_LIFETIME = timedelta(days=7)
MAX_POLICIES_PER_MAIL, MAX_FIRMS_PER_RUN = 20, 500
#: Policies published within this time are left to the next run, because their transactions may be
#: uncommitted.
COMMIT_MARGIN = timedelta(minutes=5)
#: Validity states of policies that are no longer pushed.
ENDED_VALIDITY_STATES = (ValidityState.REPEALED, ValidityState.EXPIRED)


def push_policies(now: datetime | None = None) -> Mapping[str, int]:
    """Mail new policies to firms, ask new firms to confirm, and delete unconfirmed ones.

    Return the numbers of firms asked (`asked`), deleted (`forgotten`) and mailed policies (`written`); {} without a
    default website.
    """
    website = default_website()
    if website is None:
        return {}
    moment = now or timezone.now()
    asked_count, forgotten_count = _send_confirmation_mails(website, moment)
    counts = {"asked": asked_count, "forgotten": forgotten_count, "written": 0}
    upto = moment - COMMIT_MARGIN
    due = Firm.objects.filter(left_at=None, confirmed_at__isnull=False, told_upto__lt=upto)
    firms = list(due.select_related("place").order_by("told_upto", "pk")[:MAX_FIRMS_PER_RUN])
    new_policies = _find_new_policies(
        website, min((firm.told_upto for firm in firms if firm.told_upto), default=upto), upto
    )
    for firm in firms:
        counts["written"] += _push_to_firm(firm, website, new_policies, upto)
    return counts


def _send_confirmation_mails(website: Website, now: datetime) -> tuple[int, int]:
    """Ask new firms once to confirm, and delete unconfirmed ones; return (asked, deleted)."""
    waiting = Firm.objects.filter(left_at=None, confirmed_at=None)
    key = Concat(Value("firm/"), Cast(OuterRef("pk"), CharField()), Value("/confirm"))
    unasked = waiting.filter(~Exists(Letter.objects.filter(key=key)), asked_at__gt=now - UNCONFIRMED_LIFETIME)
    sent_count = 0
    for firm in unasked.order_by("pk")[:MAX_FIRMS_PER_RUN]:
        link = f"{home_url(website)}/through-train/confirm/{sign_token('confirm', firm.pk)}/"
        text = "\n\n".join(
            [
                "您好：",
                f"有人用这个邮箱订阅了{website.name}的“政策直通车”。请打开以下链接确认，之后有适合的新政策就推送到这个邮箱：",
                link,
                f"不是您订阅的，不必理会，{UNCONFIRMED_LIFETIME.days}天后自动取消。",
            ]
        )
        sent_count += _send_mail(firm, "请确认订阅：政策直通车", text, f"firm/{firm.pk}/confirm", {})
    firms = list(waiting.filter(asked_at__lte=now - UNCONFIRMED_LIFETIME)[:MAX_FIRMS_PER_RUN])
    for firm in firms:
        unsubscribe_firm(firm, by=SYSTEM)
    return sent_count, len(firms)


def _send_mail(firm: Firm, subject: str, text: str, key: str, headers: dict[str, str]) -> int:
    """Write a mail to a firm; return 1, or 0 if its address was erased."""
    party = Party.objects.filter(matter=firm.matter, erased_at=None).first()
    if party is None:
        return 0
    write_messages([Notification(subject[:150], text, "", key, outside=(party.recipient,), headers=headers)])
    return 1


def _find_new_policies(website: Website, since: datetime, until: datetime) -> list[tuple[Shelf, TargetGroup]]:
    """Return (policy, target group) of policies for firms published between two times."""
    rows = shelf_visible_to(ANONYMOUS).filter(
        website=website, column=None, from_at__gt=since, from_at__lte=until, published_at__gt=since
    )
    shelf = {row.document_id: row for row in rows.exclude(standing__in=ENDED_VALIDITY_STATES).order_by("published_at")}
    records = PolicyRecord.objects.filter(document__in=shelf).select_related("body")
    districts = list(Body.objects.filter(kind="district").values_list("path", flat=True))
    new_policies = []
    for record in records:
        text = f"{record.title} {record.applies_to} {record.subject}"
        if record.for_business or is_for_business(text):
            place = next((path for path in districts if record.body.path.startswith(path)), "")
            assert record.document_id is not None
            new_policies.append((shelf[record.document_id], find_target_group(text, place)))
    return sorted(new_policies, key=lambda pair: pair[0].published_at, reverse=True)


def _push_to_firm(firm: Firm, website: Website, new_policies: list[tuple[Shelf, TargetGroup]], until: datetime) -> int:
    """Mail a firm new policies that suit it, each once; return 1 if a mail was sent, else 0.

    If there are more than fit into a mail, the position of the firm stays, so that the next run mails the others.
    """
    place = firm.place.path if firm.place else ""
    since = firm.told_upto
    rows = [
        row
        for row, aim in new_policies
        if (since is None or row.from_at > since) and is_suitable(aim, firm.industries, firm.size, place)
    ]
    with transaction.atomic():
        if not Firm.objects.filter(pk=firm.pk, told_upto=since, left_at=None).update(told_upto=until):
            return 0  # another run was faster, or the firm unsubscribed
        key = f"firm/{firm.pk}/{int(until.timestamp())}"
        existing_ids = set(firm.pushes.values_list("document", flat=True))
        fresh = [row for row in rows if row.document_id not in existing_ids]
        if len(fresh) > MAX_POLICIES_PER_MAIL:
            Firm.objects.filter(pk=firm.pk).update(told_upto=since)
        pushes = [
            (row, PolicyPush.objects.create(firm=firm, document_id=row.document_id, letter_key=key))
            for row in fresh[:MAX_POLICIES_PER_MAIL]
        ]
        if not pushes:
            return 0
        root = home_url(website)
        leave = f"{root}/through-train/leave/{sign_token('leave', firm.pk)}/"
        lines = [
            f"{number}. {row.title}{f'（{row.number}）' if row.number else ''}\n{root}/through-train/open/{sign_token('open', push.pk)}/"
            for number, (row, push) in enumerate(pushes, 1)
        ]
        text = "\n\n".join(
            ["以下新公开的政策可能适合贵单位：", *lines, f"有疑问可以留言咨询：{root}/forms/ask/", f"退订：{leave}"]
        )
        mail_headers = {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        return _send_mail(firm, f"政策直通车：新政策{len(pushes)}条", text, key, mail_headers)
