"""Seal the log and the insert-only tables, and verify them by recomputing every digest."""

import hashlib
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, groupby
from operator import itemgetter

from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models import AutoField, Max, Model
from django.utils import timezone

from gongkai.core.acts import anchors, chain, covering_check, insert_only, row_coverage
from gongkai.core.acts.chain import record_digest
from gongkai.core.acts.digest import canonical_json, digest, utc_timestamp
from gongkai.core.acts.models import Movement, MovementWords, Seal, Stamp

#: Bits of a sum, and of those of seals that were made before sums were wide.
WIDE_SUM_BITS, NARROW_SUM_BITS = 4096, 256


def make_summand(stream: str, head: str, bits: int = WIDE_SUM_BITS) -> int:
    """Return the number of `bits` bits that the last record of a stream contributes to the sum that a seal stores."""
    head_digest = digest(f"{stream} {head}")
    return (
        int(head_digest, 16)
        if bits == NARROW_SUM_BITS
        else int.from_bytes(hashlib.shake_256(head_digest.encode()).digest(bits // 8))
    )


def update_heads_sum(total: int, old: Mapping[str, str], new: Mapping[str, str]) -> int:
    """Return the sum that a seal stores after some streams changed: subtract their old last records, add the new
    ones."""
    difference = sum(make_summand(*pair) for pair in new.items()) - sum(make_summand(*pair) for pair in old.items())
    return (total + difference) % 2**WIDE_SUM_BITS


def sum_to_hex(total: int) -> str:
    """Return a seal's sum in hexadecimal, as stored."""
    return f"{total:0{WIDE_SUM_BITS // 4}x}"


def compute_sums_at_records(
    rows: Iterable[tuple[str, int, str]], lasts: Sequence[int], bits: int = WIDE_SUM_BITS
) -> list[tuple[int, int]]:
    """Return count and sum of heads as of each log record in `lasts` (primary keys), in one pass.

    Args:
        rows: (stream, primary key, digest) of each log record, by stream and sequence number.
        lasts: primary keys of log records, ascending.
        bits: width of the sums.
    """
    counts, sums = [0] * (len(lasts) + 1), [0] * (len(lasts) + 1)
    for stream, group in groupby(rows, itemgetter(0)):
        movements = list(group)
        for _, number, _ in movements:
            counts[bisect_left(lasts, number)] += 1
        for start, end, value in _find_head_ranges(movements, lasts):
            summand = make_summand(stream, value, bits)
            sums[start] += summand
            sums[end] -= summand
    pairs = zip(accumulate(counts), accumulate(sums), strict=True)
    return [(count, total % 2**bits) for count, total in pairs][: len(lasts)]


def _find_head_ranges(
    movements: Sequence[tuple[str, int, str]], lasts: Sequence[int]
) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, hash) for each record that is its stream's last at the seals `lasts[start:end]`."""
    end = len(lasts)
    for _, number, value in reversed(movements):
        start = bisect_left(lasts, number)
        if start < end:
            yield start, end, value
            end = start


@dataclass(frozen=True)
class LogVerdict:
    """Result of verifying the log: number of log records, first error (`broken`, "" if none), further errors, parts
    not checked; texts in Chinese."""

    movements: int
    broken: str = ""
    #: Further errors, by checks that continue after the first one.
    others: tuple[str, ...] = ()
    #: Chinese description of what the check could not read.
    unchecked: str = ""

    @property
    def ok(self) -> bool:
        """Return true if no error was found."""
        return not self.broken


#: Maximum wait for other writers before a seal gives up until the next round; new writers queue meanwhile.
SEAL_LOCK_TIMEOUT = "3s"


def seal_now(moment: datetime | None = None) -> Seal | None:
    """Write a seal over all log records and sealed rows so far.

    Return None if no sealed table has a new row since the last seal, or if another process is sealing or holds a
    long write lock.

    It waits for running writers twice, each time briefly. It reads without a lock in between, because the first
    seal of millions of rows takes half a minute.
    """
    try:
        with transaction.atomic():
            _wait_for_writers(Movement)
            previous_seal = Seal.objects.order_by("-at").first()
            last_number = _get_last_row_key(Movement)
        if last_number == (previous_seal.last_movement_id if previous_seal else 0) and not any(
            _count_unsealed_rows(previous_seal).values()
        ):
            return None
        count, total = _sum_heads_since(previous_seal, last_number)
        last_keys = _find_ends(previous_seal)
        contents = dict(_digest_new_rows(previous_seal, last_keys))
        with transaction.atomic():
            _wait_for_writers(Movement)
            if Seal.objects.order_by("-at").first() != previous_seal:
                return None
            seal = Seal(
                at=moment or timezone.now(),
                last_movement_id=last_number,
                movements=count,
                heads_sum=sum_to_hex(total),
                heads_digest=digest(sum_to_hex(total)),
                prev_hash=previous_seal.hash if previous_seal else "",
                counts=map_last_insert_only_rows() | last_keys,
                contents=contents,
            )
            seal.hash = _compute_seal_hash(seal)
            seal.signature, seal.key = anchors.sign_digest(seal.hash)
            seal.save(force_insert=True)
            transaction.on_commit(lambda: _send_anchor_after_commit(seal))
            return seal
    except DatabaseError as error:
        if "lock timeout" in str(error):
            return None
        raise


def _send_anchor_after_commit(seal: Seal) -> None:
    chain.restart_after_seal(seal)
    anchors.send_anchor(seal)


def list_sealed_models() -> list[type[Model]]:
    """Return the insert-only tables that seals cover: all without lawful erasure, except the log.

    A seal ends at the last primary key. A key that is another table's does not grow with time, so the
    log covers such rows instead (`config/covered.toml`).
    """
    of_law = insert_only.ERASABLE_TABLES.keys() | insert_only.BLANKABLE_TABLES.keys()
    log_tables = {("acts", name) for name in ("Movement", "Cover", "Seal")}
    candidates = (apps.get_model(*pair) for pair in sorted(insert_only.INSERT_ONLY_TABLES - of_law - log_tables))
    return [model for model in candidates if isinstance(model._meta.pk, AutoField)]


def _count_unsealed_rows(last_seal: Seal | None) -> dict[type[Model], int]:
    """Return model → number of rows that the last seal does not cover; without time stamps, which sealing itself
    writes."""
    sealed_counts = last_seal.counts if last_seal and last_seal.contents else {}
    return {
        model: model._default_manager.filter(pk__gt=sealed_counts.get(model._meta.db_table, 0)).count()
        for model in list_sealed_models()
        if model is not Stamp
    }


def count_unsealed_rows_by_table() -> dict[str, int]:
    """Return table's Chinese name → number of rows that no seal covers yet, if any; without the log."""
    counts = _count_unsealed_rows(Seal.objects.order_by("-at").first())
    return {str(model._meta.verbose_name): count for model, count in counts.items() if count}


def map_last_insert_only_rows() -> dict[str, int]:
    """Return table → last primary key of insert-only tables that allow no deletion; reveals missing last rows."""
    last_keys = {}
    for app, name in sorted(insert_only.INSERT_ONLY_TABLES - insert_only.ERASABLE_TABLES.keys() - {("acts", "Seal")}):
        model = apps.get_model(app, name)
        last_keys[model._meta.db_table] = _get_last_row_key(model)
    return last_keys


def _get_last_row_key(model: type[Model]) -> int:
    return model._default_manager.aggregate(last=Max("pk"))["last"] or 0


def _find_ends(last_seal: Seal | None) -> dict[str, int]:
    """Return table name → primary key of the last row to seal; a table that cannot be locked keeps the end that
    `last_seal` recorded."""
    last_keys = {}
    for model in list_sealed_models():
        table = model._meta.db_table
        try:
            with transaction.atomic():
                _wait_for_writers(model)
                last_keys[table] = _get_last_row_key(model)
        except DatabaseError as error:
            if "lock timeout" not in str(error):
                raise
            last_keys[table] = last_seal.counts.get(table, 0) if last_seal and last_seal.contents else 0
    return last_keys


def _digest_new_rows(last_seal: Seal | None, ends: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Yield (table, digest over its rows since the seal before)."""
    for model in list_sealed_models():
        table = model._meta.db_table
        after_pk = last_seal.counts.get(table, 0) if last_seal and table in last_seal.contents else 0
        [(_, rows_digest)] = _digest_ranges(model, [(after_pk, ends[table])])
        yield table, rows_digest


def _digest_ranges(model: type[Model], ranges: Sequence[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield (range, digest over a table's rows in it) for ascending ranges (after, up to) of primary keys, in one pass.

    A column in the model's `SEALED_IF_SET` counts only in rows that set it, so that seals from
    before the column was added still hold.
    """
    fields = [field.attname for field in model._meta.concrete_fields]
    added: Collection[str] = getattr(model, "SEALED_IF_SET", ())
    rows = (
        model._default_manager.filter(pk__gt=ranges[0][0], pk__lte=ranges[-1][1])
        .order_by("pk")
        .values_list("pk", *fields)
        .iterator(2000)
    )
    row = next(rows, None)
    for after_pk, until_pk in ranges:
        row_digests = []
        while row is not None and row[0] <= until_pk:
            if row[0] > after_pk:
                counted_columns = [
                    pair for pair in zip(fields, row[1:], strict=True) if pair[1] or pair[0] not in added
                ]
                row_digests.append(
                    row_coverage.compute_row_digest(
                        [name for name, _ in counted_columns], [value for _, value in counted_columns]
                    )
                )
            row = next(rows, None)
        yield (after_pk, until_pk), digest("\n".join(row_digests))


def _wait_for_writers(model: type[Model]) -> None:
    """Wait until running writes of a table end, so that no lower primary key appears later."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{SEAL_LOCK_TIMEOUT}'")
            cursor.execute(f"LOCK TABLE {model._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def verify_log() -> LogVerdict:
    """Recompute the digests of all log records, chains, covers and seals."""
    errors = [text for text in (_find_broken_chain(), next(_find_changed_words(), ""), _find_broken_cover()) if text]
    errors += _find_broken_seals()
    count = Movement.objects.count()
    return LogVerdict(count, errors[0] if errors else "", tuple(errors[1:]))


def _find_broken_cover() -> str:
    rows = Movement.objects.filter(**{f"facts__{row_coverage.COVERS_FACT}__isnull": False}).order_by("pk")
    return covering_check.find_broken_cover(rows.values_list("pk", f"facts__{row_coverage.COVERS_FACT}").iterator(2000))


def _find_broken_chain() -> str:
    """Return in Chinese the first log record with a wrong number, previous hash or content; empty if none."""
    last_of: dict[str, tuple[int, str]] = {}
    for movement in Movement.objects.order_by("stream", "seq").iterator(2000):
        seq, prev = last_of.get(movement.stream, (0, ""))
        if movement.seq != seq + 1 or movement.prev_hash != prev:
            return f"{movement.stream} 第{movement.seq}条与前一条不相接"
        if record_digest(movement) != movement.hash:
            return f"{movement.stream} 第{movement.seq}条内容被改动"
        last_of = {movement.stream: (movement.seq, movement.hash)}
    return ""


def _find_changed_words() -> Iterator[str]:
    """Yield in Chinese each changed log text, and the first that is missing without lawful erasure."""
    for movement_words in MovementWords.objects.select_related("movement").order_by("pk").iterator(2000):
        if digest(movement_words.text) != movement_words.movement.words_digest:
            yield f"{movement_words.movement.stream} 第{movement_words.movement.seq}条的文字被改动"
    for lost in Movement.objects.exclude(words_digest="").filter(kept_words=None, erased_words=None)[:1]:
        yield f"{lost.stream} 第{lost.seq}条的文字缺失，没有依法删除的记录"


def _find_broken_seals() -> Iterator[str]:
    """Yield in Chinese each seal that does not match its predecessor, its signature or the sealed rows."""
    prev, last_keys = "", map_last_insert_only_rows()
    trusted_keys = anchors.load_trusted_seal_keys()
    seals = list(Seal.objects.order_by("at"))
    sums_by_seal = _compute_sums_at_seals([row for row in seals if row.heads_sum], WIDE_SUM_BITS)
    sums_by_seal |= _compute_sums_at_seals([row for row in seals if not row.heads_sum], NARROW_SUM_BITS)
    for seal in seals:
        if error := _describe_seal_error(seal, prev, trusted_keys, last_keys, sums_by_seal[seal.pk]):
            yield f"{timezone.localtime(seal.at):%Y-%m-%d %H:%M} {error}"
        prev = seal.hash
    yield from _find_changed_rows(seals)


def _describe_seal_error(
    seal: Seal, prev: str, trusted: frozenset[str] | None, last_keys: Mapping[str, int], count_and_sum: tuple[int, int]
) -> str:
    """Return in Chinese the first error of a seal ("" if none); `prev` is the hash of the seal before, `last_keys` are
    the present last rows by table, `count_and_sum` those of the log up to the seal."""
    if seal.prev_hash != prev or _compute_seal_hash(seal) != seal.hash:
        return "的封存被改动，或者前一次封存已被删去"
    if not anchors.is_valid_signature(seal.hash, seal.signature, seal.key):
        return "的封存没有有效签名"
    if trusted is not None and seal.key not in trusted:
        return "的封存不是本系统的密钥所签"
    if cut := next((table for table, last_key in seal.counts.items() if last_keys.get(table, last_key) < last_key), ""):
        return f"封存之后，{cut} 的末尾被删去"
    return "" if _matches_log(seal, *count_and_sum) else "封存之前的流水有缺失或被改动"


def _find_changed_rows(seals: Sequence[Seal]) -> Iterator[str]:
    """Yield in Chinese each sealed portion of an insert-only table whose rows differ from the seal."""
    for model in list_sealed_models():
        table = model._meta.db_table
        ranges, sealed_digests, after_pk = [], [], 0
        for seal in seals:
            if table in seal.contents:
                ranges.append((after_pk, seal.counts[table]))
                sealed_digests.append((seal, seal.contents[table]))
                after_pk = seal.counts[table]
        for (_, actual_digest), (seal, sealed_digest) in zip(
            _digest_ranges(model, ranges) if ranges else (), sealed_digests, strict=True
        ):
            if actual_digest != sealed_digest:
                moment = f"{timezone.localtime(seal.at):%Y-%m-%d %H:%M}"
                yield f"{moment} 封存的{model._meta.verbose_name}（{table}）被改动或者删去"


def _sum_heads_since(last_seal: Seal | None, last_record: int) -> tuple[int, int]:
    """Return (count of log records up to `last_record`, sum of the streams' heads), continued from the last seal.

    A record changed before that seal is in neither sum, so both seals fail. Sums of older, narrower
    seals are computed anew.
    """
    base = last_seal if last_seal and last_seal.heads_sum else None
    sealed_until = base.last_movement_id if base else 0
    rows = Movement.objects.filter(pk__lte=last_record)
    new_records = rows.filter(pk__gt=sealed_until).order_by()
    if base:
        rows = rows.filter(stream__in=new_records.values("stream"))
    old_heads: dict[str, str] = {}
    new_heads: dict[str, str] = {}
    for number, stream, value in rows.order_by("stream", "seq").values_list("pk", "stream", "hash").iterator(5000):
        new_heads[stream] = value
        if number <= sealed_until:
            old_heads[stream] = value
    movements, total = (base.movements, int(base.heads_sum, 16)) if base else (0, 0)
    return movements + new_records.count(), update_heads_sum(total, old_heads, new_heads)


def _compute_sums_at_seals(seals: Sequence[Seal], bits: int) -> dict[int, tuple[int, int]]:
    """Return seal's primary key → (count of log records, sum of the streams' heads) at that seal, in one pass."""
    lasts = sorted({seal.last_movement_id for seal in seals})
    if not lasts:
        return {}
    rows = Movement.objects.filter(pk__lte=lasts[-1]).order_by("stream", "seq").values_list("stream", "pk", "hash")
    sums_by_record = dict(zip(lasts, compute_sums_at_records(rows.iterator(5000), lasts, bits), strict=True))
    return {seal.pk: sums_by_record[seal.last_movement_id] for seal in seals}


def _matches_log(seal: Seal, count: int, total: int) -> bool:
    """Return true if a seal records this count of log records and this sum of heads."""
    if not seal.heads_sum:
        return (seal.movements, seal.heads_digest) == (count, f"{total:064x}")
    sealed_values = (seal.movements, seal.heads_sum, seal.heads_digest)
    return sealed_values == (count, sum_to_hex(total), digest(sum_to_hex(total)))


def _compute_seal_hash(seal: Seal) -> str:
    """Return the hash of a seal over its time, counts, digests and the hash of the seal before it."""
    rows = {"contents": seal.contents} if seal.contents else {}
    return digest(
        canonical_json(
            {
                **rows,
                "at": utc_timestamp(seal.at),
                "last": seal.last_movement_id,
                "movements": seal.movements,
                "heads": seal.heads_digest,
                "prev": seal.prev_hash,
                "counts": seal.counts,
            }
        )
    )
