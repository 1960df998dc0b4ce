"""Review of answers: their authors, proofreading, and the check for `audit verify`.

docs/decisions/0029-answers-are-signed-in-the-base.md explains why answers have their own review.
"""

from collections import defaultdict
from collections.abc import Sequence

from gongkai.content.checks.ruleset import rules_for
from gongkai.core.acts.models import Movement
from gongkai.core.acts.rows import PORTION, portions
from gongkai.core.acts.seal import Verdict
from gongkai.lib.privacy import Finding
from gongkai.work.consultation.models import KnownAnswer
from gongkai.work.consultation.states import SHOWN_STATES

# Actions that write the text; actions that submit, check and release it.
WRITING_ACTIONS = frozenset({"answers.write", "answers.revise"})
SUBMIT_ACTION, CHECK_ACTION, RELEASE_ACTION = "answers.submit", "answers.check", "answers.release"
# Fields that a release stores in the log.
RELEASED_FIELDS = ("question", "answer", "basis", "contact")


def released_words(known: KnownAnswer) -> dict[str, str]:
    """Return the released fields."""
    return {name: getattr(known, name) for name in RELEASED_FIELDS}


def list_writers(known: KnownAnswer) -> set[int]:
    """Return the authors since the last release; none of them may check or release."""
    moves = Movement.objects.filter(
        stream=known.stream, action__in={*WRITING_ACTIONS, SUBMIT_ACTION, RELEASE_ACTION}
    ).order_by("-seq")
    found: set[int] = set()
    for action, person in moves.values_list("action", "person_id"):
        if action == RELEASE_ACTION:
            break
        if person is not None:
            found.add(person)
    return found


def find_probable_mistakes(known: KnownAnswer) -> list[Finding]:
    """Return probable mistakes in the text by the unit's proofreading rules."""
    rules = rules_for(known.body)
    text = "\n".join((known.question, known.answer, known.basis))
    return rules.slips(text)


def verify_released_answers() -> Verdict:
    """Verify that each answer in use equals its release by three persons in the log."""
    read = 0
    rows = KnownAnswer.objects.filter(state__in=SHOWN_STATES).order_by("pk")
    for some in portions(rows.iterator(PORTION)):
        read += len(some)
        moves: dict[str, list[Movement]] = defaultdict(list)
        for movement in Movement.objects.filter(stream__in=[known.stream for known in some]).order_by("stream", "seq"):
            moves[movement.stream].append(movement)
        for known in some:
            if why := _find_release_mismatch(known, moves[known.stream]):
                return Verdict(read, f"问答{known.pk}{why}")
    return Verdict(read)


def _find_release_mismatch(known: KnownAnswer, moves: Sequence[Movement]) -> str:
    places = [place for place, move in enumerate(moves) if move.action == RELEASE_ACTION]
    if not places:
        return "没有签发记录"
    last, before = places[-1], places[-2] if len(places) > 1 else -1
    states = [move.to_state for move in moves if move.to_state]
    said = {name: words for name, words in moves[last].facts.items() if name in RELEASED_FIELDS}
    if states[-1] != known.state or said != {name: getattr(known, name) for name in said}:
        return "与签发时的内容或者状态不符"
    since = moves[before + 1 : last + 1]
    wrote = {move.person_id for move in since if move.action in WRITING_ACTIONS}
    checked = [move.person_id for move in since if move.action == CHECK_ACTION][-1:]
    hands = [*checked, moves[last].person_id]
    apart = [person for person in hands if person is not None]
    if not checked or len(set(apart)) < len(apart) or wrote & set(apart):
        return "的起草、初审、签发不是三人"
    return ""
