"""Who follows an action names one that there is: a name written wrongly would be followed by nothing, silently."""

from gongkai.core.acts.action import REGISTRY
from gongkai.core.acts.following import FOLLOWERS


def test_every_followed_action_exists() -> None:
    rooms = {name.partition(".")[0] for name in REGISTRY}
    unknown = {name for name in FOLLOWERS if name not in REGISTRY and not (name.endswith(".*") and name[:-2] in rooms)}
    assert FOLLOWERS
    assert not unknown
