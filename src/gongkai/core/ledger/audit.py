"""Checks of `audit verify`: the log, its seals, entries against the log, and checks of other apps.

`register_check(name, label, check)` adds a check; it returns a `LogVerdict` with the rows read,
the faults and what could not be checked. Rows covered by the log need no check of their own:
`config/covered.toml` names their tables (`acts.row_coverage`).
"""

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db.models import CharField, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from gongkai.core.acts import chain, covering_check, insert_only, row_coverage, seal, stamps
from gongkai.core.acts.models import Movement, Seal
from gongkai.core.acts.rows import BATCH_SIZE, split_into_batches
from gongkai.core.acts.seal import LogVerdict
from gongkai.core.ledger.clock import recompute_dates
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Letter
from gongkai.core.outbox.outbox import LETTER_DIGEST_PURPOSE
from gongkai.core.vault.key_file import KeyRingError
from gongkai.core.vault.sealing import matches_stored_digest

LOG = logging.getLogger("gongkai.audit")
#: Type of a check: takes nothing, returns its verdict.
Check = Callable[[], LogVerdict]


@dataclass(frozen=True)
class AuditCheckResult:
    """The result of one check, with the check's name and Chinese label."""

    name: str
    label: str
    verdict: LogVerdict


#: Maximum number of broken rows listed.
MAX_LISTED_BROKEN_ROWS = 50
#: Encrypted columns, which no digest in the log covers (`row_coverage`).
UNCOVERED_COLUMNS = "加密保存的姓名、证件号码和联系方式"
#: Label of the check of the file that lists unsealed records (--restored).
UNSEALED_RECORDS_LABEL = "数据文件夹记下的末尾（--restored）"
#: Check's name → (Chinese label, check).
AUDIT_CHECKS_BY_NAME: dict[str, tuple[str, Check]] = {}


def register_check(name: str, label: str, check: Check) -> None:
    """Register a check; called by an app at start-up."""
    AUDIT_CHECKS_BY_NAME[name] = (label, check)


def run_audit(without: Collection[str] = ()) -> list[AuditCheckResult]:
    """Run all checks except those named, the log's first."""
    return [
        run_check(name, label, check) for name, (label, check) in AUDIT_CHECKS_BY_NAME.items() if name not in without
    ]


def run_check(name: str, label: str, check: Check) -> AuditCheckResult:
    """Run one check and return its result; data that it cannot read are reported as broken."""
    try:
        return AuditCheckResult(name, label, check())
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
        LOG.exception("audit check %s", name)
        return AuditCheckResult(
            name, label, LogVerdict(0, f"有数据读不出来，没有核验完（{type(error).__name__}：{error}）")
        )


def list_unchecked(names: Iterable[str]) -> list[str]:
    """Return in Chinese what `audit verify` did not check.

    Args:
    names: names of the executed checks.
    """
    covered_settings = row_coverage.read_covered_toml()
    names = set(names)
    missing_checks = {str(check) for check in covered_settings["recomputed"].values()} - names
    return [
        *covered_settings["unchecked"],
        UNCOVERED_COLUMNS,
        *(["文件的内容（加 --files）"] if "files" in missing_checks else []),
        *([UNSEALED_RECORDS_LABEL] if "tail" not in names else []),
    ]


def describe_unsealed(now: datetime) -> str:
    """Return in Chinese the number of unsealed movements and rows, or "" if all are sealed."""
    rows = "、".join(f"{label}{count}行" for label, count in seal.count_unsealed_rows_by_table().items())
    return "；".join(filter(None, [_describe_unsealed_movements(now), f"尚未封存：{rows}" if rows else ""]))


def _describe_unsealed_movements(now: datetime) -> str:
    """Return in Chinese the number and age of unsealed log records; empty if there are none."""
    last_sealed_pk = Seal.objects.order_by("-at").values_list("last_movement_id", flat=True).first()
    rows = Movement.objects.filter(pk__gt=last_sealed_pk or 0).order_by("pk")
    oldest_at = rows.values_list("at", flat=True).first()
    if oldest_at is None:
        return ""
    minutes = max(0, int((now - oldest_at).total_seconds() // 60))
    sealing_label = "从未封存" if last_sealed_pk is None else "尚未封存"
    count, noted_count = rows.count(), chain.count_listed_records_after(last_sealed_pk or 0)
    noted_label = "均" if noted_count >= count else f"其中{noted_count}条"
    return f"最新{count}条流水{sealing_label}（最早的写于{minutes}分钟前，{noted_label}已与本机数据文件夹核对）"


def check_covered_rows() -> LogVerdict:
    """Check that each row of a covered table has the digest that its last log record gives."""
    table_results = list(covering_check.check_covered_tables())
    faults = [sentence for table in table_results for sentence in table.broken]
    unlisted_count = len(faults) - MAX_LISTED_BROKEN_ROWS
    listed_faults = [*faults[:MAX_LISTED_BROKEN_ROWS], *([f"另有{unlisted_count}处"] if unlisted_count > 0 else [])]
    waiting: dict[str, list[str]] = {}
    for table in table_results:
        if table.unchecked:
            waiting.setdefault(table.unchecked, []).append(table.label)
    unchecked_note = "；".join(
        f"{'、'.join(labels[:3])}{'等' if len(labels) > 3 else ''}{len(labels)}张表{reason}"
        for reason, labels in waiting.items()
    )
    return LogVerdict(
        sum(table.rows for table in table_results),
        listed_faults[0] if listed_faults else "",
        tuple(listed_faults[1:]),
        unchecked_note,
    )


def check_unsealed_records() -> LogVerdict:
    """Check that the last seal and the later records in the file outside the database are still in the database."""
    lost_records = chain.describe_lost_records()
    return LogVerdict(
        chain.count_listed_records_after(0), lost_records[0] if lost_records else "", tuple(lost_records[1:])
    )


def check_triggers() -> LogVerdict:
    """Check that every insert-only table still has its protecting triggers."""
    missing_triggers = insert_only.find_missing_triggers()
    fault = f"只增表 {missing_triggers[0]} 的保护触发器缺失、停用或者被改动" if missing_triggers else ""
    return LogVerdict(len(insert_only.INSERT_ONLY_TABLES), fault)


def check_entries() -> LogVerdict:
    """Check that each entry has a log record with a state, and is in the state that the last such record names.

    Movements of other apps in an entry's stream that name no state are ignored.
    """
    state_records = Movement.objects.filter(stream=OuterRef("stream_name")).exclude(to_state="")
    last_state = state_records.order_by("-seq").values("to_state")[:1]
    rows = Entry.objects.annotate(
        stream_name=Concat(Value("entry/"), Cast("pk", CharField()), output_field=CharField()),
        said=Subquery(last_state),
    )
    wrong_entry = rows.filter(Q(said=None) | ~Q(said=F("state"))).order_by("pk").first()
    if wrong_entry is None:
        return LogVerdict(Entry.objects.count())
    recorded_state = wrong_entry.said
    return LogVerdict(
        Entry.objects.count(), f"{wrong_entry.number} {'没有流水' if recorded_state is None else '的状态与流水不符'}"
    )


def check_letters() -> LogVerdict:
    """Check each sent letter's text against the digest in the log."""
    rows = Letter.objects.exclude(body="").order_by("pk").only("pk", "body", "digest")
    read, broken = 0, []
    for letter in rows.iterator(BATCH_SIZE):
        read += 1
        try:
            is_unchanged = matches_stored_digest(
                letter.digest, LETTER_DIGEST_PURPOSE, sha256(letter.body.reveal().encode()).hexdigest()
            )
        except KeyRingError:
            is_unchanged = False
        if not is_unchanged:
            broken.append(f"第{letter.pk}号对外信件的内容被改动，或者密钥文件打不开它")
    return LogVerdict(read, broken[0] if broken else "", tuple(broken[1:MAX_LISTED_BROKEN_ROWS]))


def check_clocks() -> LogVerdict:
    """Check that the dates of each entry follow from its clock events, by the law in force on their days.

    A pause that ran out since the last seal is no fault: a job redates the entry, which has not run yet after
    midnight and runs in no backup.
    """
    sealed_at = Seal.objects.order_by("-pk").values_list("at", flat=True).first()
    rows = Entry.objects.prefetch_related("clock_events").order_by("pk")
    read = 0
    for batch in split_into_batches(rows.iterator(BATCH_SIZE)):
        read += len(batch)
        wrong_entries = [moved.entry for moved in recompute_dates(batch) if moved.has_due_date_moved]
        if wrong_entries and sealed_at:
            entries_at_seal = Entry.objects.filter(pk__in=[entry.pk for entry in wrong_entries]).prefetch_related(
                "clock_events"
            )
            paused_changed = recompute_dates(entries_at_seal.filter(paused=True), today=timezone.localtime(sealed_at))
            unpaused_ids = entries_at_seal.filter(paused=False).values_list("pk", flat=True)
            wrong_then = {moved.entry.pk for moved in paused_changed if moved.has_due_date_moved} | set(unpaused_ids)
            wrong_entries = [entry for entry in wrong_entries if entry.pk in wrong_then]
        if wrong_entries:
            return LogVerdict(read, f"{wrong_entries[0].number} 的到期日与计时事项不符")
    return LogVerdict(read)


register_check("log", "操作流水和封存", seal.verify_log)
register_check("tail", "数据文件夹记下的末尾", check_unsealed_records)
register_check("covered", "流水所登记的数据", check_covered_rows)
register_check("stamps", "封存的时间戳", lambda: LogVerdict(*stamps.verify_stored_tokens()))
register_check("guards", "只增表保护", check_triggers)
register_check("letters", "对外信件", check_letters)
register_check("entries", "台账状态与流水", check_entries)
register_check("clocks", "到期日与计时事项", check_clocks)
