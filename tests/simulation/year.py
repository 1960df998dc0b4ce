"""A year: a world, its days, its steps, and what the invariants found."""

import random
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import time_machine
from django.utils import timezone

from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.kinds import kind_of
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import in_force
from gongkai.core.units.models import Appointment, Body, Person, Role
from gongkai.core.units.queries import general_office
from simulation.hand import Hand
from simulation.invariants import INVARIANTS, SLOW, Asked, personal_numbers
from simulation.pages import list_links, read_page
from simulation.start import Restore, fix_random_bytes, take_city
from simulation.steps import ENTRY, EVENT, JOBS, PAGE, Outcome, Player, Step, Watch, place_of
from simulation.values import GIVEN_NAMES
from simulation.world import World, build, build_city, find_city

#: The day on which a world is made, and the days after it on which its year may begin.
FIRST = datetime(2026, 1, 5, 1, tzinfo=UTC)
#: The moment of the sample city, after its notices and before its yearly report.
SAMPLE = datetime(2026, 9, 1, 1, tzinfo=UTC)
#: Steps a working day, events a day, steps between two rounds of invariants.
STEPS, EVENTS, ROUND = (16, 26), 0.1, 150
#: Fills that are refused alike before an offered act counts as refused for a reason known before.
ALIKE = 3
#: Reasons that ask for a value, which the hand may not know.
ASKS = (
    "号码的写法",
    "网址应",
    "日期应",
    "请同时填写",
    "请先办结或取消",
    "这个范围内没有",
    "请填写",
    "请选择",
    "请写明",
    "请上传",
    "不能早于",
    "不能晚于",
    "应晚于",
    "须上传",
    "格式",
    "请先勾选",
    "没有变化",
    "已经建立",
    "日期只能是",
    "分之间",
    "之内",
    "不填",
    "只用于",
    "已有这",
)


@dataclass(frozen=True)
class Finding:
    """What an invariant found: its name, its words, and the number of the step after which it was asked."""

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

    An even seed plays in the sample city, which has rows of every kind; an odd one in a government drawn from it.
    """

    seed: int
    days: int = 365
    #: Days from one played day to the next.
    every: int = 1
    #: Acts that earlier years reached: others are looked for first.
    before: Collection[str] = ()
    steps: list[Step] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    #: A line for each step: what was sought, what became of it, what was said against it.
    results: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    reached: set[str] = field(default_factory=set)
    asked: Counter[str] = field(default_factory=Counter)
    refused: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.in_sample = self.seed % 2 == 0
        self.begin = SAMPLE if self.in_sample else FIRST + timedelta(days=self.rng.randint(0, 330))

    def make_world(self, traveller: Any, restore_city: Restore | None = None) -> World:
        """Make the world at the first moment; the sample city from a copy where there is one."""
        traveller.move_to(self.begin)
        if self.in_sample:
            fix_random_bytes(0)
            restore_city() if restore_city else take_city(partial(build_city, self.begin))
        fix_random_bytes(self.seed)
        return find_city() if self.in_sample else build(self.rng, timezone.localdate())

    def play(self, traveller: Any, world: World, watch: Watch) -> None:
        """Play all days from a world that was made."""
        player = Player(traveller, watch)
        self.hand = hand = Hand(player, self.rng, world.logins)
        hand.done.update(self.before)
        asking = Asked(player, world, random.Random(self.seed))
        for step in self._draw_steps(hand, world):
            self._perform(player, hand, step)
            if len(self.steps) % ROUND == 0:
                self._ask(asking, slow=len(self.steps) % (5 * ROUND) == 0)
        asking.all_figures = True
        self._ask(asking, slow=True)
        self.reached = hand.reached & set(ACTIONS_BY_NAME)

    def _draw_steps(self, hand: Hand, world: World) -> Iterator[Step]:
        for number in range(0, self.days, self.every):
            moment = self.begin + timedelta(days=number)
            if moment.weekday() > 4:
                if self.every == 1:
                    continue
                moment += timedelta(days=7 - moment.weekday())
            yield Step(moment.isoformat(), JOBS)
            for count in range(self.rng.randint(*STEPS)):
                moment += timedelta(minutes=7 + count)
                hand.player.traveller.move_to(moment)
                if self.rng.random() < EVENTS:
                    drawn = [draw_event(self.rng, world, moment)]
                else:
                    drawn = [hand.next_step(moment)]
                yield from filter(None, drawn)

    def _perform(self, player: Player, hand: Hand, step: Step) -> None:
        player.watch.take()
        told = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        outcome = player.perform(step)
        self.steps.append(step)
        if step.kind == ENTRY and outcome.word == "done":
            for words in find_untold_unit(player, step, told):
                self._found("units_are_told", words)
        self.outcomes[f"{step.kind} {outcome.word}"] += 1
        self.results.append(hand.describe(step, outcome))
        hand.saw(step, outcome)
        if step.kind == EVENT:
            hand.offers.forget()
        for name, words in judge_outcome(step, outcome, player.watch.take()):
            if name != "links_lead_somewhere" or still_links(player, step):
                self._found(name, words)
        warned = {*outcome.reasons} <= {*hand.warned}  # said before the click
        if step.lawful and outcome.word == "refused" and step.kind != EVENT and not warned:
            self._count_refusal(step, outcome)

    def _count_refusal(self, step: Step, outcome: Outcome) -> None:
        """An offered act that is refused alike whatever is filled in was refused for a reason known before."""
        name = step.act.rpartition("/")[2]
        alike = self.refused.setdefault(name, [])
        alike.append(outcome.reasons)
        asks = any(word in reason for reason in outcome.reasons for word in ASKS)
        if step.bare or (not asks and alike.count(outcome.reasons) >= ALIKE):
            self._found("offered_acts_can_be_done", f"{name}: {'；'.join(outcome.reasons)}")

    def _found(self, name: str, words: str) -> None:
        finding = Finding(name, words, len(self.steps))
        if finding.key not in {one.key for one in self.findings}:
            self.findings.append(finding)

    def _ask(self, asking: Asked, *, slow: bool) -> None:
        asking.player.watch.take()
        for name, invariant in INVARIANTS.items():
            if name in SLOW and not slow:
                continue
            self.asked[name] += 1
            try:
                for words in invariant(asking):
                    self._found(name, words)
            except Exception as error:
                self._found(name, f"{type(error).__name__}: {error} at {place_of(error)}"[:300])
        for words in asking.player.watch.take():
            self._found("nothing_breaks", words)


def judge_outcome(step: Step, outcome: Outcome, logged: list[str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with an outcome whatever the world: errors, tracebacks, links that lead nowhere."""
    if outcome.error or outcome.status >= 500:
        yield "nothing_breaks", f"{step.kind} {step.act}: {outcome.error or outcome.status}"
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
    """Return true if the page that showed a link shows it now, too: the link may be of another day."""
    page = player.client(step.by).get(step.target)
    if page.status_code != 200 or page.streaming:
        return False
    return step.act in list_links(read_page(page.content.decode()), step.target, office=bool(step.by))


def find_untold_unit(player: Player, step: Step, last: int) -> Iterator[str]:
    """Yield the act that moved a unit's entry to a state in which the unit must act, if nobody of the unit was told."""
    entry = Entry.objects.select_related("body").get(pk=step.target.rpartition("/")[2])
    moved = Movement.objects.filter(stream=entry.stream).order_by("-pk").first()
    by = player.actor(step.by)
    bodies = [*filter(None, [entry.body, general_office(entry.body)])]  # a government's work is its office's
    if moved is None or moved.from_state == moved.to_state or entry.closed_at or {one.pk for one in bodies} & by.bodies:
        return
    if entry.state in kind_of(entry.kind).waiting or entry.paused:
        return
    staff = Appointment.objects.filter(in_force(), body__in=bodies, person__active=True)
    staff = staff.exclude(person=by.person_id)
    people = set(staff.values_list("person", flat=True))
    if people and not Message.objects.filter(pk__gt=last, person__in=people).exists():
        yield f"{step.act} moved {entry.kind} of {entry.body.name} to {entry.state}, and nobody of the unit was told"


def draw_event(rng: random.Random, world: World, moment: datetime) -> Step | None:
    """Return a change of staff or units by who may do it, or None where there is nothing to change."""
    day = timezone.localdate()
    posts = Appointment.objects.filter(end=None, start__lte=day).exclude(
        role__in=(Role.ADMINISTRATOR, Role.SECURITY, Role.AUDITOR)
    )
    keys = list(posts.order_by("pk").values_list("pk", flat=True))
    bodies = [body.pk for body in Body.objects.filter(pk__in=[one.pk for one in world.units], active_to=None)]
    staff = Person.objects.filter(active=True).order_by("pk")
    people = list(staff.values_list("pk", flat=True))
    others = list(staff.exclude(user__username__in=world.named).values_list("pk", flat=True))
    if not keys or not bodies or not people:
        return None
    body = rng.choice(bodies)
    roles = (Role.CLERK, Role.REVIEWER, Role.SIGNER, Role.LEAD)
    drawn: dict[str, dict[str, list[str]]] = {
        "post_ends": {"post": [str(rng.choice(keys))]},
        "leave_is_covered": {
            "post": [str(rng.choice(keys))],
            "person": [str(rng.choice(people))],
            "days": [str(rng.randint(1, 40))],
        },
        "post_begins": {"body": [str(body)], "person": [str(rng.choice(people))], "role": [rng.choice(roles)]},
        "appointment_is_confirmed": {},
        "unit_is_renamed": {"body": [str(body)], "name": [f"云岭市{rng.choice(GIVEN_NAMES)}服务中心"]},
        "unit_is_merged": {"body": [str(body)], "into": [str(rng.choice(bodies))]},
        "unit_is_closed": {"body": [str(body)]},
        "person_is_deactivated": {"person": [str(rng.choice(others or people))]},
        "text_is_submitted": {"days": [str(rng.randint(0, 30))], "number": [str(rng.randint(1, 9999))]},
        "text_is_signed": {},
        "text_is_withdrawn": {},
    }
    # Units end rarely: most of a year goes to units that are there.
    name = rng.choices([*drawn], weights=(3, 4, 4, 4, 2, 1, 0.5, 1, 12, 30, 4))[0]
    signers = [one for one in world.logins if one not in ("admin", "baomi", "jiandu")]
    whose = {
        "appointment_is_confirmed": "baomi",
        "text_is_submitted": world.writer,
        "text_is_signed": rng.choice(signers),
        "text_is_withdrawn": rng.choice(signers),
    }
    by = whose.get(name, "admin")
    return Step(moment.isoformat(), EVENT, by, name, "", drawn[name])


def replay(steps: list[Step], traveller: Any, watch: Watch, world: World) -> list[Finding]:
    """Perform written steps without the generator, and ask every invariant afterwards."""
    player, found = Player(traveller, watch), []
    watch.take()
    for number, step in enumerate(steps, 1):
        outcome = player.perform(step)
        found += [Finding(name, words, number) for name, words in judge_outcome(step, outcome, watch.take())]
    asking = Asked(player, world, random.Random(1))
    for name, invariant in INVARIANTS.items():
        found += [Finding(name, words, len(steps)) for words in invariant(asking)]
    return found


__all__ = ["ENTRY", "Finding", "Year", "replay", "time_machine"]
