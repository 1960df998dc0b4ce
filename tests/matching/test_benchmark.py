"""The written collection is sound, and the index stays ahead of fused BM25 on its held-out half."""

import importlib.util
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "benchmarks" / "matching.py"


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("matching_benchmark", PAGE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_are_five_hundred_pairs_and_each_has_its_answer(bench):
    answers = {row["id"]: row for row in bench.read("answers.tsv")}
    asked = bench.questions()
    assert len(asked) >= 500
    assert len({text for text, _ in asked}) == len(asked)
    assert {id_ for _, id_ in asked} == set(answers)
    assert all(all(row.values()) for row in answers.values())


def test_about_half_is_held_out(bench):
    asked = bench.questions()
    assert 0.45 < sum(bench.held_out(text) for text, _ in asked) / len(asked) < 0.55


def test_the_index_is_ahead_of_every_baseline(bench):
    figures = bench.ranking()
    collections = {name.removesuffix("_index") for name in figures if name.endswith("_index")}
    assert len(collections) == 4
    for collection in collections:
        best = max(value for name, value in figures.items() if name.startswith(f"{collection}_bm25"))
        assert figures[f"{collection}_index"] >= best + 0.02


def test_what_the_machine_answers_is_right(bench):
    figures = bench.deciding()
    assert figures["decision_answer_precision"] >= 0.95
    assert figures["decision_answered_share"] >= 0.07
