"""Learning of the Q&A search (synonyms, weights) and its hit rates by quarter (C-04)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import connections, router
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from gongkai.core.acts.actors import SYSTEM
from gongkai.core.intake.declared_fields import ERASED_TEXT_PLACEHOLDER
from gongkai.core.vault.sealing import EncryptedWords
from gongkai.lib.chinese.numerals import compute_percent
from gongkai.lib.law.values import add_months
from gongkai.lib.matching.folding import fold
from gongkai.lib.matching.synonyms import Synonym, Synonyms, load_default_synonyms
from gongkai.lib.matching.weight_fitting import (
    MIN_PAIRS,
    FittedWeights,
    FittingEntry,
    TrainingPair,
    collect_learnt_questions,
    fit_ranking_weights,
)
from gongkai.lib.matching.weights import DEFAULT_WEIGHTS, RankingWeights
from gongkai.lib.privacy import mask
from gongkai.work.consultation.models import Inquiry, KnownAnswer, OwnSynonym, Use, UseWay, WeightFit
from gongkai.work.consultation.states import SHOWN_STATES, InquiryState

# Maximum characters of a stored question, number of uses learnt from, days between two fits.
MAX_QUESTION_CHARACTERS, MAX_LEARNT_USES, DAYS_BETWEEN_FITS = 300, 20_000, 30
# Minimum number of equal votes from the public.
MIN_EQUAL_VOTES = 2


def mask_question(text: str) -> str:
    """Return a question on one line, masked and cut to MAX_QUESTION_CHARACTERS."""
    return mask(" ".join(text.split())[: MAX_QUESTION_CHARACTERS * 2])[0][:MAX_QUESTION_CHARACTERS]


def list_training_pairs() -> list[TrainingPair]:
    """Return pairs of question and chosen answer in use, of the last MAX_LEARNT_USES uses, oldest first.

    They are choices of staff, and votes of the public where several agree.
    """
    rows = Use.objects.filter(answer__state__in=SHOWN_STATES).order_by("-pk")
    fields = ("asked", "inquiry__subject", "inquiry__text", "answer", "way")
    pairs_with_way: list[tuple[TrainingPair, str]] = []
    for asked_words, subject, text, answer, use_way in rows.values_list(*fields)[:MAX_LEARNT_USES]:
        question = asked_words.reveal() or _reveal_question(subject, text)
        if question.strip():
            pairs_with_way.append((TrainingPair(question, str(answer)), use_way))
    votes = Counter((fold(pair.asked), pair.id) for pair, use_way in pairs_with_way if use_way == UseWay.HELPED)
    kept_pairs = [
        pair
        for pair, use_way in pairs_with_way
        if use_way != UseWay.HELPED or votes[fold(pair.asked), pair.id] >= MIN_EQUAL_VOTES
    ]
    return kept_pairs[::-1]


def _reveal_question(subject: EncryptedWords | None, text: EncryptedWords | None) -> str:
    """Return subject and text of an inquiry, cut; "" if the text is missing or erased."""
    message = text.reveal() if text else ""
    return (
        f"{subject.reveal() if subject else ''} {message}".strip()[:MAX_QUESTION_CHARACTERS]
        if message and message != ERASED_TEXT_PLACEHOLDER
        else ""
    )


def count_training_pairs() -> int:
    """Return the number of uses that staff chose, without decrypting questions."""
    return Use.objects.filter(answer__state__in=SHOWN_STATES).exclude(way=UseWay.HELPED).count()


def get_weights() -> RankingWeights:
    """Return the search weights of the last accepted fit in use, else the built-in ones."""
    last_fit = WeightFit.objects.filter(kept=True, put_aside_at=None).first()
    return RankingWeights.read(last_fit.weights) if last_fit else DEFAULT_WEIGHTS


def get_synonyms() -> Synonyms:
    """Return the built-in synonyms merged with the office's own."""
    return load_default_synonyms().merged(get_own_synonyms())


def get_own_synonyms() -> Synonyms:
    """Return the office's own synonyms."""
    rows = OwnSynonym.objects.values_list("everyday", "official", "weight")
    return Synonyms(Synonym(*row) for row in rows)


def get_synonym_stamp() -> tuple[object, ...]:
    """Return number and last change of the office's own synonyms, to detect changes."""
    return tuple(OwnSynonym.objects.aggregate(n=Count("pk"), last=Max("changed_at")).values())


_CHANGE_STAMP_SQL = """
SELECT (SELECT max(changed_at) FROM consultation_knownanswer),
  (SELECT max(id) FROM consultation_weightfit WHERE kept AND put_aside_at IS NULL),
  (SELECT count(*) FROM consultation_ownsynonym), (SELECT max(changed_at) FROM consultation_ownsynonym)
"""


def get_change_stamp() -> tuple[datetime | None, tuple[object, ...]]:
    """Return (time of the last change of answers, fingerprint of the search tuning).

    The fingerprint covers weights and synonyms; compare both with earlier values to detect changes.
    """
    with connections[router.db_for_read(KnownAnswer)].cursor() as cursor:
        cursor.execute(_CHANGE_STAMP_SQL)
        newest, *taught = cursor.fetchone()
    if isinstance(newest, str):  # SQLite returns timestamps as text in UTC
        newest = datetime.fromisoformat(newest).replace(tzinfo=UTC)
    return newest, tuple(taught)


def get_learnt_wordings(weights: RankingWeights) -> Mapping[str, tuple[str, ...]]:
    """Return earlier questions for which an answer was chosen, by primary key of the answer.

    Return {} if `weights` ignore them.
    """
    return collect_learnt_questions(list_training_pairs()) if weights.learnt else {}


def fit_weights() -> FittedWeights:
    """Fit the weights to the office's pairs, without saving.

    Raises:
        ValueError: there are too few pairs; the message is in Chinese.
    """
    fields = ("pk", "question", "answer", "variants")
    rows = KnownAnswer.objects.filter(state__in=SHOWN_STATES).order_by("pk").values_list(*fields)
    entries = [FittingEntry(str(pk), question, answer, tuple(variants)) for pk, question, answer, variants in rows]
    return fit_ranking_weights(entries, list_training_pairs(), synonyms=get_synonyms(), before=get_weights())


def fit_weights_when_due() -> dict[str, int]:
    """Fit and store the weights after DAYS_BETWEEN_FITS, if there are enough new uses; a job.

    Return {"fitted": 1, "kept": 1 if the new weights are used else 0}, or {} if nothing was fitted.
    """
    from gongkai.work.consultation.actions.answer_search import save_weight_fit

    last_fit = WeightFit.objects.first()
    if last_fit and last_fit.at > timezone.now() - timedelta(days=DAYS_BETWEEN_FITS):
        return {}
    count = Use.objects.filter(answer__state__in=SHOWN_STATES).count()
    if count < max(MIN_PAIRS, int(last_fit.pairs * 1.1) if last_fit else 0):
        return {}
    try:
        weight_fit = save_weight_fit(None, by=SYSTEM, found=fit_weights())
    except ValueError:
        return {}
    return {"fitted": 1, "kept": int(weight_fit.kept)}


# Ways of use for which a rank is recorded.
RANKED_USE_WAYS = (UseWay.GIVEN, UseWay.REPLIED)


@dataclass(frozen=True)
class QuarterHits:
    """The hit rate of the Q&A search in a quarter.

    `asked` counts questions with a chosen answer, `first` and `three` those whose answer was at rank 1, and at
    ranks 1 to 3. `unanswered` counts questions for which no answer was chosen.
    """

    year: int
    quarter: int
    asked: int
    first: int
    three: int
    unanswered: int

    @property
    def first_rate(self) -> int | None:
        """Return the share of hits at rank 1 in percent, or None without questions."""
        return compute_percent(self.first, self.asked)

    @property
    def three_rate(self) -> int | None:
        """Return the share of hits at ranks 1-3 in percent, or None without questions."""
        return compute_percent(self.three, self.asked)

    @property
    def answered_rate(self) -> int | None:
        """Return the percentage of questions answered from the Q&A base, or None."""
        return compute_percent(self.asked, self.asked + self.unanswered)


def count_hits_by_quarter(today: date) -> list[QuarterHits]:
    """Return the hits of the last eight quarters, the current one first."""
    quarters, year, quarter = [], today.year, (today.month - 1) // 3 + 1
    for _ in range(8):
        quarters.append(_count_hits(year, quarter))
        year, quarter = (year, quarter - 1) if quarter > 1 else (year - 1, 4)
    return quarters


def _count_hits(year: int, quarter: int) -> QuarterHits:
    """Return the hits of a quarter, and its inquiries that no answer of the base answered."""
    begin = date(year, quarter * 3 - 2, 1)
    end = add_months(begin, 3)
    uses = Use.objects.filter(way__in=RANKED_USE_WAYS, at__date__gte=begin, at__date__lt=end)
    counts = uses.aggregate(
        asked=Count("pk"), first=Count("pk", filter=Q(rank=1)), three=Count("pk", filter=Q(rank__lte=3))
    )
    received = Inquiry.objects.filter(received_on__gte=begin, received_on__lt=end)
    without = received.exclude(entry__state=InquiryState.INVALID).exclude(uses__way__in=RANKED_USE_WAYS)
    return QuarterHits(year, quarter, unanswered=without.count(), **counts)


def list_missed_questions() -> QuerySet[Use]:
    """Return uses whose answer was not among the first three of the search, newest first."""
    rows = Use.objects.filter(way__in=RANKED_USE_WAYS).filter(Q(rank=None) | Q(rank__gt=3))
    return rows.select_related("answer", "inquiry__entry__body").order_by("-pk")
