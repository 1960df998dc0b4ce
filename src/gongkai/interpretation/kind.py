"""The kind of entry: a public document that waits for its interpretation."""

from gongkai.acts.machine import Machine, move
from gongkai.ledger.kinds import Kind

RULES = "interpretation"
OWED = Machine(
    labels={"open": "待解读", "done": "已解读", "excused": "不再要求"},
    moves={"interpret": move("open", "done"), "excuse": move("open", "excused")},
    closed=frozenset({"done", "excused"}),
)


OWED_KIND = Kind(
    name="interpretation",
    label="政策解读",
    prefix="解读",
    machine=OWED,
    rules=RULES,
    actions=("interpretation.excuse",),
    related=("interpretation__document",),
)
