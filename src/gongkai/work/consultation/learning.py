"""What the search of the base learns: pairs of question and chosen answer, synonyms of the office's own, weights fitted to the pairs (C-04)."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.db import connections, router
from django.utils import timezone

from gongkai.core.acts.actors import SYSTEM
from gongkai.core.vault.sealing import Words
from gongkai.lib.matching.fitting import LEAST_PAIRS, Entry, Fit, Pair, fit, learnt_of
from gongkai.lib.matching.folding import fold
from gongkai.lib.matching.synonyms import Synonym, Synonyms, default
from gongkai.lib.matching.weights import DEFAULT, Weights
from gongkai.lib.privacy import mask
from gongkai.work.consultation.models import KnownAnswer, OwnSynonym, Use, Way, WeightFit
from gongkai.work.consultation.states import SHOWN

#: Characters of a question that are kept; uses that are learnt from, the last ones; days between two fittings by the job.
LONGEST, MOST_USES, FIT_AFTER = 300, 20_000, 30
#: The public's word counts where so many said the same of the same question.
AGREED = 2
#: What an inquiry's text is once retention ended.
ERASED = "（保存期满，已清除）"


def masked_question(text: str) -> str:
    """Return a question as it may be kept: on one line, without what tells who asked."""
    return mask(" ".join(text.split())[: LONGEST * 2])[0][:LONGEST]


def pairs() -> list[Pair]:
    """Return the pairs of question and chosen answer, the oldest first: what staff chose; what the public found helpful, where several agree."""
    rows = Use.objects.filter(answer__state__in=SHOWN).order_by("-pk")
    fields = ("asked", "inquiry__subject", "inquiry__text", "answer", "way")
    found: list[tuple[Pair, str]] = []
    for asked, subject, text, answer, way in rows.values_list(*fields)[:MOST_USES]:
        words = asked.reveal() or _asked(subject, text)
        if words.strip():
            found.append((Pair(words, str(answer)), way))
    votes = Counter((fold(pair.asked), pair.id) for pair, way in found if way == Way.HELPED)
    kept = [pair for pair, way in found if way != Way.HELPED or votes[fold(pair.asked), pair.id] >= AGREED]
    return kept[::-1]


def _asked(subject: Words | None, text: Words | None) -> str:
    """Return what an inquiry asked; nothing where there is none, or its words were erased."""
    said = text.reveal() if text else ""
    return (
        f"{subject.reveal() if subject else ''} {said}".strip()[:LONGEST] if said and said != ERASED else ""
    )


def pairs_kept() -> int:
    """Return how many choices of staff there are to learn from, without opening what was asked."""
    return Use.objects.filter(answer__state__in=SHOWN).exclude(way=Way.HELPED).count()


def weights_in_use() -> Weights:
    """Return the weights that the base is searched with."""
    last = WeightFit.objects.filter(kept=True, put_aside_at=None).first()
    return Weights.read(last.weights) if last else DEFAULT


def synonyms_in_use() -> Synonyms:
    """Return the table that comes with the program and the office's own pairs, which count where both have one."""
    rows = OwnSynonym.objects.values_list("everyday", "official", "weight")
    return default().merged(Synonyms(Synonym(*row) for row in rows))


_STAMP = """
SELECT (SELECT max(changed_at) FROM consultation_knownanswer),
  (SELECT max(id) FROM consultation_weightfit WHERE kept AND put_aside_at IS NULL),
  (SELECT count(*) FROM consultation_ownsynonym), (SELECT max(changed_at) FROM consultation_ownsynonym)
"""


def stamp() -> tuple[datetime | None, tuple[object, ...]]:
    """Return when an answer changed last, and what changes when weights or synonyms change: one question, since each search asks it."""
    with connections[router.db_for_read(KnownAnswer)].cursor() as cursor:
        cursor.execute(_STAMP)
        newest, *taught = cursor.fetchone()
    if isinstance(newest, str):  # SQLite has moments as text, in UTC
        newest = datetime.fromisoformat(newest).replace(tzinfo=UTC)
    return newest, tuple(taught)


def wordings(use: Weights) -> Mapping[str, tuple[str, ...]]:
    """Return the questions that each answer learns, where the weights say that they count."""
    return learnt_of(pairs()) if use.learnt else {}


def try_fit() -> Fit:
    """Fit the weights to the office's pairs; nothing is changed by it.

    Raises:
        ValueError: too few pairs, in a Chinese line.
    """
    fields = ("pk", "question", "answer", "variants")
    rows = KnownAnswer.objects.filter(state__in=SHOWN).order_by("pk").values_list(*fields)
    entries = [Entry(str(pk), question, answer, tuple(variants)) for pk, question, answer, variants in rows]
    return fit(entries, pairs(), synonyms=synonyms_in_use(), before=weights_in_use())


def fit_when_due() -> dict[str, int]:
    """The job: fit once in a while, where there are enough pairs and a tenth more than the last time."""
    from gongkai.work.consultation.actions.learning import keep_fit

    last = WeightFit.objects.first()
    if last and last.at > timezone.now() - timedelta(days=FIT_AFTER):
        return {}
    count = Use.objects.filter(answer__state__in=SHOWN).count()
    if count < max(LEAST_PAIRS, int(last.pairs * 1.1) if last else 0):
        return {}
    try:
        made = keep_fit(None, by=SYSTEM, found=try_fit())
    except ValueError:
        return {}
    return {"fitted": 1, "kept": int(made.kept)}
