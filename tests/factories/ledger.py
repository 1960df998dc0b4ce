"""A test kind of ledger entry that is opened, submitted, accepted or returned."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from factories.units import BodyFactory
from gongkai.core.acts.action import ACTIONS_BY_NAME, ActionResult, Notification
from gongkai.core.acts.machine import StateMachine, make_move
from gongkai.core.ledger import clock
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME, EntryKind, register_entry_kind
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.ledger.rules import check_may_judge, check_may_work
from gongkai.core.units.models import Role

TRIAL = StateMachine(
    labels={"open": "办理中", "submitted": "待审核", "returned": "退回", "done": "已销号"},
    moves={
        "submit": make_move({"open", "returned"}, "submitted"),
        "accept": make_move("submitted", "done"),
        "return": make_move("submitted", "returned"),
        "reopen": make_move("done", "open"),
    },
    closed=frozenset({"done"}),
)

if "trial" not in ENTRY_KINDS_BY_NAME:
    register_entry_kind(
        EntryKind(
            name="trial",
            label="试办事项",
            prefix="试",
            machine=TRIAL,
            actions=("trial.submit", "trial.accept", "trial.return"),
        )
    )
if "trial.submit" not in ACTIONS_BY_NAME:

    @entry_action("trial", "submit", label="提交", rule=check_may_work)
    def submit(entry, *, by, words=""):
        """Hand it in."""
        tell = Notification(
            subject=f"待审核：{entry.title}",
            body="",
            link=entry.url,
            key=f"trial.submit:{entry.pk}:{entry.version}",
            posts=((Role.CHIEF, entry.body_id),),
        )
        return ActionResult(words=words, tell=(tell,))

    @entry_action("trial", "accept", label="同意销号", rule=check_may_judge)
    def accept(entry, *, by, words=""):
        """Close it."""
        entry.outcome = "done"
        return ActionResult(words=words)

    @entry_action("trial", "return", label="退回", rule=check_may_judge)
    def send_back(entry, *, by, words=""):
        """Give it back."""
        return ActionResult(words=words)

    @entry_action("trial", "reopen", label="重新办理", rule=check_may_judge)
    def reopen(entry, *, by, words=""):
        """Open it again."""
        return ActionResult(words=words)


submit, accept, send_back, reopen = (
    ACTIONS_BY_NAME[f"trial.{verb}"] for verb in ("submit", "accept", "return", "reopen")
)


def set_due(entry, day):
    """Set an ordered due date in memory, as the entry's first event would."""
    entry.due_at = None if day is None else clock.get_end_of_due_day(day)
    entry.warn_at = clock.compute_yellow_light_start(entry)


class EntryFactory(DjangoModelFactory):
    """Create an entry without a log record; `entry_creation.make_entries` writes one."""

    class Meta:
        model = Entry

    class Params:
        red = factory.Trait(
            due_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=2)),
            opened_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=9)),
        )
        yellow = factory.Trait(due_at=factory.LazyFunction(lambda: timezone.now() + timedelta(hours=30)))
        green = factory.Trait(due_at=factory.LazyFunction(lambda: timezone.now() + timedelta(days=60)))
        blue = factory.Trait(paused=True)
        grey = factory.Trait(
            state="done",
            due_at=factory.LazyFunction(timezone.now),
            closed_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=1)),
        )
        grey_red = factory.Trait(
            state="done",
            due_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=3)),
            closed_at=factory.LazyFunction(timezone.now),
        )
        timeless = factory.Trait(due_at=None, warn_at=None)

    kind = "trial"
    number = factory.Sequence(lambda n: f"试T-{n:06d}")
    title = factory.Sequence(lambda n: f"公开第{n}项规划信息")
    body = factory.SubFactory(BodyFactory)
    year = factory.LazyFunction(lambda: timezone.localdate().year)
    state = "open"
    opened_at = factory.LazyFunction(timezone.now)
    due_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=60))
    warn_at = factory.LazyAttribute(lambda e: e.due_at - timedelta(days=5) if e.due_at else None)
    audience = Audience.PARTIES
