"""Review of answers: rounds, authors, proofreading, and the check for `audit verify`.

docs/decisions/0029-answers-are-signed-in-the-base.md explains why answers have their own review.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.content.checks.ruleset import get_check_rules
from gongkai.core.acts.models import Movement
from gongkai.core.acts.rows import BATCH_SIZE, split_into_batches
from gongkai.core.acts.seal import LogVerdict
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.registers.columns import Column
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor
from gongkai.core.units.another_person import list_action_people
from gongkai.core.widgets.templatetags.ui import sign
from gongkai.lib.privacy import Finding
from gongkai.work.consultation.models import Inquiry, KnownAnswer
from gongkai.work.consultation.review_rounds import ROUND_KIND_NAME, count_review_backlog
from gongkai.work.consultation.states import SHOWN_STATES, ReviewRoundState

#: Parts of a review round's result: (log action, decision, wording with the count).
ROUND_RESULT_PARTS = (
    ("answers.write", "", "新增{}条"),
    ("inquiry.sort", "merged", "并入{}件"),
    ("inquiry.sort", "skipped", "不收入{}件"),
    ("answers.confirm", "", "确认{}条"),
    ("answers.revise", "", "修改{}条"),
    ("answers.retire", "", "停用{}条"),
)


def describe_round_result(entry: Entry) -> str:
    """Return the result of a round in words, counted from the log."""
    movements = Movement.objects.filter(action__in={name for name, *_ in ROUND_RESULT_PARTS}, at__gte=entry.opened_at)
    rows = list(movements.values_list("action", "facts", "stream"))
    answers, inquiries = _parse_stream_ids(rows, "answer/"), _parse_stream_ids(rows, "entry/")
    own_streams = {f"answer/{pk}" for pk in _list_keys_among(KnownAnswer.objects.filter(body=entry.body), answers)}
    own_streams |= {f"entry/{pk}" for pk in _list_keys_among(Inquiry.objects.filter(entry__body=entry.body), inquiries)}
    counts = Counter((action, facts.get("decision", "")) for action, facts, stream in rows if stream in own_streams)
    texts = [
        text.format(counts[name, decision]) for name, decision, text in ROUND_RESULT_PARTS if counts[name, decision]
    ]
    return "，".join(texts)


def _parse_stream_ids(rows: Iterable[tuple[str, object, str]], kind: str) -> set[int]:
    return {int(stream.removeprefix(kind)) for *_, stream in rows if stream.startswith(kind)}


def _list_keys_among(rows: "QuerySet[KnownAnswer] | QuerySet[Inquiry]", numbers: set[int]) -> Iterable[int]:
    return rows.filter(pk__in=numbers).values_list("pk", flat=True)


def _make_light_cell(row: Entry) -> object:
    return sign(row.light, row.state_label)


def _describe_left_items(row: Entry) -> str:
    """Return a text on the unit's remaining reviews in an open round; "" if none remain."""
    if row.closed_at:
        return ""
    backlog = count_review_backlog(row.body)
    return f"问答{backlog.answers}条，留言{backlog.inquiries}件"


class ReviewRoundRegister(Register[Entry]):
    """The register of the quarterly reviews of the Q&A base."""

    name, model, title, section = "consultation.rounds", Entry, "问答库梳理", ("互动交流",)
    columns = (
        Column("title", "梳理"),
        "body",
        Column("due_at", "期限", value=lambda row: timezone.localdate(row.due_at) if row.due_at else None),
        Column("state", "状态", value=lambda row: row.state_label, cell=_make_light_cell),
        Column("left", "还要梳理的", value=_describe_left_items, order=""),
        Column("closed_at", "完成日期", value=lambda row: timezone.localdate(row.closed_at) if row.closed_at else None),
        Column("result", "结果", value=lambda row: row.result, order=""),
    )
    filters = ("body", YearFilter("year"))
    ordering = ("-due_at", "body__position", "pk")
    has_record = False
    shown_at = "url"
    intro = "每季度初自动建立，要求本季度内完成：到期的问答确认、修改或者停用，已答复的留言收入、并入或者不收入。"
    empty = "还没有梳理。有在用问答或者已答复留言的单位，每季度初由系统自动建立。"

    def rows(self, by: Actor) -> QuerySet[Entry]:
        """Return the visible rounds."""
        return visible_to(by, kind=ROUND_KIND_NAME).select_related("body")

    def prefetch(self, rows: Sequence[Entry], by: Actor) -> Sequence[Entry]:
        """Attach to each row the `result` logged when it was finished, "" while open."""
        closing = Movement.objects.filter(
            stream__in=[row.stream for row in rows], action=f"{ROUND_KIND_NAME}.finish"
        ).select_related("kept_words")
        values = {movement.stream: movement.words for movement in closing}
        for row in rows:
            row.result = values.get(row.stream, "")  # type: ignore[attr-defined]
        return rows

    def totals(self, listing: Listing[Entry]) -> Sequence[tuple[str, object]]:
        """Return the number of finished, unfinished and overdue rounds."""
        rows = listing.rows.order_by()
        done = rows.filter(state=ReviewRoundState.DONE).count()
        late = rows.filter(closed_at=None, due_at__lt=timezone.now()).count()
        return (("已完成", done), ("没有完成", rows.count() - done), ("其中逾期", late))


#: Log actions that write the text of an answer.
WRITING_ACTIONS = frozenset({"answers.write", "answers.revise"})
SUBMIT_ACTION, CHECK_ACTION, RELEASE_ACTION = "answers.submit", "answers.check", "answers.release"
#: Fields of an answer whose released values the log stores.
RELEASED_FIELDS = ("question", "answer", "basis", "contact")


def get_released_fields(answer: KnownAnswer) -> dict[str, str]:
    """Return the fields of an answer as released."""
    return {name: getattr(answer, name) for name in RELEASED_FIELDS}


def list_answer_writers(answer: KnownAnswer) -> set[int]:
    """Return the authors and submitters since the last release, who may not check or release."""
    moves = Movement.objects.filter(
        stream=answer.stream, action__in={*WRITING_ACTIONS, SUBMIT_ACTION, RELEASE_ACTION}
    ).order_by("-seq")
    writers: set[int] = set()
    for action, person, facts in moves.values_list("action", "person_id", "facts"):
        if action == RELEASE_ACTION:
            break
        writers |= list_action_people(person, facts) - {None}  # type: ignore[arg-type]
    return writers


def find_probable_mistakes(answer: KnownAnswer) -> list[Finding]:
    """Return probable mistakes in the text by the unit's proofreading rules."""
    rules = get_check_rules(answer.body)
    text = "\n".join((answer.question, answer.answer, answer.basis))
    return rules.find_wording_errors(text)


def verify_released_answers() -> LogVerdict:
    """Verify that each answer in use is as released, and by three persons.

    Return the number read, with the first mismatch if there is one.
    """
    read = 0
    rows = KnownAnswer.objects.filter(state__in=SHOWN_STATES).order_by("pk")
    for batch in split_into_batches(rows.iterator(BATCH_SIZE)):
        read += len(batch)
        moves: dict[str, list[Movement]] = defaultdict(list)
        for movement in Movement.objects.filter(stream__in=[known_answer.stream for known_answer in batch]).order_by(
            "stream", "seq"
        ):
            moves[movement.stream].append(movement)
        for answer in batch:
            if mismatch := _find_release_mismatch(answer, moves[answer.stream]):
                return LogVerdict(read, f"问答{answer.pk}{mismatch}")
    return LogVerdict(read)


def _find_release_mismatch(answer: KnownAnswer, moves: Sequence[Movement]) -> str:
    """Return the fault if an answer differs from its logged release, else ""."""
    release_indices = [index for index, move in enumerate(moves) if move.action == RELEASE_ACTION]
    if not release_indices:
        return "没有签发记录"
    last_release, earlier_release = release_indices[-1], release_indices[-2] if len(release_indices) > 1 else -1
    states = [move.to_state for move in moves if move.to_state]
    released_fields = {
        name: field_text for name, field_text in moves[last_release].facts.items() if name in RELEASED_FIELDS
    }
    if states[-1] != answer.state or released_fields != {name: getattr(answer, name) for name in released_fields}:
        return "与签发时的内容或者状态不符"
    since = moves[earlier_release + 1 : last_release + 1]
    wrote = {move.person_id for move in since if move.action in WRITING_ACTIONS}
    checked = [move.person_id for move in since if move.action == CHECK_ACTION][-1:]
    signers = [*checked, moves[last_release].person_id]
    known_signers = [person for person in signers if person is not None]
    if not checked or len(set(known_signers)) < len(known_signers) or wrote & set(known_signers):
        return "的起草、初审、签发不是三人"
    return ""
