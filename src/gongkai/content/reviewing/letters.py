"""What a unit's letter must be, so that it counts as its opinion: a new one for each text that the unit was asked about. Reads only.

An opinion is on a text (decision 0028). Whoever drafts records letters of others, so nothing of it rests on their word alone: the
asking, of which the unit was told, is on the very text; the letter is from its day or later; the same scan says nothing on another text.
"""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.rules import SIGNING
from gongkai.content.reviewing.models import Coordination, Opinion
from gongkai.content.reviewing.scans import wrong_scan
from gongkai.content.reviewing.voices import own_no
from gongkai.core.acts.action import Notification
from gongkai.core.acts.models import Movement
from gongkai.core.files.models import StoredFile
from gongkai.core.units.models import Body

ASK_AGAIN = "征求意见之后文字有改动：请重新征求意见（系统会通知该单位），再登记该单位对改动后文字的来函。"


@dataclass(frozen=True)
class Letter:
    """A letter as it is handed in: its scan, who signed it, and the day that it bears."""

    scan: StoredFile | None
    scan_name: str
    name: str
    day: date | None


def wrong_letter(letter: Letter, flag: Coordination, body: Body, mark: str) -> list[str]:
    """Return why a letter of a unit is not taken for the text of this digest; nothing where it is."""
    if letter.scan is None or not letter.name:
        return ["代为登记其他单位意见的，请附来函扫描件并写明提出意见的人。"]
    if own_no(flag, body, mark):
        return [f"{body.name}已在本系统表示不同意，不能以来函代替：须由该单位自己在本系统改提意见。"]
    if not _asked_on(flag, mark):
        return [ASK_AGAIN]
    return [
        *wrong_scan(letter.scan, letter.scan_name, "来函"),
        *_wrong_day(letter.day, flag),
        *_used(letter.scan, flag, mark),
    ]


def _asked_on(flag: Coordination, mark: str) -> bool:
    """Whether the unit was asked about this very text."""
    rows = Movement.objects.filter(stream=f"item/{flag.item_id}", action="publishing.coordinate")
    said = (m.facts for m in rows.order_by("-seq"))
    facts: dict[str, object] = next((one for one in said if one.get("coordination") == flag.pk), {})
    return facts.get("digest") == mark


def _wrong_day(day: date | None, flag: Coordination) -> list[str]:
    if day is None:
        return ["请写明来函的落款日期。"]
    if day > timezone.localdate():
        return ["来函的落款日期不能晚于今天。"]
    if day < timezone.localdate(flag.at):
        return ["来函的落款日期早于征求意见的日期：须是该单位对这次征求意见的来函。"]
    return []


def _used(scan: StoredFile, flag: Coordination, mark: str) -> list[str]:
    """The same file was recorded for another text of this item."""
    before = Opinion.objects.filter(item_id=flag.item_id, scan=scan.pk).exclude(content_digest=mark)
    return ["这份来函是对改动前的文字提出的，不能再用：请登记新的来函。"] if before.exists() else []


def letter_told(flag: Coordination, title: str, made: Opinion, letter_on: date | None) -> Notification:
    """Return what a unit's heads and signers are told of a recorded letter: nobody is spoken for behind their back."""
    said = "同意公开" if made.agrees else "不同意公开"
    return Notification(
        subject=f"已登记贵单位的来函意见：{title}"[:200],
        body=f"{made.recorder}根据{letter_on}的来函登记：{made.body_name}（{made.name}）{said}。与贵单位意见不符的，请立即自行提出意见。",
        link=reverse("publishing:opinion", args=(flag.pk,)),
        key=f"coordination/{flag.pk}/{made.body_id}/letter/{made.pk}",
        posts=tuple((role, made.body_id) for role in SIGNING),
    )
