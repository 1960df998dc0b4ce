"""Measure questions to a small base of answers, which can answer half of them: right confident answers, and answered questions.

`base.json` holds entries (`id`, `title`, `text`), `questions.json` the questions (`asked`, `gold`: the title of the
right entry or null, `kind`, `near`: the entry that may be offered if the base has the subject but not the answer).
*Confident* is an answer that the page names as the answer.
"""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from gongkai.lib.matching import (
    DecisionRule,
    Index,
    compute_nearness_in_index,
    decide_answer,
    find_places,
    make_question_parts,
)
from gongkai.work.consultation.answer_index import find_uncertainties


def measure(folder: Path, home: tuple[str, ...] = (), show: bool = False) -> dict[str, float]:
    """Ask every question; return counts and shares."""
    base = json.loads((folder / "base.json").read_text())
    questions = json.loads((folder / "questions.json").read_text())
    index = Index.build((row["title"], make_question_parts(row["title"], row["text"])) for row in base)
    counts: Counter[str] = Counter()
    for row in questions:
        counts.update(_judge_question(index, row, home, show=show))
    answerable = sum(row["gold"] is not None for row in questions)
    return {
        "questions": len(questions),
        "answerable": answerable,
        "confident": counts["confident"],
        "confident and right": counts["right"],
        "confident: share right": counts["right"] / max(counts["confident"], 1),
        "answerable: share answered confidently and rightly": counts["right"] / max(answerable, 1),
        "answerable: share with the right one on the page": counts["on page"] / max(answerable, 1),
        "unanswerable: nothing near is said": counts["nothing"],
    }


def _judge_question(index: Index, row: dict[str, Any], home: tuple[str, ...], *, show: bool) -> list[str]:
    asked, gold = row["asked"], row["gold"]
    found = decide_answer(index, asked, k=12, rule=DecisionRule(home=home))
    near = [hit.id for hit in found.hits if compute_nearness_in_index(index, asked, hit.id).near]
    told = []
    if found.decision == "answer" and near and not _left_open(index, asked, found.hits[0].id):
        right = found.hits[0].id == gold
        told += ["confident"] + ["right"] * right
        if show and not right:
            print(f"    wrong: {row['id']} {row['kind']} {asked} -> {found.hits[0].id} (gold {gold}; {row['reason']})")
    if gold and gold in [hit.id for hit in found.hits]:
        told.append("on page")
    if not gold and (not near or found.decision == "hand_over"):
        told.append("nothing")
    return told


def _left_open(index: Index, asked: str, id_: str) -> list[str]:
    """Return what an entry leaves open, as judged by the office's app (`consultation.answer_index`)."""
    content = index.get_content(id_)
    return find_uncertainties(
        asked,
        content,
        compute_nearness_in_index(index, asked, id_),
        index.synonyms,
        date.today().year,  # noqa: DTZ011
    )


def read_place_names(name: str) -> tuple[str, ...]:
    """Return the place names of an office, as the program reads them from its government's name."""
    return tuple(find_places(name))
