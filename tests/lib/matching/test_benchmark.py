"""The benchmark collection is complete, and the index beats fused BM25 on its held-out half."""

import importlib.util
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "benchmarks" / "matching.py"


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("matching_benchmark", PAGE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_collection_has_500_questions_and_all_answers(bench):
    answers = {row["id"]: row for row in bench.read("answers.tsv")}
    asked = bench.questions()
    assert len(asked) >= 500
    assert len({text for text, _ in asked}) == len(asked)
    assert {id_ for _, id_ in asked} == set(answers)
    assert all(all(row.values()) for row in answers.values())


def test_about_half_is_held_out(bench):
    asked = bench.questions()
    assert 0.45 < sum(bench.held_out(text) for text, _ in asked) / len(asked) < 0.55


def test_index_beats_all_baselines(bench):
    figures = bench.measure_ranking()
    collections = {name.removesuffix("_index") for name in figures if name.endswith("_index")}
    assert len(collections) == 4
    for collection in collections:
        best = max(value for name, value in figures.items() if name.startswith(f"{collection}_bm25"))
        assert figures[f"{collection}_index"] >= best + 0.02


def test_automatic_answers_are_precise(bench):
    figures = bench.measure_decisions()
    assert figures["decision_answer_precision"] >= 0.95
    assert figures["decision_answered_share"] >= 0.1
    # If half of the questions have lost their entry, its neighbour is seldom answered instead.
    assert figures["decision_half_strangers_precision"] >= 0.9


def test_small_collections_answer_precisely_or_not_at_all(bench):
    figures = bench.measure_decisions_by_size({1: 20, 10: 4, 30: 4, 100: 1})
    for size in (1, 10, 30, 100):
        answers = figures[f"decision_of_{size}_answers"]
        assert answers >= (0 if size < 30 else 5)  # a small base answers only what is nearly its own question
        assert (1 - figures[f"decision_of_{size}_precision"]) * answers <= max(1, 0.05 * answers)


def test_offers_are_rare_for_unrelated_and_right_for_related_messages(bench):
    figures = bench.measure_offers()
    assert figures["offer_strangers_asked"] >= 30
    assert figures["offer_strangers"] <= 2
    assert figures["offer_messages_right_share"] >= 0.6
