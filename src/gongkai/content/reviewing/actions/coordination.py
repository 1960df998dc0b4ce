"""Actions on major or sensitive items that need the opinions of named units (P-13)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.rules import SIGNING_ROLES, check_signer, check_writer
from gongkai.content.editions.sources import Source, find_source, get_item_number
from gongkai.content.reviewing.cases import (
    COORDINATION_KINDS,
    find_item_coordination,
    find_standing_objections,
    get_latest_digest,
    has_own_objection,
    list_earlier_opinions,
    map_opinions,
)
from gongkai.content.reviewing.models import Coordination, Opinion, Review, ReviewState
from gongkai.content.reviewing.scans import find_scan_errors
from gongkai.content.reviewing.signers import list_authors
from gongkai.core.acts.action import ActionResult, Conflict, Notification, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Movement
from gongkai.core.files.models import StoredFile
from gongkai.core.units.another_person import is_among
from gongkai.core.units.models import Body, Role

#: Error if the text changed after the unit was asked.
ASK_AGAIN_ERROR = "征求意见之后文字有改动：请重新征求意见（系统会通知该单位），再登记该单位对改动后文字的来函。"


@dataclass(frozen=True)
class OpinionLetter:
    """A unit's letter with its opinion: scan, signatory and date."""

    scan: StoredFile | None
    scan_name: str
    name: str
    day: date | None


def find_letter_errors(letter: OpinionLetter, flag: Coordination, body: Body, text_digest: str) -> list[str]:
    """Return reasons against accepting a unit's letter on the text with the digest `text_digest`."""
    if letter.scan is None or not letter.name:
        return ["代为登记其他单位意见的，请附来函扫描件并写明提出意见的人。"]
    if has_own_objection(flag, body, text_digest):
        return [f"{body.name}已在本系统表示不同意，不能以来函代替：须由该单位自己在本系统改提意见。"]
    if not _is_consulted_on_text(flag, text_digest):
        return [ASK_AGAIN_ERROR]
    return [
        *find_scan_errors(letter.scan, letter.scan_name, "来函"),
        *_find_day_errors(letter.day, flag),
        *_check_letter_unused(letter.scan, flag, text_digest),
    ]


def _is_consulted_on_text(flag: Coordination, text_digest: str) -> bool:
    """Return true if the units were last asked about the text with this digest."""
    rows = Movement.objects.filter(stream=f"item/{flag.item_id}", action="publishing.coordinate")
    said = (m.facts for m in rows.order_by("-seq"))
    facts: dict[str, object] = next((record for record in said if record.get("coordination") == flag.pk), {})
    return facts.get("digest") == text_digest


def _find_day_errors(day: date | None, flag: Coordination) -> list[str]:
    """Return the Chinese reason why a letter's date is refused: missing, in the future, before the request."""
    if day is None:
        return ["请写明来函的落款日期。"]
    if day > timezone.localdate():
        return ["来函的落款日期不能晚于今天。"]
    if day < timezone.localdate(flag.at):
        return ["来函的落款日期早于征求意见的日期：须是该单位对这次征求意见的来函。"]
    return []


def _check_letter_unused(scan: StoredFile, flag: Coordination, text_digest: str) -> list[str]:
    """Return the error of a letter that was recorded for another text of this item."""
    before = Opinion.objects.filter(item_id=flag.item_id, scan=scan.pk).exclude(content_digest=text_digest)
    return ["这份来函是对改动前的文字提出的，不能再用：请登记新的来函。"] if before.exists() else []


def make_letter_notification(flag: Coordination, title: str, opinion: Opinion, letter_on: date | None) -> Notification:
    """Return the notification of a recorded letter to the unit's heads and signers."""
    text = "同意公开" if opinion.agrees else "不同意公开"
    return Notification(
        subject=f"已登记贵单位的来函意见：{title}"[:200],
        body=f"{opinion.recorder}根据{letter_on}的来函登记：{opinion.body_name}（{opinion.name}）{text}。与贵单位意见不符的，请立即自行提出意见。",
        link=reverse("publishing:opinion", args=(flag.pk,)),
        key=f"coordination/{flag.pk}/{opinion.body_id}/letter/{opinion.pk}",
        posts=tuple((role, opinion.body_id) for role in SIGNING_ROLES),
    )


ITEM_DELETED_ERROR = "这条信息已经删除。"


@action("publishing.coordinate", label="标为重大敏感信息", rule=check_writer)
def start_coordination(item: Source, *, by: Actor, kind: str, bodies: Sequence[Body], reason: str) -> ActionResult:
    """Mark an item as major or sensitive, and list the units that must be consulted.

    A repeated call replaces the list; earlier opinions belong to the old one. An objection to the
    present text stays in force.
    """
    if wrong := _find_request_errors(item, by, kind, bodies, reason):
        raise Refused(wrong)
    text_digest = get_latest_digest(item)
    opinions = find_standing_objections(get_item_number(item.stream), [body.pk for body in bodies], text_digest)
    coordination = Coordination.objects.create(
        item_id=get_item_number(item.stream),
        kind=kind,
        bodies=[body.pk for body in bodies],
        reason=reason.strip()[:300],
        at=timezone.now(),
        name=by.name,
        person_id=by.person_id,
    )
    return ActionResult(
        words=f"{COORDINATION_KINDS[kind]}，须征求{'、'.join(body.name for body in bodies)}意见。{coordination.reason}",
        facts={
            "coordination": coordination.pk,
            "bodies": coordination.bodies,
            "kind": kind,
            "kept": [opinion.pk for opinion in opinions],
            "digest": text_digest,
        },
        tell=_make_opinion_requests(item, coordination, bodies),
        result=coordination,
    )


def _find_request_errors(item: Source, by: Actor, kind: str, bodies: Sequence[Body], reason: str) -> list[str]:
    """Return the Chinese reasons against asking other units for their opinion."""
    reasons = []
    if kind not in COORDINATION_KINDS:
        reasons.append("请选择属于哪类事项。")
    if not bodies:
        reasons.append("请选择须征求意见的单位。")
    if any(body.pk == item.unit.pk for body in bodies):
        reasons.append("本单位不必征求自己的意见。")
    if not reason.strip():
        reasons.append("请写明理由。")
    return reasons + _check_removed_units(item, by, {body.pk for body in bodies})


def _make_opinion_requests(
    item: Source, coordination: Coordination, bodies: Sequence[Body]
) -> tuple[Notification, ...]:
    """Return the notifications to the heads of the named units."""
    return tuple(
        Notification(
            subject=f"请提出意见：{_get_title(item)}"[:200],
            body=f"{item.unit.name}拟公开{COORDINATION_KINDS[coordination.kind]}，请贵单位提出意见。{coordination.reason}",
            link=reverse("publishing:opinion", args=(coordination.pk,)),
            key=f"coordination/{coordination.pk}/{body.pk}",
            posts=((Role.LEAD, body.pk),),
        )
        for body in bodies
    )


def _get_title(item: Source) -> str:
    """Return the title of an item's last text."""
    number = item.latest_revision_id
    return item.frozen(number).title if number else item.stream


def _check_removed_units(item: Source, by: Actor, bodies: set[int]) -> list[str]:
    """Return reasons against removing a unit: only signers may, otherwise a writer could evade its objection."""
    last = find_item_coordination(get_item_number(item.stream))
    if last is None or set(last.bodies) <= bodies or not check_signer(by, item):
        return []
    return ["减少征求意见的单位，须由签发人、负责人或政务公开办办理。"]


@action("publishing.uncoordinate", label="取消重大敏感标注", rule=check_signer)
def end_coordination(item: Source, *, by: Actor, reason: str) -> ActionResult:
    """Remove the mark of a major or sensitive item; only signers may. The reason stays in the log."""
    if find_item_coordination(get_item_number(item.stream)) is None:
        raise Refused("这条信息没有标为重大敏感信息；要会商的，先“标为重大敏感信息”。")
    reason = require_text(reason, "请写明理由。")
    coordination = Coordination.objects.create(
        item_id=get_item_number(item.stream),
        kind="",
        reason=reason[:300],
        at=timezone.now(),
        name=by.name,
        person_id=by.person_id,
    )
    return ActionResult(words=coordination.reason, facts={"coordination": coordination.pk, "kind": ""}, result=item)


def _check_consulted(by: Actor, flag: Coordination) -> list[str]:
    """Return reasons unless the actor is head or signer of a consulted unit, or a writer of the item (for its letter)."""
    if any(by.has(*SIGNING_ROLES, body_id=number) for number in flag.bodies):
        return []
    item = find_source(f"item/{flag.item_id}")
    return check_writer(by, item) if item else [ITEM_DELETED_ERROR]


def _check_is_latest(flag: Coordination) -> list[str]:
    """Return reasons if the units to consult were changed by a later flag."""
    last = find_item_coordination(flag.item_id)
    return [] if last and last.pk == flag.pk else ["征求意见的单位已经调整，请按最新的办理。"]


def _open_letter(
    flag: Coordination, *, by: Actor, scan: StoredFile | None = None, scan_name: str = "", **_: object
) -> Mapping[str, object]:
    """Open the scan of a letter before the transaction begins (its result is cached), and return no further arguments."""
    if scan is not None:
        find_scan_errors(scan, scan_name, "来函")
    return {}


@action("publishing.give_opinion", label="提出意见", rule=_check_consulted, ready=_check_is_latest, ahead=_open_letter)
def give_opinion(
    flag: Coordination,
    *,
    by: Actor,
    body: Body,
    agrees: bool,
    words: str = "",
    scan: StoredFile | None = None,
    scan_name: str = "",
    name: str = "",
    letter_on: date | None = None,
    seen: str = "",
) -> ActionResult:
    """Record the opinion of a consulted unit on the latest text: whether it agrees, with its remarks (`words`).

    The unit's own head gives it, or the drafting unit records it from the unit's letter on the text that it
    was asked about. The unit is notified, and its own objection takes precedence. `seen` is the digest of the text
    that the user was shown; another one is a conflict.
    """
    if body.pk not in flag.bodies:
        raise Refused(f"{body.name}不在须征求意见的单位中。")
    item = find_source(f"item/{flag.item_id}")
    if item is None:
        raise Refused(ITEM_DELETED_ERROR)
    text_digest = _get_seen_digest(item, seen)
    own = by.has(*SIGNING_ROLES, body_id=body.pk)
    if not own:
        letter = OpinionLetter(scan, scan_name, name.strip(), letter_on)
        if reasons := check_writer(by, item) or find_letter_errors(letter, flag, body, text_digest):
            raise Refused(reasons)
    if not agrees and not words.strip():
        raise Refused("不同意的，请写明意见。")
    opinion = Opinion.objects.create(
        item_id=flag.item_id,
        coordination_id=flag.pk,
        body_id=body.pk,
        body_name=body.name,
        agrees=agrees,
        words=words.strip()[:500],
        content_digest=text_digest,
        name=by.name if own else name.strip()[:120],
        person_id=by.person_id if own else None,
        recorder="" if own else by.name,
        scan=scan.pk if scan else "",
        scan_name=scan_name.strip()[-200:],
        at=timezone.now(),
    )
    text = f"{'同意' if agrees else '不同意'}{'' if own else f'（{letter_on}来函，{by.name}登记）'}"
    return ActionResult(
        words=f"{body.name}{text}。{opinion.words}",
        facts={
            "opinion": opinion.pk,
            "body": body.pk,
            "agrees": agrees,
            "digest": opinion.content_digest,
            "letter": "" if own else opinion.scan,
            **({"letter_on": letter_on.isoformat()} if letter_on and not own else {}),
        },
        tell=() if own else (make_letter_notification(flag, _get_title(item), opinion, letter_on),),
        stream=item.stream,
        result=opinion,
    )


def _get_seen_digest(item: Source, seen: str) -> str:
    """Return the digest of the item's latest text (Conflict: the user was shown another one, `seen`)."""
    text_digest = get_latest_digest(item)
    if seen and seen != text_digest:
        raise Conflict("这条信息的文字刚刚有改动，请看过现在的文字，再提出意见。")
    return text_digest


def _check_confirmer(by: Actor, item: Source) -> list[str]:
    """Return reasons unless a draft is saved, and the actor signs for the unit and wrote nothing of the text."""
    reasons = check_signer(by, item)
    text = _find_text_in_question(item)
    if text is None:
        return [*reasons, "请先保存草稿。"]
    authors = list_authors(item, text[0])
    if by.person_id is None or is_among(by, authors.people, authors.accounts):
        reasons.append("确认须由没有参与起草的人办理。")
    return reasons


def _find_text_in_question(item: Source) -> tuple[int, str] | None:
    """Return (revision, digest) of the text under review, else of the last draft; None without either."""
    review = Review.objects.filter(source=item.stream, state=ReviewState.WAITING).first()
    number = review.revision_id if review else item.latest_revision_id
    return (number, item.frozen(number).digest) if number else None


@action("publishing.confirm_opinions", label="确认改动不涉及会商事项", rule=_check_confirmer)
def confirm_opinions(item: Source, *, by: Actor, reason: str) -> ActionResult:
    """Confirm that later changes of the text do not concern the opinions given.

    The confirmation applies to the present text only.
    """
    flag, text = find_item_coordination(get_item_number(item.stream)), _find_text_in_question(item)
    if flag is None or text is None:
        raise Refused("这条信息没有标为重大敏感信息；要会商的，先“标为重大敏感信息”。")
    earlier_opinions = list_earlier_opinions(map_opinions(flag).values(), text[1])
    if not earlier_opinions:
        raise Refused("各单位的意见都是对这一稿提出的，不需要确认。")
    reason = require_text(reason, "请写明改动了什么、为什么不涉及会商事项。", 4)
    notifications = tuple(
        Notification(
            subject=f"贵单位提出意见后文字有改动：{_get_title(item)}"[:200],
            body=f"{by.name}确认改动不涉及会商事项：{reason[:300]}。有不同意见的，请重新提出。",
            link=reverse("publishing:opinion", args=(flag.pk,)),
            key=f"coordination/{flag.pk}/{opinion.body_id}/confirmed/{text[1][:16]}",
            posts=((Role.LEAD, opinion.body_id),),
        )
        for opinion in earlier_opinions
    )
    return ActionResult(
        words=reason[:300],
        facts={"coordination": flag.pk, "digest": text[1], "opinions": [opinion.pk for opinion in earlier_opinions]},
        tell=notifications,
        result=item,
    )
