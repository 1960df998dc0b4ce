"""Measure the matching of answers on texts written for it: 511 questions and messages about an invented city, 360 official answers.

Half of the questions (chosen by a checksum of their text) were used to fit the decision; all figures here are of the
other half. The baselines are BM25 on words, on bigrams, and both fused (by rank, and by score).
"""

import csv
import math
import random
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import rjieba

from gongkai.lib.matching import (
    DecisionRule,
    Index,
    Router,
    compute_nearness_in_index,
    decide_answer,
    fold,
    make_question_parts,
    make_search_tokens,
)

DATA = Path(__file__).parent / "data"
HOME = ("云岭",)
Search = Callable[[str], list[str]]
Question = tuple[str, str | None]


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def held_out(text: str) -> bool:
    return zlib.crc32(text.encode()) % 2 == 1


def questions() -> list[tuple[str, str]]:
    """Return all (question or message, id of its answer); a bar separates the subject of a message from its text."""
    return [(row["asked"].replace("|", "\n"), row["id"]) for row in read("asked.tsv")]


class BM25:
    """The baseline: Robertson's BM25 with the usual k1 = 1.2, b = 0.75."""

    def __init__(self, texts: Iterable[tuple[str, str]], tokens: Callable[[str], list[str]]) -> None:
        self.tokens = tokens
        self.postings: dict[str, list[tuple[int, int]]] = {}
        self.ids, self.lengths = [], []
        for number, (id_, text) in enumerate(texts):
            counts = Counter(tokens(text))
            self.ids.append(id_)
            self.lengths.append(sum(counts.values()))
            for token, count in counts.items():
                self.postings.setdefault(token, []).append((number, count))
        self.average = sum(self.lengths) / len(self.lengths)

    def scores(self, question: str) -> dict[str, float]:
        found: Counter[int] = Counter()
        for token, times in Counter(self.tokens(question)).items():
            rows = self.postings.get(token, [])
            idf = math.log(1 + (len(self.ids) - len(rows) + 0.5) / (len(rows) + 0.5))
            for number, count in rows:
                norm = 1.2 * (0.25 + 0.75 * self.lengths[number] / self.average)
                found[number] += times * idf * count * 2.2 / (count + norm)
        return {self.ids[number]: score for number, score in found.items()}


def words(text: str) -> list[str]:
    return [word for word in rjieba.cut(fold(text)) if word[0].isalnum()]


def bigrams(text: str) -> list[str]:
    return [token for token in make_search_tokens(text) if len(token) > 1]


def best(scores: dict[str, float], k: int = 10) -> list[str]:
    return sorted(scores, key=lambda id_: -scores[id_])[:k]


def baselines(texts: list[tuple[str, str]]) -> dict[str, Search]:
    by_word, by_bigram = BM25(texts, words), BM25(texts, bigrams)

    def by_rank(question: str) -> list[str]:
        fused: Counter[str] = Counter()
        for base in (by_word, by_bigram):
            for rank, id_ in enumerate(best(base.scores(question), 1000)):
                fused[id_] += 1 / (60 + rank)
        return best(fused)

    def by_score(question: str) -> list[str]:
        fused: Counter[str] = Counter()
        for base in (by_word, by_bigram):
            scores = base.scores(question)
            top = max(scores.values(), default=1.0)
            for id_, score in scores.items():
                fused[id_] += score / top
        return best(fused)

    return {
        "bm25_words": lambda question: best(by_word.scores(question)),
        "bm25_bigrams": lambda question: best(by_bigram.scores(question)),
        "bm25_fused_rank": by_rank,
        "bm25_fused_score": by_score,
    }


def ndcg(search: Search, asked: list[tuple[str, str]]) -> float:
    """Return the mean nDCG@10 with one right entry for each question."""
    total = 0.0
    for question, right in asked:
        found = search(question)[:10]
        if right in found:
            total += 1 / math.log2(found.index(right) + 2)
    return total / len(asked)


def measure_ranking() -> dict[str, float]:
    rows = read("answers.tsv")
    asked = [(text, id_) for text, id_ in questions() if held_out(text)]
    messages = [(text, id_) for text, id_ in questions() if "\n" in text]
    whole = [(row["id"], f"{row['question']}\n{row['answer']}") for row in rows]
    collections = {
        "to_answer": ([(row["id"], row["answer"]) for row in rows], asked),
        "to_question": ([(row["id"], row["question"]) for row in rows], asked),
        "to_entry": (whole, asked),
        "message_to_entry": (whole, messages),
    }
    figures = {}
    for name, (texts, pairs) in collections.items():
        index = Index.build(texts)
        ways = {"index": lambda q, index=index: [hit.id for hit in index.search(q)]} | baselines(texts)
        for way, search in ways.items():
            figures[f"ndcg10_{name}_{way}"] = ndcg(search, pairs)
    return figures


def build_base(rows: Iterable[dict[str, str]]) -> Index:
    return Index.build((row["id"], make_question_parts(row["question"], row["answer"])) for row in rows)


def read_strangers() -> list[Question]:
    """Return small talk and questions that no entry answers."""
    asked = [row["asked"] for name in ("unanswerable.tsv", "smalltalk.tsv") for row in read(name)]
    return [(text, None) for text in asked if held_out(text)]


def judge_questions(index: Index, asked: Iterable[Question]) -> Counter[str]:
    """Count the questions: all, answered, rightly answered, and those with the right entry among the candidates."""
    counts: Counter[str] = Counter()
    for question, id_ in asked:
        found = decide_answer(index, question, rule=DecisionRule(home=HOME))
        counts["asked"] += 1
        if found.decision == "answer":
            counts["answered"] += 1
            counts["right"] += found.hits[0].id == id_
        elif found.decision == "candidates":
            counts["offered"] += id_ in [hit.id for hit in found.hits]
    return counts


def measure_decisions() -> dict[str, float]:
    """Measure decisions with the whole base: questions that it can answer, that it cannot, and whose entry was removed from it."""
    rows = read("answers.tsv")
    index = build_base(rows)
    asked: list[Question] = [(text, id_) for text, id_ in questions() if held_out(text)]
    hopeless: list[Question] = [(row["asked"], None) for row in read("unanswerable.tsv")]
    whole = judge_questions(index, asked + [each for each in hopeless if held_out(each[0])])
    answered = judge_questions(index, asked + read_strangers())
    for row in rows:
        index.remove(row["id"])
        answered += judge_questions(index, [(text, None) for text, id_ in asked if id_ == row["id"]])
        index.add(row["id"], make_question_parts(row["question"], row["answer"]))
    return {
        "decision_answered_share": whole["answered"] / whole["asked"],
        "decision_answer_precision": whole["right"] / max(whole["answered"], 1),
        "decision_right_among_candidates_share": whole["offered"] / whole["asked"],
        "decision_half_strangers_precision": answered["right"] / max(answered["answered"], 1),
    }


def list_offered(index: Index, question: str) -> list[str]:
    """Return the entries that the public form offers before a message is sent."""
    found = decide_answer(index, question, k=3, rule=DecisionRule(home=HOME))
    if found.decision == "hand_over":
        return []
    return [hit.id for hit in found.hits if compute_nearness_in_index(index, question, hit.id).is_offered(hit.score)]


def measure_offers() -> dict[str, float]:
    """Count the offers to writers of messages: messages that the base answers, and those of `strangers.tsv`, which it does not."""
    index = build_base(read("answers.tsv"))
    messages = [(list_offered(index, text), id_) for text, id_ in questions() if "\n" in text]
    strange = [list_offered(index, row["asked"].replace("|", "\n")) for row in read("strangers.tsv")]
    return {
        "offer_messages_share": sum(bool(found) for found, _ in messages) / len(messages),
        "offer_messages_right_share": sum(id_ in found for found, id_ in messages) / len(messages),
        "offer_strangers": sum(map(bool, strange)),
        "offer_strangers_asked": len(strange),
    }


def measure_searches() -> dict[str, float]:
    """Return where the right answer is among twelve results of the base's search: first, or below the line."""
    index, counts = build_base(read("answers.tsv")), Counter[str]()
    for text, id_ in questions():
        hits = [hit.id for hit in index.search(text, k=12)]
        if id_ in hits:
            counts["found"] += 1
            counts["first"] += compute_nearness_in_index(index, text, id_).near
    return {"search_found": counts["found"], "search_named_first_share": counts["first"] / counts["found"]}


DRAWS = {1: 240, 3: 120, 5: 80, 10: 50, 30: 30, 100: 12, 360: 1}
"""Size of a base → how many are drawn."""


def measure_decisions_by_size(draws: dict[int, int] = DRAWS) -> dict[str, float]:
    """Measure decisions with randomly drawn bases of every size: questions in the base, as many that are not, and unrelated ones."""
    rows, chance, figures = read("answers.tsv"), random.Random(7), {}
    asked: list[Question] = [(text, id_) for text, id_ in questions() if held_out(text)]
    for size, times in draws.items():
        total: Counter[str] = Counter()
        held = 0
        for _ in range(times):
            drawn = sorted(chance.sample(rows, size), key=lambda row: row["id"])
            ids = {row["id"] for row in drawn}
            inside = [(text, id_) for text, id_ in asked if id_ in ids]
            outside = [(text, None) for text, id_ in asked if id_ not in ids]
            outside = chance.sample(outside, min(len(inside), len(outside)))
            total += judge_questions(build_base(drawn), inside + outside + read_strangers())
            held += len(inside)
        figures[f"decision_of_{size}_precision"] = total["right"] / max(total["answered"], 1)
        figures[f"decision_of_{size}_answered_share"] = total["right"] / held
        figures[f"decision_of_{size}_answers"] = total["answered"]
    return figures


def measure_routing() -> dict[str, float]:
    units = {row["id"]: row["unit"] for row in read("answers.tsv")}
    router = Router((f"{row['question']}\n{row['answer']}", row["unit"]) for row in read("answers.tsv"))
    asked = [(text, units[id_]) for text, id_ in questions() if held_out(text)]
    found = [(router.route(text), unit) for text, unit in asked]
    sure = [(routes, unit) for routes, unit in found if routes and routes[0].confidence >= 0.6]
    return {
        "routing_first": sum(bool(routes) and routes[0].label == unit for routes, unit in found) / len(found),
        "routing_among_three": sum(unit in [r.label for r in routes] for routes, unit in found) / len(found),
        "routing_sure_share": len(sure) / len(found),
        "routing_sure_precision": sum(routes[0].label == unit for routes, unit in sure) / max(len(sure), 1),
    }


def make_entries(count: int) -> list[tuple[str, str]]:
    """Return entries of about 120 characters mixed from parts of the real ones; only for measuring time."""
    parts = [part for row in read("answers.tsv") for part in row["answer"].replace("；", "，").split("，")]
    titles = [row["question"] for row in read("answers.tsv")]
    chance = random.Random(1)
    return [(str(n), f"{chance.choice(titles)}\n{'，'.join(chance.sample(parts, 6))}。") for n in range(count)]


def measure_speed() -> dict[str, float]:
    """Return processor times of one core, so that other work on the machine does not count."""
    asked = [text for text, _ in questions() if "\n" not in text]
    figures = {}
    for name, count in (("10k", 10_000), ("100k", 100_000)):
        entries = make_entries(count)
        start = time.process_time()
        index = Index.build(entries)
        figures[f"build_{name}_seconds"] = time.process_time() - start
        times = []
        for question in asked:
            start = time.process_time()
            index.search(question)
            times.append(time.process_time() - start)
        figures[f"queries_{name}_per_second"] = len(times) / sum(times)
        figures[f"query_{name}_p95_ms"] = sorted(times)[int(len(times) * 0.95)] * 1000
    return figures


def run() -> dict[str, float]:
    """Return all figures: quality on held-out questions with the baselines, then time."""
    figures = (
        measure_ranking()
        | measure_decisions()
        | measure_decisions_by_size()
        | measure_offers()
        | measure_searches()
        | measure_routing()
        | measure_speed()
    )
    return {name: round(value, 4) for name, value in figures.items()}


if __name__ == "__main__":
    for name, value in run().items():
        print(f"{name:45s} {value:10.4f}")
