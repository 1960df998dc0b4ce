"""Answers of the Q&A base to a question, for 政策问答 and for the site search."""

from dataclasses import dataclass, field

from gongkai.work.consultation import queries, recall
from gongkai.work.consultation.models import KnownAnswer

#: Answers searched for a question; related ones shown below; related ones shown without a close
#: match.
MAX_SEARCHED, MAX_RELATED, MAX_RELATED_WITHOUT_MATCH = 12, 8, 5


@dataclass(frozen=True)
class FoundAnswers:
    """Answers best first, certainty of the first, and related answers."""

    found: list[KnownAnswer] = field(default_factory=list)
    sure: bool = False
    related: list[KnownAnswer] = field(default_factory=list)


def answered(asked: str) -> FoundAnswers:
    """Return the public answers to some words."""
    if not asked.strip():
        return FoundAnswers()
    recalled = recall.recall(asked[:200], k=MAX_SEARCHED)
    close = recalled.near and recalled.decision != "hand_over"
    near = [match.answer for match in recalled.found if close and match.near]
    related = [match.answer for match in recalled.found if match.answer not in near and (match.near or match.related)]
    found = public(near)
    sure = recalled.decision == "answer" and found[:1] == [recalled.found[0].answer]
    return FoundAnswers(found, sure, public(related)[: MAX_RELATED if near else MAX_RELATED_WITHOUT_MATCH])


def public(near: list[KnownAnswer]) -> list[KnownAnswer]:
    """Return the publicly visible answers, in order."""
    if not near:
        return []
    shown = queries.list_public_answers().filter(pk__in=[known_answer.pk for known_answer in near])
    numbers = set(shown.values_list("pk", flat=True))
    return [known_answer for known_answer in near if known_answer.pk in numbers]
