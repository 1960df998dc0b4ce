"""A year: a world, its days and steps, and the findings of the invariants."""

import random
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from gongkai.content.editions import launch_state
from gongkai.content.editions.models import Edition
from gongkai.core.acts.models import Movement
from gongkai.core.outbox.models import Message
from simulation.arrivals import draw_arrival
from simulation.event_drawing import draw_event
from simulation.hand import Hand
from simulation.invariants import INVARIANTS, SLOW, Asked
from simulation.operators import draw_operation
from simulation.pages import list_links, read_page
from simulation.public_invariants import personal_numbers
from simulation.start import Restore, fix_random_bytes, hold_clocks, take_city
from simulation.steps import CALL, EVENT, JOBS, PAGE, Outcome, Player, Step, Watch, newest, place_of
from simulation.touched import CHECKS, Touched
from simulation.world import World, build, build_city, find_city

#: Day on which a world is created, before its year begins.
FIRST_DAY = datetime(2026, 1, 5, 1, tzinfo=UTC)
#: Date of the sample city, after its notices and before its annual report.
SAMPLE_CITY_DATE = datetime(2026, 9, 1, 1, tzinfo=UTC)
#: Steps of a working day, share of events, steps between two rounds of invariants.
STEPS_PER_DAY, EVENT_SHARE, STEPS_PER_ROUND = (16, 26), 0.13, 250
#: Rounds between two checks of the slow invariants.
ROUNDS_PER_SLOW_CHECK = 3
#: Count assigned to actions that earlier years performed.
KNOWN_ACT_COUNT = 4
#: Random samples checked at the end of a replay.
FINAL_SAMPLES = 3
#: Shares of arrival steps and of operator steps.
ARRIVAL_SHARE, OPERATOR_SHARE = 0.06, 0.03
#: Share of steps of courses; stages tried for one step.
COURSE_SHARE, MAX_STAGES_TRIED = 0.4, 3
#: Invariants of public pages and due work, which hold only after the opening.
WHEN_OPEN = frozenset({
    "figures_equal_plain_sql", "hidden_is_hidden", "links_lead_somewhere", "persons_are_not_named_in_public",
    "what_is_given_out_opens", "withdrawn_is_gone",
})  # fmt: skip
#: Identical refusals after which an offered action counts as refused for a known reason.
MAX_SAME_REFUSALS = 3
#: Text of an error that asks for a later date; days ahead to try; a date in form data.
LATER_DATE_ERROR, DAYS_AHEAD, DAY = "应晚于", (30, 400, 1500), re.compile(r"\d{4}-\d{2}-\d{2}")
#: Errors that ask for a value the user may not know.
UNKNOWN_VALUE_ERROR = re.compile(
    "号码的写法|网址应|日期应|请同时填写|请先办结或取消|这个范围内没有|请填写|请选择|请写明|请上传|"
    "请提供本期|没有编号为|不能写入|补录还在等待核对|已经由这个单位办理|不能早于|不能晚于|应晚于|"
    "须上传|格式|请先勾选|没有变化|已经建立|日期只能是|分之间|之内|不填|只用于|已有这|已经有这个|"
    "不用重复登记|不合规定|请写出|重新选择|请改正后|请改名|应在"
)


@dataclass(frozen=True)
class Finding:
    """A finding: the invariant's name, its text, and the number of the step before it."""

    invariant: str
    words: str
    step: int

    @property
    def key(self) -> tuple[str, str]:
        """The invariant and its words without numbers: the same fault again has the same key."""
        return self.invariant, "".join(one for one in self.words if not one.isdigit())[:120]


@dataclass
class Year:
    """A seeded year of some days; `play` performs it and fills in the results.

    An even seed plays in the sample city, which has rows of every kind; an odd one in a government drawn from it,
    one that ends with 1 in a government that is in preparation.
    """

    seed: int
    days: int = 365
    #: Days between two simulated days.
    every: int = 1
    #: Steps of a simulated day; 0 for the default.
    daily: int = 0
    #: Actions performed in earlier years: others are sought first.
    before: Collection[str] = ()
    steps: list[Step] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    #: A log line for each step: the sought action, the outcome and its errors.
    results: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    refused: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.in_sample, self.preparing = self.seed % 2 == 0, self.seed % 10 == 1
        self.begin = SAMPLE_CITY_DATE if self.in_sample else FIRST_DAY + timedelta(days=self.rng.randint(0, 330))

    def make_world(self, traveller: Any, restore_city: Restore | None = None) -> World:
        """Make the world at the first moment; the sample city from a copy where there is one."""
        traveller.move_to(self.begin)
        launch_state.assume_open()
        if self.in_sample:
            fix_random_bytes(0)
            restore_city() if restore_city else take_city(partial(build_city, self.begin))
        fix_random_bytes(self.seed)
        return find_city() if self.in_sample else build(self.rng, timezone.localdate(), opened=not self.preparing)

    def play(self, traveller: Any, world: World, watch: Watch) -> None:
        """Play all days from a world that was made."""
        player = Player(traveller, watch)
        hold_clocks()
        self.hand = hand = Hand(player, self.rng, world.logins)
        hand.done.update(dict.fromkeys(self.before, KNOWN_ACT_COUNT))
        asking = Asked(player, world, random.Random(self.seed))
        if self.preparing:
            self._perform(asking, hand, Step(self.begin.isoformat(), EVENT, "", "setup_begins"))
        for step in self._draw_steps(hand, world):
            self._perform(asking, hand, step)
            if len(self.steps) % STEPS_PER_ROUND == 0:
                self._ask(asking, slow=len(self.steps) % (ROUNDS_PER_SLOW_CHECK * STEPS_PER_ROUND) == 0)
        asking.all_figures = True
        self._ask(asking, slow=True)

    def _draw_steps(self, hand: Hand, world: World) -> Iterator[Step]:
        for number in range(0, self.days, self.every):
            moment = self.begin + timedelta(days=number)
            if moment.weekday() > 4:
                if self.every == 1:
                    continue
                moment += timedelta(days=7 - moment.weekday())
            yield Step(moment.isoformat(), JOBS)
            for count in range(self.daily or self.rng.randint(*STEPS_PER_DAY)):
                moment += timedelta(minutes=7 + count)
                hand.player.traveller.move_to(moment)
                try:
                    drawn = self._draw_step(hand, world, moment)
                except Exception as error:  # what is offered cannot be shown: nobody can do it
                    words = f"what is offered breaks: {type(error).__name__}: {error} at {place_of(error)}"
                    self._found("nothing_breaks", words[:300])
                    continue
                if drawn is not None:
                    yield drawn

    def _draw_step(self, hand: Hand, world: World, moment: datetime) -> Step | None:
        if self.rng.random() < EVENT_SHARE:
            return draw_event(self.rng, world, moment, hand.player)
        if self.rng.random() < ARRIVAL_SHARE:
            return draw_arrival(self.rng, world, moment)
        if self.rng.random() < OPERATOR_SHARE:
            return draw_operation(self.rng, world, moment)
        if self.rng.random() < COURSE_SHARE and not self.preparing:
            for _ in range(MAX_STAGES_TRIED):
                if step := hand.courses.next_step(moment):
                    return step
        return hand.next_step(moment)

    def _perform(self, asking: Asked, hand: Hand, step: Step) -> None:
        outcome, found = perform_asking(asking, step, self.asked)
        self.steps.append(step)
        self.outcomes[f"{step.kind} {outcome.word}"] += 1
        self.results.append(hand.describe(step, outcome))
        hand.courses.saw(step, outcome)
        hand.saw(step, outcome)
        for name, words in found:
            self._found(name, words)
        ends = "。"
        said, told = ([one.rstrip(ends) for one in some] for some in (outcome.reasons, hand.warned))
        warned = all(any(line.endswith(one) for line in told) for one in said)  # before the click, maybe “予以公开的：”
        if step.lawful and outcome.word == "refused" and step.kind not in {EVENT, CALL} and not warned:
            self._count_refusal(step, outcome)
        if step.lawful and outcome.word == "refused" and any(LATER_DATE_ERROR in one for one in outcome.reasons):
            self._ask_for_later(hand.player, step, outcome)

    def _count_refusal(self, step: Step, outcome: Outcome) -> None:
        """An offered act that is refused alike whatever is filled in was refused for a reason known before."""
        name = step.act.rpartition("/")[2]
        alike = self.refused.setdefault(name, [])
        alike.append(outcome.reasons)
        asks = any(map(UNKNOWN_VALUE_ERROR.search, outcome.reasons))
        if step.bare or (not asks and alike.count(outcome.reasons) >= MAX_SAME_REFUSALS):
            self._found("offered_acts_can_be_done", f"{name}: {'；'.join(outcome.reasons)}")

    def _ask_for_later(self, player: Player, step: Step, outcome: Outcome) -> None:
        """An act that asks for a later day takes one that is later than the day given, be it years."""
        days = {name: day for name, values in step.data.items() if values and (day := _read_day(values[0]))}
        given = max(days.values(), default=None)
        for ahead in DAYS_AHEAD if given else ():
            later = (given + timedelta(days=ahead)).isoformat()
            tried = player.try_out(replace(step, data=step.data | {name: [later] for name in days}))
            if tried.reasons != outcome.reasons:
                return
        if days:
            name = step.act.rpartition("/")[2]
            self._found("offered_acts_can_be_done", f"{name} takes no later day: {'；'.join(outcome.reasons)}")

    def _found(self, name: str, words: str) -> None:
        finding = Finding(name, words, len(self.steps))
        if finding.key not in {one.key for one in self.findings}:
            self.findings.append(finding)

    def _ask(self, asking: Asked, *, slow: bool) -> None:
        asking.rng.seed(self.steps[-1].at)
        for name, words in ask_all(asking, [one for one in INVARIANTS if slow or one not in SLOW], self.asked):
            self._found(name, words)


def _read_day(text: str) -> date | None:
    """Return the day of a text like 2026-01-05; None for other texts, also for numbers like 2026-00-05."""
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None


def perform_asking(
    asking: Asked, step: Step, asked: Counter[str], only: str = ""
) -> tuple[Outcome, list[tuple[str, str]]]:
    """Perform a step; return its outcome and the findings about it and the touched rows.

    What is drawn for the questions follows from the step: the same step alone is asked the same.
    """
    player, marks = asking.player, [newest(one) for one in (Movement, Message, Edition)]
    player.watch.take()
    fix_random_bytes(f"{step.at} {step.by} {step.act}")  # whatever was drawn before, in whatever thread
    outcome = player.perform(step)
    found = [
        (name, words)
        for name, words in judge_outcome(step, outcome, player.watch.take())
        if name != "links_lead_somewhere" or still_links(player, step)
    ]
    asking.rng.seed(f"{step.at} {step.by} {step.act}")
    touched = Touched(step, outcome, *marks)
    for name, check in CHECKS.items():
        if (not only or name == only) and is_asked(name):
            found += ask_one(name, check(asking, touched), asked)
    player.watch.take()
    return outcome, found


def is_asked(name: str) -> bool:
    """Return false for invariants of open installations while this one is in preparation."""
    return name not in WHEN_OPEN or not launch_state.in_preparation()


def ask_one(name: str, found: Iterator[str], asked: Counter[str]) -> list[tuple[str, str]]:
    """Return an invariant's findings, or its own exception, under its name."""
    asked[name] += 1
    try:
        return [(name, words) for words in found]
    except Exception as error:
        return [(name, f"{type(error).__name__}: {error} at {place_of(error)}"[:300])]


def ask_all(asking: Asked, names: list[str], asked: Counter[str]) -> list[tuple[str, str]]:
    """Return the findings of invariants, and errors logged meanwhile."""
    asking.player.watch.take()
    found = [one for name in filter(is_asked, names) for one in ask_one(name, INVARIANTS[name](asking), asked)]
    return found + [("nothing_breaks", words) for words in asking.player.watch.take()]


def judge_outcome(step: Step, outcome: Outcome, logged: list[str]) -> Iterator[tuple[str, str]]:
    """Yield faults of an outcome in any world: errors, tracebacks, dead links."""
    if outcome.status == 503 and not step.act.startswith("/admin/") and launch_state.in_preparation():
        return  # the public sees nothing yet, and staff look at its forms and send none
    if outcome.error or outcome.status >= 500:
        yield "nothing_breaks", f"{step.kind} {step.act}: {outcome.error or outcome.status} {' '.join(logged[-1:])}"
    elif logged:
        yield "nothing_breaks", f"{step.kind} {step.act} logs {logged[0]}"
    if step.kind == PAGE and not step.by and not step.data:
        yield from (
            ("persons_are_not_named_in_public", f"{step.act} shows {one}")
            for one in personal_numbers(outcome.page, step.act)
        )
    if step.kind == PAGE and not step.data and step.target and 400 <= outcome.status < 500:
        yield "links_lead_somewhere", f"{step.by or 'nobody'} is led by {step.target} to {step.act}: {outcome.status}"


def still_links(player: Player, step: Step) -> bool:
    """Return true if the linking page still contains the link, which may be of an earlier day."""
    page = player.client(step.by).get(step.target)
    if page.status_code != 200 or page.streaming:
        return False
    return step.act in list_links(read_page(page.content.decode()), step.target, office=bool(step.by))


def replay(steps: list[Step], traveller: Any, watch: Watch, world: World, only: str = "") -> list[Finding]:
    """Replay stored steps; check all invariants, or one, after each step and at the end."""
    asking, asked, found = Asked(Player(traveller, watch), world, random.Random(1)), Counter[str](), []
    asking.all_figures = True
    for number, step in enumerate(steps, 1):
        _, wrong = perform_asking(asking, step, asked, only)
        found += [Finding(name, words, number) for name, words in wrong]
    for _ in range(FINAL_SAMPLES):
        wrong = ask_all(asking, [one for one in INVARIANTS if one == only or not only], asked)
        found += [Finding(name, words, len(steps)) for name, words in wrong]
    return found
