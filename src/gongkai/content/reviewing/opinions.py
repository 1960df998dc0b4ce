"""Opinions of other units on a text: the publication gate of items that need them. Read-only.

An opinion refers to a text. After a change of substance the units are asked again (党政机关公文处理工作条例). A
signer of the drafting unit who did not write the text may confirm, with a reason, that a change is
not one of substance (`confirm_opinions`).
"""

from collections.abc import Iterable

from gongkai.content.editions.frozen import FrozenContent
from gongkai.content.editions.sources import OutgoingText, Source, item_number
from gongkai.content.reviewing.cases import coordination_of, coordination_of_text, find_confirmation, opinions_on
from gongkai.content.reviewing.models import Coordination, Opinion
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body

#: Kind of item that needs coordination → label; the notices order it for major and sensitive releases.
COORDINATION_KINDS: dict[str, str] = {"major": "重大信息", "sensitive": "敏感信息", "joint": "涉及多个单位的信息"}


def find_standing_objections(number: int, bodies: Iterable[int], mark: str) -> list[Opinion]:
    """Return objections to this text (digest `mark`) that stay when the units are asked a second time."""
    last = Coordination.objects.filter(item_id=number).exclude(kind="").order_by("-pk").first()
    given = opinions_on(last) if last else {}
    return [one for body in bodies if (one := given.get(body)) and not one.agrees and one.content_digest == mark]


def has_own_objection(flag: Coordination, body: Body, mark: str) -> bool:
    """Return true if a unit's last opinion is an objection, or it objected to the text with the digest `mark`.

    Then only the unit can withdraw its objection.
    """
    opinions = Opinion.objects.filter(item_id=flag.item_id, body_id=body.pk, recorder="").order_by("-pk")
    said = (opinions.first(), opinions.filter(content_digest=mark).first())
    return any(opinion is not None and not opinion.agrees for opinion in said)


def list_earlier_opinions(opinions: Iterable[Opinion], text_digest: str) -> list[Opinion]:
    """Return the opinions on texts other than that with this digest."""
    return [opinion for opinion in opinions if opinion.content_digest != text_digest]


def check_opinions(text: OutgoingText) -> list[str]:
    """Publication gate: return the named units that do not agree."""
    flag = coordination_of_text(text)
    if flag is None:
        return []
    given = opinions_on(flag)
    names = {body.pk: body.name for body in Body.objects.filter(pk__in=flag.bodies)}
    silent = [names.get(number, "") for number in flag.bodies if number not in given]
    against = [given[number].body_name for number in given if not given[number].agrees]
    reasons = []
    if silent:
        reasons.append(f"{COORDINATION_KINDS[flag.kind]}须先征求意见，还缺：{'、'.join(silent)}。")
    if against:
        reasons.append(f"{'、'.join(against)}不同意公开，须协调一致后再发布。")
    mark = text.frozen.digest
    before = [opinion.body_name for opinion in list_earlier_opinions(given.values(), mark) if opinion.agrees]
    if before and find_confirmation(flag, mark) is None:
        reasons.append(
            f"{'、'.join(before)}提出意见之后文字有改动：请重新征求意见，或者由没有参与起草的签发人、负责人确认改动不涉及会商事项。"
        )
    return reasons


def latest_digest(item: Source) -> str:
    """Return the digest of an item's last text, or ""."""
    number = item.latest_revision_id
    return item.frozen(number).digest if number else ""


def make_coordination_context(item: Source, by: Actor, frozen: FrozenContent | None) -> dict[str, object] | None:
    """Return the template context of a consultation: units, opinions, and whether the text changed since."""
    flag = coordination_of(item_number(item.stream))
    if flag is None:
        return {"flag": None, "kinds": COORDINATION_KINDS} if frozen is None else None
    given = opinions_on(flag)
    mark = frozen.digest if frozen else latest_digest(item)
    bodies = Body.objects.in_bulk(flag.bodies)
    rows = [(bodies.get(number), given.get(number)) for number in flag.bodies]
    before = list_earlier_opinions(given.values(), mark)
    return {
        "flag": flag,
        "kind": COORDINATION_KINDS[flag.kind],
        "kinds": COORDINATION_KINDS,
        "rows": [(body, opinion, bool(opinion and opinion.content_digest != mark)) for body, opinion in rows],
        "reviewed": frozen is not None,
        "before": before,
        "confirmed": find_confirmation(flag, mark) if before else None,
    }
