"""Steps of operators (management commands) and of external sign-in services (authentication backends)."""

import random
import sqlite3
from contextlib import closing
from datetime import datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest

from gongkai.content.editions import launch_state
from gongkai.core.signin.identity.backends import IdentityBackend
from gongkai.core.signin.identity.claims import IdentityClaims
from gongkai.core.signin.identity.providers import FirstSignIn, Provider
from gongkai.core.units.actors import SYSTEM
from gongkai.core.vault import rotation
from gongkai.core.vault.keys import key_ring
from gongkai.ops.launch.actions import begin_setup
from gongkai.ops.upkeep.actions import log_key_change, restart_after_restore
from simulation import situations
from simulation.arrivals import SUBJECTS
from simulation.events import Event, event
from simulation.steps import EVENT, Player, Step
from simulation.values import GIVEN_NAMES

if TYPE_CHECKING:
    from simulation.world import World


def draw_operation(rng: random.Random, world: "World", moment: datetime) -> Step:
    """Return a step of an operator or a sign-in service."""
    name = rng.choices([one.__name__ for one in OPERATIONS], weights=[*OPERATIONS.values()])[0]
    data = {
        "name": [f"{rng.choice(GIVEN_NAMES)}来人"],
        "identifier": [rng.choice([*world.logins, f"g{rng.randint(1, 99)}"])],
        "body": [str(rng.choice(world.units).pk)],
        "about": [f"{rng.choice(SUBJECTS)}第{rng.randint(1, 999)}号"],
    }
    by = rng.choice(world.logins) if name == "passkey_is_added" else ACTOR_BY_EVENT.get(name, "")
    return Step(moment.isoformat(), EVENT, by, name, "", data)


@event
def setup_begins(player: Player, step: Step) -> None:
    """Prepare the installation: `gongkai init` on an empty one."""
    begin_setup(None, by=SYSTEM)
    launch_state.clear_launch_cache()


@event
def keys_are_changed(player: Player, step: Step) -> None:
    """Change the key of personal data: `gongkai keys rotate`."""
    count = rotation.rotate_key()
    log_key_change(None, by=SYSTEM, words=f"更换密钥，重新加密{count}条", number=key_ring().number)


@event
def backup_is_restored(player: Player, step: Step) -> None:
    """Lose the last log record with the disk and accept the backup: `gongkai audit restored`."""
    if connection.vendor != "sqlite":
        return
    with closing(sqlite3.connect(":memory:", check_same_thread=False)) as kept:
        connection.connection.backup(kept)
        log_key_change(None, by=SYSTEM, words="核对密钥", number=key_ring().number)
        kept.backup(connection.connection)
    restart_after_restore(SYSTEM, "磁盘损坏，恢复到最近的备份。")


@event
def stranger_signs_in(player: Player, step: Step) -> None:
    """Let an external service sign in a user with an account here, or one without."""
    facts = {"name": "unity", "label": "统一身份", "first_sign_in": FirstSignIn.REGISTER}
    provider, known = cast(Provider, SimpleNamespace(**facts)), step.data["name"][0]
    claims = IdentityClaims(provider, step.data["identifier"][0], known, factor=False, subject=known)
    try:
        IdentityBackend().authenticate(HttpRequest(), claims=claims)
    except PermissionDenied:  # an administrator or a security officer confirms the person first
        return


#: Steps of operators and services with their weights; actors of those that are no commands.
OPERATIONS: dict[Event, float] = {
    keys_are_changed: 1, backup_is_restored: 1, stranger_signs_in: 3, situations.passkey_is_added: 2,
    situations.certificate_is_set: 1, situations.restoring_is_tried: 0.3, situations.networks_exchange: 0.7,
    situations.old_site_is_read: 2, situations.old_site_moves_in: 2,
}  # fmt: skip
ACTOR_BY_EVENT = {"certificate_is_set": "admin", "old_site_is_read": "admin", "old_site_moves_in": "zwgk"}
