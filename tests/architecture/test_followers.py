"""Every action that a follower is registered for exists: a misspelt name would never be called."""

from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.acts.following import REACTIONS_BY_ACTION


def test_every_followed_action_exists() -> None:
    namespaces = {name.partition(".")[0] for name in ACTIONS_BY_NAME}
    unknown = {
        name
        for name in REACTIONS_BY_ACTION
        if name not in ACTIONS_BY_NAME and not (name.endswith(".*") and name[:-2] in namespaces)
    }
    assert REACTIONS_BY_ACTION
    assert not unknown
