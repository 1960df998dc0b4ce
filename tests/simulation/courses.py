"""Courses: matters that need several actions in order, on the rows that earlier actions created.

`COURSES` is a table: what leads to what. The acts' facts are drawn as for any call; `FACTS` has those without which a
course ends early. A name that begins with @ is an event.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache

from django.apps import apps
from django.db.models import Model

from gongkai.content.editions.sources import find_source
from gongkai.core.acts.action import ACTIONS_BY_NAME, get_log_stream
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.forms import get_form
from gongkai.core.ledger.forms.base import ENTRY_FORMS_BY_ACTION
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.units.models import Body
from gongkai.core.widgets.request_cache import page_cache
from simulation import late_turns, notice_turns, rare_turns, round_turns, sheet_turns  # noqa: F401 (registers events)
from simulation.addresses import target_of
from simulation.course_table import COURSES, FACTS, in_days
from simulation.leads import Leads
from simulation.offers import bound_form
from simulation.permissions import reasons_against
from simulation.signatures import Unfit, form_of, rows_near
from simulation.steps import CALL, ENTRY, EVENT, Gone, Outcome, Player, Step, find_rows, newest
from simulation.turn_table import TURNS
from simulation.turns import find_turn, list_staffed
from simulation.values import ID_NUMBER, fill_form
from simulation.ways import rows_for, state_allows

#: Limits of a stage: rows; fills of its form; people asked, and people who try; waits of a course.
MAX_ROWS, MAX_FILLS, MAX_PEOPLE_ASKED, MAX_PEOPLE_TRYING, MAX_WAITS = 6, 6, 40, 3, 5
#: Fills over all rows and people of a stage before it waits.
MAX_STAGE_FILLS = 12
DAY = re.compile(r"\d{4}-\d{2}-\d{2}( \d\d:\d\d)?$")
#: Identical refusals after which the next row is tried.
MAX_SAME_REFUSALS = 12
#: Limits of running courses: ready ones, and all with those that wait for a day.
MAX_READY_COURSES, MAX_COURSES = 3, 14


@dataclass
class Course:
    """A running course: its remaining stages, rows and people, and the number of waits."""

    name: str
    left: list[str]
    known: list[Model] = field(default_factory=list)
    #: Logins that performed its stages and its events where allowed, so that others are left to sign.
    people: list[str] = field(default_factory=list)
    waited: int = 0
    #: The day until which it waits.
    until: date | None = None


@dataclass
class Courses:
    """Starts courses, least advanced first, and performs their next stages."""

    player: Player
    leads: Leads
    begun: Counter[str] = field(default_factory=Counter)
    open: list[Course] = field(default_factory=list)
    #: The course of the latest step, and the log's last movement before it.
    now: tuple[Course, int] | None = None
    #: Remaining fills of the stage.
    tries: int = 0
    #: Reasons why a stage failed: (course, stage, reason) → times.
    told: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    @property
    def rng(self) -> random.Random:
        """The draws of the year."""
        return self.leads.rng

    def next_step(self, moment: datetime) -> Step | None:
        """Return the next stage of a course that goes on, or the first one of another."""
        with page_cache():  # a search changes nothing: a rule's query is asked once
            return self._draw_step(moment)

    def _draw_step(self, moment: datetime) -> Step | None:
        today = moment.date()
        ready = [one for one in self.open if one.until is None or one.until <= today]
        if len(ready) < MAX_READY_COURSES and len(self.open) < MAX_COURSES:
            name = min(COURSES, key=lambda one: (self.begun[one], not self._leads_on(one), self.rng.random()))
            self.begun[name] += 1
            ready.append(course := Course(name, [*COURSES[name]]))
            self.open.append(course)
        if not ready:
            return None
        self.open.remove(course := ready[0])
        if (step := self._stage(course, moment.isoformat())) is not None:
            self.open.append(course)
            self.now = course, newest(Movement)
            return step
        course.waited += 1
        if course.waited < MAX_WAITS and course.left:
            self.open.append(course)
        return None

    def _leads_on(self, name: str) -> bool:
        """Return true if an act of a course was done in no year yet."""
        return any(not self.leads.done[act] for act in acts_of(name))

    def saw(self, step: Step, outcome: Outcome) -> None:
        """Go on to the next stage where this one was done; remember the rows to which it led."""
        if self.now is None:
            return
        (course, last), self.now = self.now, None
        stage = course.left[0]
        if outcome.word == "done":
            course.left = course.left if stage.endswith("*") else course.left[1:]
            course.waited = 0
            course.people = [step.by, *(one for one in course.people if one != step.by)] if step.by else course.people
            with suppress(Gone):
                rows = [row for row in find_rows(step.target)[:1] if row is not None]
                course.known = [*(one for one in course.known if one not in rows), *rows]
        else:
            course.waited += 1
            course.left = course.left if course.waited < MAX_WAITS else []
            self.told[course.name, stage, "；".join(outcome.reasons) or outcome.error or outcome.word] += 1
        for stream, facts in Movement.objects.filter(pk__gt=last).order_by("pk").values_list("stream", "facts"):
            made = [f"{name}/{number}" for name, number in facts.items() if isinstance(number, int)]
            for one in (stream, *made):  # an act on a row may name the row that it made
                if (row := find_row(one)) is not None and row not in course.known:
                    course.known.append(row)
        if not course.left and course in self.open:
            self.open.remove(course)

    def _stage(self, course: Course, at: str) -> Step | None:
        """Return the step of the next stage; one that may be left out is, where nobody can do it."""
        while course.left:
            stage, repeated = course.left[0].rstrip("?*"), course.left[0].endswith("*")
            if stage.startswith("+"):
                course.until = datetime.fromisoformat(at).date() + timedelta(days=int(stage))
                course.left.pop(0)
                return None
            make = self._event if stage.startswith("@") else self._call
            if (step := make(course, at, stage)) is not None:
                return step
            if not repeated and not course.left[0].endswith("?"):
                return None
            course.left.pop(0)
        return None

    def _event(self, course: Course, at: str, stage: str) -> Step | None:
        name, _, wanted = stage[1:].partition(":")
        found = find_turn(name, self.rng, self.leads, course, wanted)
        if found is None:
            self.told[course.name, stage, "nobody, or nothing"] += 1
            return None
        by, target, data = found
        return Step(at, EVENT, by, name, target, data)

    def _call(self, course: Course, at: str, stage: str) -> Step | None:
        name, self.tries = stage.partition(":")[0], MAX_STAGE_FILLS
        action = ACTIONS_BY_NAME[name]
        for row in self._rows(course, name):
            if row is not None and not state_allows(action, row):
                self.told[course.name, name, f"state {getattr(row, 'state', '')}"] += 1
                continue
            for login in self._people(row, name):
                if (step := self._filled(course, at, stage, login, row)) is not None:
                    return step
        return None

    def _rows(self, course: Course, name: str) -> Iterator[Model | None]:
        """Yield rows for an act: those of the course first, then what belongs to them, then any if it begins."""
        target = target_of(name)
        if not isinstance(target, type):
            yield None
            return
        able, known = rows_for(name, target), [row.pk for row in course.known if isinstance(row, target)]
        found: dict[object, Model] = {row.pk: row for row in able.filter(pk__in=known).order_by("-pk")[:MAX_ROWS]}
        for one in reversed(course.known):
            near = rows_near(target, one)
            if near.query.where or target is Body:
                keys = [row.pk for row in near[: 3 * MAX_ROWS]]
                found |= {
                    row.pk: row for row in able.filter(pk__in=keys).order_by("-pk")[:MAX_ROWS] if row.pk not in found
                }
        if not course.known or not found:
            rows = able.filter(pk__in=list_staffed(self.leads)) if target is Body else able
            newest_rows = [*rows.order_by("-pk")[: 2 * MAX_ROWS]]
            found |= {row.pk: row for row in self.rng.sample(newest_rows, min(MAX_ROWS, len(newest_rows)))}
        if not found:
            self.told[course.name, name, "no row"] += 1
        yield from [*found.values()][:MAX_ROWS]

    def _people(self, row: Model | None, name: str) -> Iterator[str]:
        """Yield a few people who may do an act to a row."""
        near = self.leads._people_of(row, name.partition(".")[0])
        others = self.rng.sample(sorted(self.leads.kinds), min(MAX_PEOPLE_ASKED, len(self.leads.kinds)))
        count, met = 0, Counter[str]()
        for login in dict.fromkeys((*near, *others)):
            by = self.player.find_actor(login)
            if by is None or not by.known:
                continue
            try:
                reasons = reasons_against(ACTIONS_BY_NAME[name], row, by)
            except Exception:  # a rule that asks more of its row than this one has
                return
            if not reasons and not (isinstance(row, Entry) and not visible_to(by).filter(pk=row.pk).exists()):
                yield login
                if (count := count + 1) >= MAX_PEOPLE_TRYING:
                    return
            elif reasons:
                met[reasons[0]] += 1
                if met[reasons[0]] >= MAX_SAME_REFUSALS:  # it is the row, not the person
                    break
        if not count:  # of who comes nearest
            self.told["", name, min(met, key=lambda one: (met[one], one), default="")] += 1

    def _filled(self, course: Course, at: str, stage: str, login: str, row: Model | None) -> Step | None:
        """Return a step by which an act is done, or None: values are tried out."""
        name = stage.partition(":")[0]
        kind = ENTRY if name in ENTRY_FORMS_BY_ACTION and isinstance(row, Entry) else CALL
        try:
            by = self.player.actor(login)
            form = form_of(name, row)() if kind == CALL else get_form(ACTIONS_BY_NAME[name])(entry=row, by=by)
        except Unfit as asked:
            self.told[course.name, name, f"asks for {asked}"] += 1
            return None
        facts = {"on": in_days(0), **FACTS.get(name, {}), **FACTS.get(stage, {})}
        own = {key: one(row, self.rng) if callable(one) else [one] for key, one in facts.items() if key in form.fields}
        target = f"{row._meta.label_lower}/{row.pk}" if row is not None else ""
        drawn = fill_form(form, self.rng, unlawful=False) | own
        step = Step(
            at, kind, login, name, target, {key: [*map(_remove_personal_number, some)] for key, some in drawn.items()}
        )
        recorded = False
        for _ in range(min(MAX_FILLS, self.tries)):
            self.tries -= 1
            outcome = self.player.try_out(step)
            if name in outcome.acts or outcome.word == "error":
                return step
            if outcome.word == "done" and recorded:
                return step  # another person confirms it, whatever the day
            if recorded := outcome.word == "done":  # entered as done earlier: it is done today instead
                days = [key for key, values in step.data.items() if DAY.match(values[0])]
                step = replace(step, data=step.data | {key: [at[:10] + step.data[key][0][10:]] for key in days})
                continue
            said = "；".join(outcome.reasons) or outcome.word
            self.told[course.name, name, said[:160]] += 1
            if (form := bound_form(self.player, step)) is None or outcome.word not in {"invalid", "refused"}:
                return None
            wrong = dict(reason.partition(": ")[::2] for reason in outcome.reasons) if outcome.word == "invalid" else {}
            wrong = {key: words for key, words in wrong.items() if key != "__all__"} or {"": said}
            data = outcome.again or fill_form(form, self.rng, unlawful=False, before=step.data, wrong=wrong)
            step = replace(step, data=data | own)
        return None


@cache
def acts_of(name: str) -> frozenset[str]:
    """Return the actions of a course's stages."""
    found = set()
    for stage in COURSES[name]:
        event, _, wanted = stage.rstrip("?*").lstrip("@").partition(":")
        act = TURNS.get(event, ("", ""))[1].removeprefix("~")
        found |= {event, act, wanted} & ACTIONS_BY_NAME.keys()
    return frozenset(found)


def _remove_personal_number(text: str) -> str:
    """Remove the personal number from a text, because a course publishes it."""
    return text.replace(f"我的身份证号码是{ID_NUMBER}。", "")


def find_row(stream: str) -> Model | None:
    """Return the row of a log stream."""
    name, _, number = stream.rpartition("/")
    if not number.isdigit():
        return None
    if (source := find_source(stream)) is not None:
        return source
    model = _models_by_stream().get(name)
    return model._base_manager.filter(pk=number).first() if model is not None else None


@cache
def _models_by_stream() -> dict[str, type[Model]]:
    """Return the models by the prefix of their rows' log streams."""
    found: dict[str, type[Model]] = {}
    for model in apps.get_models():
        with suppress(Exception):  # a stream that is another row's
            name = get_log_stream(model(pk=0)).rpartition("/")[0]
            found[name] = model if model._meta.model_name == name else found.get(name, model)
    return found
