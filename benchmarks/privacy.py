"""Measure `gongkai.lib.privacy` on labelled sentences: recall and precision by kind, speed, false alarms.

The rules were written with `find-dev.txt` and `proofread-dev.txt` in view; the `held` files were unseen until their
misses were used, too. Clean text for false alarms was written for this project (`clean.txt`). `privacy_unseen/`
contains texts by other authors, written without knowledge of the rules; see its README. The figures printed for it
are those of the present rules.
"""

import time
from collections import Counter
from pathlib import Path

from benchmarks.privacy_samples import SAMPLES, LabelledText, make_labelled_texts, read_lines
from gongkai.lib.privacy import find, mask, proofread
from gongkai.lib.privacy.proofreading.run import proofread as proofread_here
from gongkai.lib.privacy.search import find as find_here

UNSEEN = Path(__file__).resolve().parent / "privacy_unseen"


def _same(wanted: tuple[str, int, int], got: tuple[str, int, int]) -> bool:
    """Return true if a finding is the wanted one: exactly, or by half for addresses, health and birth."""
    if wanted[0] != got[0]:
        return False
    overlap = min(wanted[2], got[2]) - max(wanted[1], got[1])
    union = max(wanted[2], got[2]) - min(wanted[1], got[1])
    return overlap / union >= (0.5 if wanted[0] in ("address", "health", "birth") else 1.0)


def score(sentences: list[LabelledText], show: bool = False) -> dict[str, tuple[int, int, int]]:
    """Return for each kind the numbers of wanted, rightly found, and all found."""
    wanted, right, given = Counter[str](), Counter[str](), Counter[str]()
    for sentence in sentences:
        found = [(hit.kind, hit.start, hit.end) for hit in find(sentence.text)]
        missed = [span for span in sentence.spans if not any(_same(span, hit) for hit in found)]
        extra = [hit for hit in found if not any(_same(span, hit) for span in sentence.spans)]
        wanted.update(span[0] for span in sentence.spans)
        given.update(hit[0] for hit in found)
        right.update(span[0] for span in sentence.spans if span not in missed)
        if show and (missed or extra):
            print(repr(sentence.text))
            print("    missed", [sentence.text[span[1] : span[2]] for span in missed])
            print("    extra ", [(span[0], sentence.text[span[1] : span[2]]) for span in extra])
    return {kind: (wanted[kind], right[kind], given[kind]) for kind in sorted(wanted | given)}


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def find_figures(name: str) -> dict[str, float]:
    """Return recall and precision per kind and over all for one half of the sentences."""
    figures: dict[str, float] = {}
    totals = [0, 0, 0]
    for kind, (wanted, right, given) in score(make_labelled_texts(f"find-{name}.txt")).items():
        figures[f"privacy.find.{name}.{kind}.recall"] = _ratio(right, wanted)
        figures[f"privacy.find.{name}.{kind}.precision"] = _ratio(right, given)
        totals = [totals[0] + wanted, totals[1] + right, totals[2] + given]
    figures[f"privacy.find.{name}.recall"] = _ratio(totals[1], totals[0])
    figures[f"privacy.find.{name}.precision"] = _ratio(totals[1], totals[2])
    return figures


def left_after_mask(name: str) -> int:
    """Return how many wanted words are still in the sentences after masking, among those that were found."""
    left = 0
    for sentence in make_labelled_texts(f"find-{name}.txt", rounds=1):
        masked, findings = mask(sentence.text)
        left += sum(hit.text in masked for hit in findings if hit.kind != "health")
    return left


def measure_planted_errors(name: str, show: bool = False) -> float:
    """Return the share of planted errors that proofreading finds (lines ``text|kind``)."""
    right, lines = 0, read_lines(f"proofread-{name}.txt")
    for line in lines:
        text, _, kind = line.rpartition("|")
        good = any(hit.kind == kind for hit in proofread(text))
        right += good
        if show and not good:
            print(repr(line))
    return right / len(lines)


def false_alarms() -> dict[str, float]:
    """Return false alarms of proofreading in 2,000 clean characters, and of `find` in 10,000."""
    text = (SAMPLES / "clean.txt").read_text(encoding="utf-8")
    size = len("".join(text.split()))
    return {
        "privacy.proofread.clean.false_alarms_per_2000": len(proofread(text)) * 2000 / size,
        "privacy.find.clean.false_alarms_per_10000": len(find(text)) * 10_000 / size,
    }


def measure_unseen(half: str, show: bool = False) -> dict[str, float]:
    """Return the figures of one set of the unseen texts: `find` per kind, planted errors, false alarms in clean text."""
    figures: dict[str, float] = {}
    totals = [0, 0, 0]
    for kind, (wanted, right, given) in score(
        make_labelled_texts(f"find-{half}.txt", rounds=1, folder=UNSEEN), show
    ).items():
        figures[f"privacy.unseen.{half}.find.{kind}.recall"] = _ratio(right, wanted)
        figures[f"privacy.unseen.{half}.find.{kind}.precision"] = _ratio(right, given)
        totals = [totals[0] + wanted, totals[1] + right, totals[2] + given]
    figures[f"privacy.unseen.{half}.find.recall"] = _ratio(totals[1], totals[0])
    figures[f"privacy.unseen.{half}.find.precision"] = _ratio(totals[1], totals[2])
    text = "\n".join(read_lines(f"clean-{half}.txt", UNSEEN))
    size = len("".join(text.split()))
    figures[f"privacy.unseen.{half}.clean.find_per_10000"] = len(find(text)) * 10_000 / size
    if (UNSEEN / f"proofread-{half}.txt").is_file():
        figures.update(_unseen_errors(half))
        figures[f"privacy.unseen.{half}.clean.proofread_per_2000"] = len(proofread(text)) * 2000 / size
    return figures


def _unseen_errors(half: str) -> dict[str, float]:
    """Return the shares of the planted errors of one set that proofreading finds, by kind and overall.

    An error counts as found if any finding overlaps its position: a wrong set phrase may be reported as a mistaken character.
    """
    figures: dict[str, float] = {}
    found, planted_ = Counter[str](), Counter[str]()
    texts = [line.rpartition("|")[0] for line in read_lines(f"proofread-{half}.txt", UNSEEN)]
    for row in read_lines(f"proofread-{half}.tsv", UNSEEN):
        line, start, end, _, _, kind = row.split("\t")
        low, high = int(start), max(int(end), int(start) + 1)
        planted_[kind] += 1
        found[kind] += any(hit.start < high and hit.end > low for hit in proofread(texts[int(line) - 1]))
    for kind in sorted(planted_):
        figures[f"privacy.unseen.{half}.proofread.{kind}.recall"] = found[kind] / planted_[kind]
    figures[f"privacy.unseen.{half}.proofread.recall"] = found.total() / planted_.total()
    return figures


def seconds_per_mb() -> float:
    """Return the processor seconds of `find` for one megabyte of the labelled sentences, which are the densest text."""
    text = "\n".join(sentence.text for sentence in make_labelled_texts("find-held.txt"))
    text = (text * (1_000_000 // len(text.encode()) + 1)).encode()[:1_000_000].decode(errors="ignore")
    find_here(text[:1000])
    begin = time.process_time()
    find_here(text)
    return time.process_time() - begin


def proofreading_seconds_per_mb() -> float:
    """Return the processor seconds of `proofread` for one megabyte of clean official prose."""
    text = "\n".join("\n".join(read_lines(f"clean-{half}.txt", UNSEEN)) for half in ("a", "b"))
    text = (text * (1_000_000 // len(text.encode()) + 1)).encode()[:1_000_000].decode(errors="ignore")
    proofread_here(text[:1000])
    begin = time.process_time()
    proofread_here(text)
    return time.process_time() - begin


def run() -> dict[str, float]:
    """Return the figures of `gongkai.lib.privacy`."""
    figures = {**find_figures("dev"), **find_figures("held"), **false_alarms()}
    for name in (
        "genres",
        "more",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "homes",
        "facts",
        "counters",
    ):
        figures.update(find_figures(name))
    for name in ("dev", "held"):
        figures[f"privacy.mask.{name}.left"] = left_after_mask(name)
        figures[f"privacy.proofread.{name}.recall"] = measure_planted_errors(name)
    for half in "abcdefghijklmnopqr":
        if (UNSEEN / f"find-{half}.txt").is_file():
            figures.update(measure_unseen(half))
    figures["privacy.find.seconds_per_mb"] = seconds_per_mb()
    figures["privacy.proofread.seconds_per_mb"] = proofreading_seconds_per_mb()
    return figures


if __name__ == "__main__":
    for key, value in run().items():
        print(f"{key:55} {value:.3f}")
