"""Find urgent publications without a fully signed text. Read-only.

Withdrawing such a text ends its red light but not the duty of a review. Otherwise the same text
could be published urgently again and again, also as a copy in a new item
(`find_unsettled_with_same_text`).

Publication gate of items that need the opinions of other units. Read-only.

An opinion refers to a text. After a change of substance the units are asked again (党政机关公文处理工作条例). A
signer of the drafting unit who did not write the text may confirm, with a reason, that a change is
not one of substance (`confirm_opinions`).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from gongkai.content.editions.frozen import FrozenContent
from gongkai.content.editions.models import EditionContent
from gongkai.content.editions.sources import OutgoingText, Source, item_number
from gongkai.content.reviewing.cases import coordination_of, coordination_of_text, find_confirmation, opinions_on
from gongkai.content.reviewing.models import Coordination, Opinion, Review, ReviewState, Signature, SignatureVerdict
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.matching.folding import fold
from gongkai.lib.richtext import to_plain_text

#: Kind of item that needs coordination → label; the notices order it for major and sensitive releases.
COORDINATION_KINDS: dict[str, str] = {"major": "重大信息", "sensitive": "敏感信息", "joint": "涉及多个单位的信息"}


def find_standing_objections(number: int, bodies: Iterable[int], mark: str) -> list[Opinion]:
    """Return objections to this text (digest `mark`) that stay when the units are asked again."""
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


def list_earlier_opinions(opinions: Iterable[Opinion], mark: str) -> list[Opinion]:
    """Return the opinions on texts other than that with this digest."""
    return [opinion for opinion in opinions if opinion.content_digest != mark]


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


# Whether one text says again what another says: copied into a new item, shortened, or with words put round it. Pure.


#: Length of the character runs that are compared.
SHINGLE_CHARACTERS = 4
#: Share of a text's characters in runs of the other text from which both count as the same.
SIMILARITY_THRESHOLD = 0.8
#: Number of runs below which a text is too short to be compared.
MIN_SHINGLES = 20
_BLANK = re.compile(r"[\W_]+")


def is_near_duplicate(text: str, other: str) -> bool:
    """Return true if one text nearly contains the other; small changes of wording are ignored."""
    mine, theirs = _normalize_text(text), _normalize_text(other)
    runs, others = _get_shingles(mine), _get_shingles(theirs)
    both = runs & others
    return any(
        _count_kept_characters(value, both) >= SIMILARITY_THRESHOLD * len(value)
        and (len(own) >= MIN_SHINGLES or runs == others)
        for value, own in ((mine, runs), (theirs, others))
        if own
    )


def _normalize_text(text: str) -> str:
    """Return a text for comparison, without white space, punctuation, width, case and traditional characters."""
    return _BLANK.sub("", fold(text))


def _get_shingles(bare: str) -> set[str]:
    return (
        {bare[at : at + SHINGLE_CHARACTERS] for at in range(max(1, len(bare) - SHINGLE_CHARACTERS + 1))}
        if bare
        else set()
    )


def _count_kept_characters(bare: str, runs: set[str]) -> int:
    """Return the number of characters of a text that are in one of these shingles."""
    kept = end = 0
    for at in range(max(1, len(bare) - SHINGLE_CHARACTERS + 1)):
        if bare[at : at + SHINGLE_CHARACTERS] in runs:
            kept += min(at + SHINGLE_CHARACTERS, len(bare)) - max(at, end)
            end = min(at + SHINGLE_CHARACTERS, len(bare))
    return kept


def was_signed_since(source: str, review_number: int) -> bool:
    """Return true if a later submission of an item was fully signed and published."""
    return Review.objects.filter(
        source=source, pk__gt=review_number, state=ReviewState.APPROVED, edition_id__isnull=False
    ).exists()


def has_unanswered_objection(source: str) -> bool:
    """Return true if an urgent publication was objected to and no fully signed text followed.

    Reads signatures, which cannot change, instead of states.
    """
    urgent = Review.objects.filter(source=source, urgent_due__isnull=False).order_by("-pk")
    numbers = list(urgent.values_list("pk", flat=True))
    said_no = Signature.objects.filter(review_id__in=numbers, verdict=SignatureVerdict.NO).order_by("-review_id")
    last = said_no.values_list("review_id", flat=True).first()
    open_still = urgent.filter(state=ReviewState.OBJECTED).exists()
    return open_still or (last is not None and not was_signed_since(source, last))


def is_review_overdue(source: str, now: datetime) -> bool:
    """Return true if a review after urgent publication is overdue or was evaded by withdrawal, and
    no fully signed text followed."""
    late = Review.objects.filter(source=source, urgent_due__lt=now)
    if late.filter(state=ReviewState.AFTER).exists():
        return True
    last = late.filter(state=ReviewState.REDRESSED).order_by("-pk").values_list("pk", flat=True).first()
    return last is not None and not was_signed_since(source, last)


def list_unsettled_urgent_reviews(now: datetime) -> QuerySet[Review]:
    """Return urgent publications that were objected to or not reviewed in time, without a later fully signed text."""
    no = Signature.objects.filter(review_id=OuterRef("pk"), verdict=SignatureVerdict.NO)
    later = Review.objects.filter(
        source=OuterRef("source"), pk__gt=OuterRef("pk"), state=ReviewState.APPROVED, edition_id__isnull=False
    )
    late = Q(urgent_due__lt=now, state__in=[ReviewState.AFTER, ReviewState.REDRESSED])
    owed = Q(state=ReviewState.OBJECTED) | Exists(no) | late
    return Review.objects.filter(owed, ~Exists(later), urgent_due__isnull=False)


def find_unsettled_with_same_text(source: str, frozen: FrozenContent, now: datetime) -> Review | None:
    """Return an unsettled urgent publication of another item with the same text, or None."""
    debts = {r.edition_id: r for r in list_unsettled_urgent_reviews(now).exclude(source=source) if r.edition_id}
    contents = EditionContent.objects.filter(edition__in=debts).order_by("edition")
    for content in contents.iterator(100):
        debt = debts[content.edition_id]
        if _is_repetition(frozen, content) and not was_signed_since(source, debt.pk):
            return debt
    return None


def _is_repetition(frozen: FrozenContent, content: EditionContent) -> bool:
    """Return true if the text repeats an edition, or has the same attachments if the text only refers to them."""
    theirs = to_plain_text(content.html)
    if is_near_duplicate(f"{frozen.title}{to_plain_text(frozen.html)}", f"{content.title}{theirs}"):
        return True
    if len(theirs) >= MIN_SHINGLES and is_near_duplicate(to_plain_text(frozen.html), theirs):
        return True
    files = _list_digests(content.files)
    return bool(files) and len(theirs) < 5 * MIN_SHINGLES and files <= _list_digests(frozen.files)


def _list_digests(listed: Sequence[Mapping[str, object]]) -> set[str]:
    return {str(file["digest"]) for file in listed}
