"""Fit the weights of proofreading clues: `python tools/privacy_clues.py wrong|missing OUT.tsv TEXT.txt …` (clean texts, one paragraph a line).

In every other sentence a character of a word is replaced by one that sounds or looks like it (`wrong`: `data/clues.tsv`),
or removed (`missing`: `data/clues_missing.tsv`). The clues at the planted error are positive samples, those at all other
places negative ones. The model is a logistic regression over binary features, one for each clue.
"""

import random
import re
import sys
from pathlib import Path

import numpy as np

from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.dictionary import split_words
from gongkai.lib.privacy.proofreading import omissions
from gongkai.lib.privacy.proofreading.numbers import load_character_counts
from gongkai.lib.privacy.proofreading.omissions import find_gaps
from gongkai.lib.privacy.proofreading.suspects import (
    NEAR,
    SHAPE,
    SOUND,
    find_suspects,
    list_similar_characters,
)
from gongkai.lib.privacy.proofreading.weighted_clues import compute_word_gains, find_clues

_HAN = re.compile(rf"[{HAN}]")


def replace_character(sentence: str, chance: random.Random) -> tuple[str, int, str] | None:
    """Return the sentence with one character replaced, its position, and the original character."""
    words, at = [], 0
    for word in split_words(sentence):
        if _HAN.match(word) and (len(word) > 1 or chance.random() < 0.15):
            words.append((at, word))
        at += len(word)
    if not words:
        return None
    at, word = chance.choice(words)
    at += chance.randrange(len(word))
    how = chance.choices((SOUND, NEAR, SHAPE), (0.5, 0.12, 0.38))[0]
    known = load_character_counts()
    others = [char for char, like in list_similar_characters(sentence[at]).items() if like & how]
    weights = [float(known.single[known.number(char)]) ** 0.5 for char in others]
    if not others or not sum(weights):
        return None
    wrong = chance.choices(others, weights)[0]
    return sentence[:at] + wrong + sentence[at + 1 :], at, sentence[at]


def sample_replacements(lines: list[str], chance: random.Random) -> tuple[list[list[str]], list[int], list[int]]:
    """Return the clues of every suspect, 1 for each right one (else 0), and the number of its line."""
    found, right, line = [], [], []
    for number, sentence in enumerate(lines):
        planted = replace_character(sentence, chance) if number % 2 else None
        text, where, meant = planted or (sentence, -1, "")
        rank, last = 0, -1
        looked = find_suspects(text)
        for suspect, words_gain in zip(looked, compute_word_gains(text, looked), strict=True):
            rank = rank + 1 if suspect.at == last else 0
            last = suspect.at
            good = suspect.at == where and suspect.char == meant
            if suspect.at == where and not good:
                continue
            if planted and not good and abs(suspect.at - where) < 4:
                continue
            found.append(find_clues(text, suspect, rank, words_gain))
            right.append(int(good))
            line.append(number)
    return found, right, line


def remove_character(sentence: str, chance: random.Random) -> tuple[str, int, str] | None:
    """Return the sentence without one character of a word, its position, and the character."""
    spots, at = [], 0
    for word in split_words(sentence):
        if len(word) > 1 and all(map(_HAN.match, word)):
            spots += [(at, len(word))] * (len(word) - 1)
        at += len(word)
    if not spots:
        return None
    at, size = chance.choice(spots)
    at += chance.randrange(size)
    if sentence[at] in (sentence[at - 1 : at], sentence[at + 1 : at + 2]):
        return None
    return sentence[:at] + sentence[at + 1 :], at, sentence[at]


def sample_omissions(lines: list[str], chance: random.Random) -> tuple[list[list[str]], list[int], list[int]]:
    """Return the clues of every possible missing character, 1 for each right one (else 0), and the number of its line."""
    found, right, line = [], [], []
    for number, sentence in enumerate(lines):
        planted = remove_character(sentence, chance) if number % 2 else None
        text, where, meant = planted or (sentence, -9, "")
        for gap in find_gaps(text):
            good = abs(gap.at - where) <= 1 and gap.char == meant
            if not good and abs(gap.at - where) < 4:
                continue
            found.append(omissions.list_gap_clues(text, gap))
            right.append(int(good))
            line.append(number)
    return found, right, line


def fit_weights(found: list[list[str]], right: list[int], penalty: float = 2.0, rounds: int = 30) -> dict[str, float]:
    """Return the weight of each clue (Newton's method, ridge penalty)."""
    names = {clue: place for place, clue in enumerate(sorted({clue for row in found for clue in row} | {"all"}))}
    matrix = np.zeros((len(found), len(names)), dtype=np.float32)
    for row, these in enumerate(found):
        matrix[row, [names[clue] for clue in these]] = 1
    matrix[:, names["all"]] = 1
    target = np.array(right, dtype=np.float64)
    weights = np.zeros(len(names))
    for _ in range(rounds):
        chance = 1 / (1 + np.exp(-(matrix @ weights)))
        slope = matrix.T @ (target - chance) - penalty * weights
        curve = (matrix * (chance * (1 - chance))[:, None].astype(np.float32)).T @ matrix
        step = np.linalg.solve(curve + penalty * np.eye(len(names)), slope)
        weights += step
        if np.abs(step).max() < 1e-4:
            break
    return {clue: float(weights[place]) for clue, place in names.items()}


_SAMPLERS = {
    "wrong": sample_replacements,
    "missing": sample_omissions,
}


def main(what: str, out: str, *names: str) -> None:
    """Plant errors, fit and write the weights."""
    chance = random.Random(7)
    lines = [
        sentence + "。"
        for name in names
        for line in Path(name).read_text(encoding="utf-8").splitlines()
        for sentence in line.strip().split("。")
        if 8 <= len(sentence) <= 200
    ]
    chance.shuffle(lines)
    found, right, _ = _SAMPLERS[what](lines[:40_000], chance)
    weights = fit_weights(found, right)
    head = "# What each clue is worth (tools/privacy_clues.py); `all` stands for itself.\n# clue\tweight\n"
    Path(out).write_text(
        head + "".join(f"{clue}\t{weight:.2f}\n" for clue, weight in sorted(weights.items())),
        encoding="utf-8",
    )
    print(len(lines), "sentences,", sum(right), "right of", len(right))


if __name__ == "__main__":
    main(*sys.argv[1:])
