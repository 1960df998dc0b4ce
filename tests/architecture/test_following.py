"""Who follows an action names one that there is: a name written wrongly would be followed by nothing, silently."""

from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.acts.following import REACTIONS_BY_ACTION


def test_every_followed_action_exists() -> None:
    rooms = {name.partition(".")[0] for name in ACTIONS_BY_NAME}
    unknown = {
        name
        for name in REACTIONS_BY_ACTION
        if name not in ACTIONS_BY_NAME and not (name.endswith(".*") and name[:-2] in rooms)
    }
    assert REACTIONS_BY_ACTION
    assert not unknown
