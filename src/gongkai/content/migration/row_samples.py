"""Draw the rows that a person must open before ordering a run.

The draw depends on a secret key of this installation, on the reading and on the person, so that the
person who had the source read cannot predict it. Repeated calls return the same rows.
"""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256

from django.db.models import Count
from django.utils.crypto import salted_hmac

from gongkai.content.migration import personal_data
from gongkai.content.migration.models import MoveRow, MoveRun, RowState, RunState
from gongkai.content.migration.sources.proof import PROOF_KIND_LABELS
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Movement
from gongkai.core.acts.shown_content import ShownPart, map_shown_parts, record_shown

#: Rows that a person opens before ordering a run; all if there are fewer.
MAX_SAMPLE_ROWS = 10
TEXT, PAGE, FILE = "text", "page", "file"


@dataclass(frozen=True)
class SampledRow:
    """An old text of the sample, with the parts that the person has not opened yet."""

    row: MoveRow
    missing: list[str]


def compute_page_digest(data: bytes) -> str:
    """Return the SHA-256 of a saved page in hexadecimal digits, as migration rows store it."""
    return sha256(data).hexdigest()


def get_viewing_stream(row: MoveRow) -> str:
    """Return the log stream that records the views of a row."""
    return f"move_row/{row.pk}"


def map_row_parts(row: MoveRow) -> dict[ShownPart, str]:
    """Return {(part, digest): label} of the parts of a row to open: future text, saved page, attachments."""
    files = {(FILE, str(facts["digest"])): f"附件“{facts['name']}”" for facts in row.data.get("files", [])}
    return {(TEXT, row.content_digest): "正文", (PAGE, str(row.source.get("digest", ""))): "原网页", **files}


def record_opened_part(row: MoveRow, by: Actor, part: str, digest: str) -> None:
    """Record that a person opened a part of a row that is not ordered or decided yet."""
    if digest and (row.run.state == RunState.PLANNED or row.state == RowState.HELD):
        record_shown(get_viewing_stream(row), by, [(part, digest)])


def list_sampled_rows(run: MoveRun, by: Actor) -> list[SampledRow]:
    """Return the old texts of the sample that this person must open, with the parts not opened yet."""
    ready = run.rows.filter(state=RowState.READY).values_list("pk", "number", "source__how")
    reading = Movement.objects.filter(stream=run.stream, action__in=("migration.start", "migration.read_again"))
    salt = f"{run.pk}/{reading.count()}/{by.person_id}"
    ranked = sorted((_compute_rank(salt, number), pk, how) for pk, number, how in ready)
    weak = [pk for _, pk, how in ranked if how == "weak"][: MAX_SAMPLE_ROWS // 2]
    numbers = [*weak, *(pk for _, pk, _ in ranked if pk not in weak)][:MAX_SAMPLE_ROWS]
    rows = list(MoveRow.objects.filter(pk__in=numbers).select_related("run").order_by("number"))
    shown = map_shown_parts([get_viewing_stream(row) for row in rows], by)
    return [SampledRow(row, _list_missing_parts(row, shown.get(get_viewing_stream(row), set()))) for row in rows]


def _compute_rank(salt: str, number: int) -> str:
    """Return a keyed digest that orders rows at random, but always alike."""
    return salted_hmac("gongkai.migration.opening", f"{salt}/{number}", algorithm="sha256").hexdigest()


def _list_missing_parts(row: MoveRow, marks: set[ShownPart]) -> list[str]:
    return [text for mark, text in map_row_parts(row).items() if mark not in marks]


def find_unopened_errors(run: MoveRun, by: Actor) -> list[str]:
    """Return the reason against ordering a run while rows of the sample are unopened."""
    given = list_sampled_rows(run, by)
    left = [sampled_row for sampled_row in given if sampled_row.missing]
    if not left:
        return []
    first = f"第{left[0].row.number}条的{'、'.join(left[0].missing[:3])}"
    return [f"批准前须打开随机抽出的{len(given)}条，看正文、原网页和附件；还有{len(left)}条没有看全，如{first}。"]


def count_rows_by_proof(run: MoveRun) -> list[dict[str, object]]:
    """Return {"how", "label", "count" of rows to publish} of each kind of proof, the most reliable first."""

    rows = run.rows.filter(state=RowState.READY).values("source__how").annotate(n=Count("pk")).order_by()
    counts = {row["source__how"]: row["n"] for row in rows}
    return [
        {"how": how, "label": label, "count": counts[how]}
        for how, label in PROOF_KIND_LABELS.items()
        if counts.get(how)
    ]


#: Name under which a person's check of a row is recorded; it counts for the whole run.
MANUAL_CHECK_PART = "looked"
#: Value that a form sends for the text of a row, which has no digest.
WHOLE_TEXT_PART = "text"


@dataclass(frozen=True)
class UncheckedPart:
    """A part of an old text that a person must open: its key (`mark`) and Chinese label.

    `why` is the reason; `place` is its index among the row's files or, with `picture`, pictures.
    """

    mark: str
    label: str
    why: str
    place: int | None = None
    picture: bool = False  # the file is a picture


def list_unchecked_parts(row: MoveRow) -> list[UncheckedPart]:
    """Return the parts of a row that a person must check; all files if the findings name none."""
    found = [finding for finding in row.findings if finding["kind"] == personal_data.MANUAL_CHECK_KIND]
    why: dict[str, str] = {}
    for finding in found:
        mark = WHOLE_TEXT_PART if finding["where"] == personal_data.TEXT_LABEL else finding.get("file", "")
        why.setdefault(mark, finding["why"])
    files = list(enumerate([*row.data.get("files", []), *row.data.get("pictures", [])]))
    text = (
        [UncheckedPart(WHOLE_TEXT_PART, personal_data.TEXT_LABEL, why[WHOLE_TEXT_PART])]
        if WHOLE_TEXT_PART in why
        else []
    )
    return text + [
        UncheckedPart(mark, _make_label(facts, place), why.get(mark) or why[""], place, bool(facts.get("picture")))
        for place, facts in files
        if (mark := str(facts["digest"])) in why or "" in why
    ]


def _make_label(facts: dict[str, object], place: int) -> str:
    """Return the Chinese name of a row's file; unnamed ones are numbered from `place`."""
    name = f"“{facts['name']}”" if facts["name"] else str(place + 1)
    return f"图片{name}" if facts.get("picture") else f"附件{name}"


def list_parts_to_check(row: MoveRow, by: Actor, looked: Collection[str] = ()) -> list[UncheckedPart]:
    """Return the parts that the user has not opened, or opened without confirming.

    Args:
        row: the row.
        by: the user who decides.
        looked: the marks of the parts that the user confirms now.
    """
    parts = list_unchecked_parts(row)
    stream = get_viewing_stream(row)
    shown_parts = map_shown_parts([stream, row.stream], by)
    opened = {digest for _, digest in shown_parts.get(stream, ())}
    confirmed = {digest for part, digest in shown_parts.get(row.stream, ()) if part == MANUAL_CHECK_PART}
    if row.content_digest in opened:
        opened.add(WHOLE_TEXT_PART)
    return [
        part
        for part in parts
        if part.mark not in confirmed - {WHOLE_TEXT_PART} and not (part.mark in looked and part.mark in opened)
    ]


def record_checked_parts(row: MoveRow, by: Actor) -> list[str]:
    """Record that a person checked each part of an old text; return the keys of the parts."""
    marks = [part.mark for part in list_unchecked_parts(row)]
    record_shown(row.stream, by, [(MANUAL_CHECK_PART, mark) for mark in marks])
    return marks
