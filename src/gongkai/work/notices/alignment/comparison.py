"""Compare two notices row by row: each row is passed down, changed, dropped or added. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from gongkai.lib import matching
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.numerals import to_int
from gongkai.work.notices.alignment import similarity
from gongkai.work.notices.alignment.deadlines import (
    CITED_NUMBER,
    OWN,
    ComparedDuty,
    DeadlineDifference,
    compare_deadlines,
    find_cited_numbers,
    find_cited_section_numbers,
    number_within_sections,
)
from gongkai.work.notices.alignment.text_differences import MarkedText, mark_differences, normalize_unit

PASSED, CHANGED, DROPPED, ADDED = "passed_down", "changed", "dropped", "added"
#: Kinds of lines, in the order of the page.
LINE_KINDS = (CHANGED, DROPPED, ADDED, PASSED)
# Labels of the kinds against a parent, last year's and another own notice.
KIND_LABELS = {
    "parent": {PASSED: "照原文下达", CHANGED: "有改动", DROPPED: "未下达", ADDED: "本级增加"},
    "year": {PASSED: "继续执行", CHANGED: "有变化", DROPPED: "今年未列", ADDED: "今年新增"},
    "own": {PASSED: "不变", CHANGED: "有变化", DROPPED: "取消", ADDED: "新增"},
}
# Labels of both notices, the other one first.
SIDE_LABELS = {"parent": ("上级", "本级"), "year": ("上年", "今年"), "own": ("另一份", "本通知")}
# Columns with the office's own requirements; then the measure itself quotes the parent.
_OWN_REQUIREMENTS_HEADING_PATTERN = re.compile(r"(?:工作|公开|具体|落实)?(?:要求|措施|举措|安排)$")
_YEAR_PATTERN = re.compile(r"(?<!\d)20\d\d(?=年)")
_LIMIT_COLUMN_RE = re.compile(r"时限|时间")


_NUMBER_HEAD = re.compile(r"^(?:序号|编号|任务(?:编|序)?号|项号)$")
_LEADING_NUMBER_RE = re.compile(r"\s*[（(]?(\d{1,3}|[一二三四五六七八九十]{1,3})(?:[）)]|[．.、](?!\d))")
LOOSER, STRICTER, AS_STRICT = "looser", "stricter", "same"
STRICTNESS_LABELS = {LOOSER: "比上级宽", STRICTER: "比上级严", AS_STRICT: "时限一致"}


@dataclass(frozen=True)
class ComparedMeasure:
    """A measure as input of the comparison."""

    pk: int
    number: int
    section: str
    item: str
    text: str
    leads: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    extras: tuple[tuple[str, str], ...] = ()
    duties: tuple[ComparedDuty, ...] = ()

    @property
    def cited(self) -> tuple[int, ...]:
        """Return the numbers of the other notice's measures that a column cites (对应市任务：第3项、第5项)."""
        return find_cited_numbers(self.extras)

    @property
    def cited_in_sections(self) -> tuple[tuple[int, int], ...]:
        """Return the measures of the other notice that a column cites by section and number (一/2)."""
        return find_cited_section_numbers(self.extras)

    @property
    def printed_number(self) -> int | None:
        """Return the running number printed in a column or before the text."""
        columns = [text for head, text in self.extras if _NUMBER_HEAD.search(head)]
        match = CITED_NUMBER.fullmatch(columns[0].strip()) if columns else _LEADING_NUMBER_RE.match(self.text)
        return to_int(match[1]) if match else None

    @property
    def own_words(self) -> tuple[tuple[str, str], ...]:
        """Return (heading, text) of own requirements; with them, the measure itself quotes the parent."""
        return tuple(
            (head, text)
            for head, text in self.extras
            if text.strip() and _OWN_REQUIREMENTS_HEADING_PATTERN.search(head) and not _LIMIT_COLUMN_RE.search(head)
        )


@dataclass(frozen=True)
class PairingDecision:
    """A clerk's decision that two measures (primary keys) correspond, or, with None, that one has no partner."""

    upper: int | None
    own: int | None
    by: str
    words: str = ""


@dataclass(frozen=True)
class KeptDecision:
    """A clerk's decision to keep the own wording of a pair; `stale` if a measure of the pair changed since."""

    by: str
    reason: str
    stale: bool = False


@dataclass(frozen=True)
class ComparedLine:
    """One row: the `marked` texts, how it `differs`, a clerk's decision (`decided`), the own wording `kept`."""

    kind: str
    upper: ComparedMeasure | None
    own: ComparedMeasure | None
    marked: MarkedText = field(default_factory=MarkedText)
    differs: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    limits: tuple[DeadlineDifference, ...] = ()
    score: float = 0.0
    decided: PairingDecision | None = None
    kept: KeptDecision | None = None

    @property
    def seen(self) -> str:
        """Return the digest of both sides, to detect changes after a decision."""
        sides = [
            (side.text, [(duty.text, sorted(duty.due.items())) for duty in side.duties])
            for side in (self.upper, self.own)
            if side
        ]
        return sha256(repr(sides).encode()).hexdigest()

    @property
    def waits(self) -> bool:
        """Return true if a changed, dropped or added row is not decided yet."""
        if self.kept and not self.kept.stale:
            return False
        if self.kind == CHANGED:
            return True
        return self.kind in {DROPPED, ADDED} and self.decided is None

    @property
    def strictness(self) -> str:
        """Return the strictness of the own limits, a key of `STRICTNESS_LABELS`, or ""."""
        if self.upper is None or self.own is None:
            return ""
        kinds = {limit.kind for limit in self.limits}
        return LOOSER if kinds - {OWN} else STRICTER if kinds else AS_STRICT

    @property
    def strictness_label(self) -> str:
        """Return the label of the strictness."""
        return STRICTNESS_LABELS.get(self.strictness, "")

    @property
    def needs_reason(self) -> bool:
        """Return true if the own limits are looser without a stated reason."""
        return self.strictness == LOOSER and (self.kept is None or self.kept.stale)

    @property
    def overridden_deadlines(self) -> tuple[str, ...]:
        """Return sentences on deadlines copied from the parent while the measure's text stayed."""
        duties = self.own.duties if self.own else ()
        return tuple(
            f"时限按“{duty_side.due.get('text') or ''}”，举措文字仍为“{duty_side.due['printed']}”，以时限为准"
            for duty_side in duties
            if duty_side.due.get("printed")
        )

    @property
    def is_quoting(self) -> bool:
        """Return true if the own measure quotes the parent and another column has the requirement."""
        return bool(self.own and self.upper and self.own.own_words)


def compare_measures(
    uppers: Sequence[ComparedMeasure],
    owns: Sequence[ComparedMeasure],
    *,
    names: Sequence[str],
    year: int,
    decided: Iterable[PairingDecision] = (),
    years: int = 0,
) -> list[ComparedLine]:
    """Return lines in the order of the upper notice, then the added ones.

    `years` shifts the years of the upper notice before comparing (1 for last year's). Decisions of
    clerks replace automatic matches.
    """
    above, below = {side.pk: side for side in uppers}, {side.pk: side for side in owns}
    decisions = [
        one for one in decided if (one.upper is None or one.upper in above) and (one.own is None or one.own in below)
    ]
    settled_own = {decision.own for decision in decisions if decision.own is not None}
    settled_upper = {decision.upper for decision in decisions if decision.upper is not None and decision.own is None}
    pairs: list[MatchedPair] = [(decision.upper, decision.own, 1.0, decision) for decision in decisions]
    like = similarity.MeasureSimilarities(uppers, owns, names)
    matched, odd = _match_cited_measures(uppers, owns, like)
    cited_pairs = [pair for pair in matched if pair[1] not in settled_own and pair[0] not in settled_upper]
    pairs += cited_pairs
    settled_own |= {own for _, own, _, _ in cited_pairs if own}
    settled_upper |= {upper for upper, _, _, _ in cited_pairs if upper}
    for pair in matching.align_measures([side.text for side in uppers], [side.text for side in owns], names=names):
        upper = None if pair.parent is None else uppers[pair.parent].pk
        own = None if pair.child is None else owns[pair.child].pk
        if upper is not None and own is not None and own not in settled_own and upper not in settled_upper:
            pairs.append((upper, own, pair.score, None))
    pairs += _pair_contained_measures(uppers, owns, pairs, settled_own, settled_upper)
    with_upper, with_own = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    lone = [side.pk for side in owns if side.pk not in with_own]
    pairs += [(*pair, None) for pair in like.list_clear_pairs({u.pk for u in uppers if u.pk not in with_upper}, lone)]
    with_upper, with_own = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    pairs += [(side.pk, None, 0.0, None) for side in uppers if side.pk not in with_upper]
    pairs += [(None, side.pk, 0.0, None) for side in owns if side.pk not in with_own]
    order_up = {measure.pk: place for place, measure in enumerate(uppers)}
    order_own = {measure.pk: place for place, measure in enumerate(owns)}
    after_all = len(uppers) + len(owns)
    pairs.sort(key=lambda pair: (order_up.get(pair[0] or 0, after_all), order_own.get(pair[1] or 0, after_all)))
    both = [(up, own) for up, own, _, _ in pairs if up and own]
    part_up, part_own = _split_paragraphs_of_pairs(above, below, both)
    return [
        _build_line(
            above.get(up or 0),
            below.get(own or 0),
            (shift_years(part_up.get((up, own), ""), years), part_own.get((up, own), "")),
            ([above[one] for one, other in both if other == own], [below[other] for one, other in both if one == up]),
            names,
            year,
            score,
            pair_decision,
            odd.get(own or 0, ""),
        )
        for up, own, score, pair_decision in pairs
    ]


def shift_years(text: str, years: int) -> str:
    """Add years to the years in a text: 2025年6月底前 becomes 2026年6月底前."""
    return _YEAR_PATTERN.sub(lambda found: str(int(found[0]) + years), text) if years else text


PairKey = tuple[int | None, int | None]
# Keys of the upper and own measure, score, and the decision if a clerk made one.
MatchedPair = tuple[int | None, int | None, float, PairingDecision | None]


def _match_cited_measures(
    uppers: Sequence[ComparedMeasure], owns: Sequence[ComparedMeasure], likeness: similarity.MeasureSimilarities
) -> tuple[list[MatchedPair], dict[int, str]]:
    """Return (pairs of measures by number, questions on numbers that seem wrong).

    A number that does not exist, or that several print while the words of one clearly are
    another's, is a slip: the words decide, and the second value asks about it.
    """
    printed = {number: side.pk for side in uppers if (number := side.printed_number) is not None}
    by_number = printed if len(printed) == len(uppers) else {side.number: side.pk for side in uppers}
    numbers = {pk: number for number, pk in by_number.items()}
    within = number_within_sections((side.section, numbers[side.pk]) for side in uppers)
    cited = {
        own.pk: (*own.cited, *(within.get(place, 1000 * place[0] + place[1]) for place in own.cited_in_sections))
        for own in owns
    }
    times = Counter(number for own in owns for number in cited[own.pk])
    pairs: list[MatchedPair] = []
    odd: dict[int, str] = {}
    for own in owns:
        clear = likeness.find_clear(own.pk) if cited[own.pk] else None
        for number in cited[own.pk]:
            cited_words = f"第{number}项" if number < 1000 else f"第{number // 1000}部分第{number % 1000}项"
            upper = by_number.get(number)
            unclear = upper is None or times[number] > 1
            if unclear and clear is not None and clear != upper and times[numbers[clear]] == 0:
                odd[own.pk] = f"印的是对应{cited_words}，按内容对应第{numbers[clear]}项，请核对"
                upper = clear
            elif upper is None:
                odd[own.pk] = f"印的是对应{cited_words}，上级通知没有这一项，请核对"
            if upper is not None:
                pairs.append((upper, own.pk, 1.0, None))
    return pairs, odd


def _pair_contained_measures(
    uppers: Sequence[ComparedMeasure],
    owns: Sequence[ComparedMeasure],
    pairs: list[MatchedPair],
    settled_owns: set[int],
    settled_uppers: set[int],
) -> list[MatchedPair]:
    """Pair measures without partner with a longer one that contains them."""
    contained: list[MatchedPair] = []
    open_owns = [side for side in owns if side.pk not in settled_owns]
    open_uppers = [side for side in uppers if side.pk not in settled_uppers]
    with_upper, with_own = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    for side in [side for side in open_uppers if side.pk not in with_upper]:
        if (at := similarity.find_containing_text_index(side.text, [own.text for own in open_owns])) is not None:
            contained.append((side.pk, open_owns[at].pk, similarity.MIN_CONTAINED_PAIR_SHARE, None))
    for side in [side for side in open_owns if side.pk not in with_own]:
        if (at := similarity.find_containing_text_index(side.text, [upper.text for upper in open_uppers])) is not None:
            contained.append((open_uppers[at].pk, side.pk, similarity.MIN_CONTAINED_PAIR_SHARE, None))
    return list(dict.fromkeys(contained))


def _split_paragraphs_of_pairs(
    upper_measures: dict[int, ComparedMeasure], own_measures: dict[int, ComparedMeasure], pairs: list[tuple[int, int]]
) -> tuple[dict[PairKey, str], dict[PairKey, str]]:
    """Return the paragraphs to compare, as {(upper, own): upper text} and {(upper, own): own text}."""
    ups, owns = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
    for up, own in pairs:
        ups[up].append(own)
        owns[own].append(up)
    part_up: dict[PairKey, str] = {}
    part_own: dict[PairKey, str] = {}
    for up, partners in ups.items():
        texts = similarity.split_paragraphs(upper_measures[up].text, [own_measures[own].text for own in partners])
        part_up |= {(up, own): text for own, text in zip(partners, texts, strict=True)}
    for own, partners in owns.items():
        texts = similarity.split_paragraphs(own_measures[own].text, [upper_measures[up].text for up in partners])
        part_own |= {(up, own): text for up, text in zip(partners, texts, strict=True)}
    return part_up, part_own


def _build_line(
    upper: ComparedMeasure | None,
    own: ComparedMeasure | None,
    texts: tuple[str, str],
    partners: tuple[list[ComparedMeasure], list[ComparedMeasure]],
    names: Sequence[str],
    year: int,
    score: float,
    decided: PairingDecision | None,
    odd: str = "",
) -> ComparedLine:
    questions = (odd,) if odd and decided is None else ()
    if upper is None or own is None:
        return ComparedLine(
            ADDED if upper is None else DROPPED, upper, own, differs=questions, score=score, decided=decided
        )
    marked = mark_differences(*texts, names)
    limits = compare_deadlines(upper.duties, own.duties, year)
    from gongkai.lib.matching.alignment import list_differences

    differs = (*questions, *(list_differences(*texts) if marked.differs else ()))
    kind = CHANGED if questions or marked.differs or any(limit.kind != "own" for limit in limits) else PASSED
    return ComparedLine(
        kind, upper, own, marked, differs, _list_unit_changes(upper, own, partners, names), limits, score, decided
    )


def _list_unit_changes(
    upper: ComparedMeasure,
    own: ComparedMeasure,
    partners: tuple[list[ComparedMeasure], list[ComparedMeasure]],
    names: Sequence[str],
) -> tuple[str, ...]:
    """Return sentences on units that differ; levels, places and groups (各区县政府) do not count.

    `partners` are all measures of both sides, because units of a split or merged measure may be in
    any of them.
    """
    units = []
    for label, attribute in (("牵头单位", "leads"), ("责任单位", "responsible")):
        upper_units, own_units = (_map_unit_names([upper], attribute, names), _map_unit_names([own], attribute, names))
        if not upper_units or not own_units:
            continue
        existing, above = _map_unit_names(partners[1], attribute, names), _map_unit_names(partners[0], attribute, names)
        missing = _find_missing_units(attribute, partners[1], names, (upper_units, existing))
        extra = _find_missing_units(attribute, partners[0], names, (own_units, above))
        if missing or extra:
            units.append(
                f"{label}：{'少了' + '、'.join(missing) if missing else ''}"
                f"{'；' if missing and extra else ''}{'多了' + '、'.join(extra) if extra else ''}"
            )
    return tuple(units)


def _find_missing_units(
    attribute: str, sides: Sequence[ComparedMeasure], names: Sequence[str], cores: tuple[dict[str, str], dict[str, str]]
) -> list[str]:
    """Return units missing on the other side, `cores`: {normalized name: name} of those wanted and existing."""
    wanted, existing = cores
    groups = [name for side in sides for name in getattr(side, attribute) if not normalize_unit(name, names)]
    remaining = [name for core, name in wanted.items() if core not in existing]
    return [name for name in remaining if not any(_is_in_group(name, group) for group in groups)]


def _is_in_group(name: str, group: str) -> bool:
    """Return true if a group certainly includes a unit.

    >>> _is_in_group("青溪县政府", "各区县政府"), _is_in_group("市教育局", "各区县政府"), _is_in_group("市教育局", "市政府各部门")
    (True, False, True)
    """
    if re.search(r"有关|相关", group):
        return False
    below = bool(re.search(r"[区县市旗](?:人民)?政府$", name)) and not re.match(r"[省市](?:人民)?政府$", name)
    return bool(re.search(r"各.*[区县市].*政府" if below else r"各.*(?:部门|单位|委办局)|各(?:市直|区直|县直)", group))


def _map_unit_names(sides: Sequence[ComparedMeasure], attribute: str, names: Sequence[str]) -> dict[str, str]:
    units = [name for side in sides for name in getattr(side, attribute)]
    return {core: name for name in units if (core := normalize_unit(name, names))}
