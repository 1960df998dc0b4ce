"""Recall and precision on the labelled sentences; no false alarms on clean official text."""

from pathlib import Path

import pytest
from benchmarks.privacy import UNSEEN, false_alarms, left_after_mask, measure_planted_errors, score
from benchmarks.privacy_samples import make_labelled_texts

from gongkai.lib.privacy import find, proofread

NOTICES = Path(__file__).resolve().parents[4] / "shared" / "notices"
IDENTIFIERS = ("id_number", "bank_card", "credit_code", "phone", "email", "passport", "plate", "account")


@pytest.mark.parametrize("half", ["held"])
def test_recall_and_precision_reach_minimum(half):
    figures = score(make_labelled_texts(f"find-{half}.txt", rounds=2, seed=11))
    for kind in IDENTIFIERS:
        wanted, right, given = figures[kind]
        assert right >= 0.99 * wanted, kind
        assert right >= 0.95 * given, kind
    for kind in ("person", "address", "health", "birth"):
        wanted, right, given = figures[kind]
        assert right >= 0.92 * wanted, kind
        assert right >= 0.92 * given, kind


@pytest.mark.parametrize(
    ("name", "recall", "precision"),
    [
        ("genres", 0.8, 0.95),
        ("more", 0.95, 0.95),
        ("third", 0.95, 0.95),
        ("fourth", 0.8, 0.95),
        ("fifth", 0.9, 0.95),
        ("sixth", 0.95, 0.95),
        ("seventh", 0.87, 0.95),
        ("eighth", 0.8, 0.95),
        ("ninth", 0.9, 0.9),
        ("tenth", 0.9, 0.93),
        ("eleventh", 0.7, 0.7),
        ("homes", 0.9, 0.96),
        ("facts", 0.88, 0.94),
        ("counters", 0.92, 0.94),
    ],
)
def test_texts_of_all_genres_reach_minimum(name, recall, precision):
    totals = [
        sum(column) for column in zip(*score(make_labelled_texts(f"find-{name}.txt", rounds=1)).values(), strict=True)
    ]
    assert totals[1] >= recall * totals[0]
    assert totals[1] >= precision * totals[2]


@pytest.mark.parametrize(("half", "recall"), [("a", 0.95), ("c", 0.93)])
def test_unseen_sets_reach_minimum(half, recall):
    figures = score(make_labelled_texts(f"find-{half}.txt", rounds=1, folder=UNSEEN))
    totals = [sum(column) for column in zip(*figures.values(), strict=True)]
    assert totals[1] >= recall * totals[0]
    assert totals[1] >= 0.95 * totals[2]
    for kind in IDENTIFIERS:
        wanted, right, given = figures[kind]
        assert right >= 0.97 * wanted, kind
        assert right >= 0.95 * given, kind


@pytest.mark.parametrize("half", ["a", "c"])
def test_prose_without_persons_has_no_names(half):
    text = (UNSEEN / f"clean-{half}.txt").read_text(encoding="utf-8")
    assert [finding.text for finding in find(text) if finding.kind == "person"] == []


@pytest.mark.parametrize("half", ["held"])
def test_masked_text_has_no_findings_left(half):
    assert left_after_mask(half) == 0


@pytest.mark.parametrize("half", ["held"])
def test_planted_errors_are_found(half):
    assert measure_planted_errors(half) >= 0.9


def test_own_clean_text_has_no_false_alarms():
    assert false_alarms() == {
        "privacy.proofread.clean.false_alarms_per_2000": 0.0,
        "privacy.find.clean.false_alarms_per_10000": 0.0,
    }


@pytest.mark.skipif(not NOTICES.is_dir(), reason="the five notices are not beside the repository")
def test_real_notices_have_few_false_alarms():
    texts = [path.read_text(encoding="utf-8") for path in sorted(NOTICES.glob("20*.txt"))]
    size = sum(len("".join(text.split())) for text in texts)
    assert sum(len(proofread(text)) for text in texts) <= size / 2000
    assert sum(len(find(text)) for text in texts) <= size / 10_000
