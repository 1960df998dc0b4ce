"""The daily seal over the whole log, and the check that recomputes everything."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from gongkai.acts import anchors, guards, heads, signing
from gongkai.acts.chain import link
from gongkai.acts.digest import canonical, digest, moment
from gongkai.acts.models import Movement, MovementWords, Seal


@dataclass(frozen=True)
class Verdict:
    """What a check of the log found: how many movements were read, and the first thing that does not hold."""

    movements: int
    broken: str = ""

    @property
    def ok(self) -> bool:
        """Whether everything held."""
        return not self.broken


def seal_now(at: datetime | None = None) -> Seal | None:
    """Write a seal over all movements so far; None where nothing was written since the last seal, or somebody else seals at the same time.

    Writers are waited for twice, for a moment. What is sealed is read between, and nobody waits for that: the first seal of millions takes half a
    minute.
    """
    with transaction.atomic():
        _wait_for_writers()
        before = Seal.objects.order_by("-at").first()
        last = Movement.objects.order_by("-pk").values_list("pk", flat=True).first()
    if last is None or (before and before.last_movement_id == last):
        return None
    count, total = _heads_since(before, last)
    with transaction.atomic():
        _wait_for_writers()
        if Seal.objects.order_by("-at").first() != before:
            return None
        seal = Seal(
            at=at or timezone.now(),
            last_movement_id=last,
            movements=count,
            heads_sum=heads.written(total),
            heads_digest=digest(heads.written(total)),
            prev_hash=before.hash if before else "",
            counts=tails(),
        )
        seal.hash = _seal_hash(seal)
        seal.signature, seal.key = signing.sign(seal.hash)
        seal.save(force_insert=True)
        transaction.on_commit(lambda: anchors.send(seal))
        return seal


def tails() -> dict[str, int]:
    """Return the last row's number of each insert-only table of which law erases nothing: a tail cut off behind a seal shows."""
    found = {}
    for app, name in sorted(guards.GUARDED - guards.ERASABLE.keys() - {("acts", "Seal")}):
        model = apps.get_model(app, name)
        found[model._meta.db_table] = model._default_manager.aggregate(last=Max("pk"))["last"] or 0
    return found


def _wait_for_writers() -> None:
    """Let writers finish, so that no movement with a lower number appears behind the seal (PostgreSQL numbers early)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE acts_movement IN SHARE ROW EXCLUSIVE MODE")


def verify() -> Verdict:
    """Recompute every movement's digest, every chain and every seal."""
    count = 0
    last_of: dict[str, tuple[int, str]] = {}
    for movement in Movement.objects.order_by("stream", "seq").iterator(2000):
        count += 1
        seq, prev = last_of.get(movement.stream, (0, ""))
        if movement.seq != seq + 1 or movement.prev_hash != prev:
            return Verdict(count, f"{movement.stream} 第{movement.seq}条与前一条不相接")
        if link(movement) != movement.hash:
            return Verdict(count, f"{movement.stream} 第{movement.seq}条内容被改动")
        last_of = {movement.stream: (movement.seq, movement.hash)}
    broken = next(_broken_words(), "") or next(_broken_seals(), "")
    return Verdict(count, broken)


def _broken_words() -> Iterator[str]:
    for kept in MovementWords.objects.select_related("movement").order_by("pk").iterator(2000):
        if digest(kept.text) != kept.movement.words_digest:
            yield f"{kept.movement.stream} 第{kept.movement.seq}条的文字被改动"


def _broken_seals() -> Iterator[str]:
    prev, now = "", tails()
    trusted = signing.trusted_keys()
    seals = list(Seal.objects.order_by("at"))
    stands = _of_seals([one for one in seals if one.heads_sum], heads.WIDE)
    stands |= _of_seals([one for one in seals if not one.heads_sum], heads.NARROW)
    for seal in seals:
        if seal.prev_hash != prev or _seal_hash(seal) != seal.hash:
            yield f"{timezone.localtime(seal.at):%Y-%m-%d %H:%M} 的封存被改动"
        if not signing.holds(seal.hash, seal.signature, seal.key):
            yield f"{timezone.localtime(seal.at):%Y-%m-%d %H:%M} 的封存没有有效签名"
        if trusted is not None and seal.key not in trusted:
            yield f"{timezone.localtime(seal.at):%Y-%m-%d %H:%M} 的封存不是本系统的密钥所签"
        cut = next((table for table, last in seal.counts.items() if now.get(table, last) < last), "")
        if cut:
            yield f"{timezone.localtime(seal.at):%Y-%m-%d %H:%M} 封存之后，{cut} 的末尾被删去"
        if not _agrees(seal, *stands[seal.pk]):
            yield f"{timezone.localtime(seal.at):%Y-%m-%d %H:%M} 封存之前的流水有缺失或被改动"
        prev = seal.hash


def _heads_since(before: Seal | None, last: int) -> tuple[int, int]:
    """Return how many movements there are up to a number, and the sum over the heads of their streams, going on from the seal before.

    What was changed behind that seal stands in neither, so that it breaks this seal as it broke that one. Seals made before sums were wide are not
    gone on from.
    """
    base = before if before and before.heads_sum else None
    first = base.last_movement_id if base else 0
    rows = Movement.objects.filter(pk__lte=last)
    added = rows.filter(pk__gt=first).order_by()
    if base:
        rows = rows.filter(stream__in=added.values("stream"))
    old: dict[str, str] = {}
    new: dict[str, str] = {}
    for number, stream, value in (
        rows.order_by("stream", "seq").values_list("pk", "stream", "hash").iterator(5000)
    ):
        new[stream] = value
        if number <= first:
            old[stream] = value
    movements, total = (base.movements, int(base.heads_sum, 16)) if base else (0, 0)
    return movements + added.count(), heads.changed(total, old, new)


def _of_seals(seals: Sequence[Seal], bits: int) -> dict[int, tuple[int, int]]:
    """Return by seal how many movements there are up to it and the sum over the heads of their streams, read from the log in one pass."""
    lasts = sorted({seal.last_movement_id for seal in seals})
    if not lasts:
        return {}
    rows = (
        Movement.objects.filter(pk__lte=lasts[-1])
        .order_by("stream", "seq")
        .values_list("stream", "pk", "hash")
    )
    found = dict(zip(lasts, heads.at_each(rows.iterator(5000), lasts, bits), strict=True))
    return {seal.pk: found[seal.last_movement_id] for seal in seals}


def _agrees(seal: Seal, count: int, total: int) -> bool:
    """Whether a seal says what stands in the log."""
    if not seal.heads_sum:
        return (seal.movements, int(seal.heads_digest, 16)) == (count, total)
    said = (seal.movements, seal.heads_sum, seal.heads_digest)
    return said == (count, heads.written(total), digest(heads.written(total)))


def _seal_hash(seal: Seal) -> str:
    return digest(
        canonical(
            {
                "at": moment(seal.at),
                "last": seal.last_movement_id,
                "movements": seal.movements,
                "heads": seal.heads_digest,
                "prev": seal.prev_hash,
                "counts": seal.counts,
            }
        )
    )
