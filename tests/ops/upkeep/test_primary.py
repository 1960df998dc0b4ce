"""Which server holds the record: by what this machine saw, what the log says, what the other addresses answer."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import SYSTEM, Actor
from gongkai.core.acts.generation import GENERATION_STREAM
from gongkai.core.acts.models import Movement
from gongkai.ops.upkeep import primary, servers, service_readings
from gongkai.ops.upkeep.primary import SeenPrimary, accept_primary, find_primary_fault
from gongkai.ops.upkeep.servers import NoDirectAddress, Server, find_direct_address

OLD, NEW = (
    Server("7", 1, "10.5"),
    Server("7", 2, "99.5", accepted=2, accepted_system="7", accepted_at="2026-11-24", generation="b"),
)
OTHER = Server("8", 1, "77.5")
ABANDONED = Server("7", 2, "55.5", accepted=1, accepted_system="7", accepted_at="2026-11-20", generation="a")
ACCEPTED = Server("8", 1, "77.5", accepted=1, accepted_system="8", accepted_at="2026-11-25")


@pytest.mark.parametrize(
    ("server", "seen", "others", "words"),
    [
        (OLD, None, [], ""),
        (OLD, SeenPrimary("7", 1), [], ""),
        (NEW, SeenPrimary("7", 1), [], ""),
        (OLD, SeenPrimary("7", 2), [], "旧主库（时间线 1，现在的主库是 2）"),
        (OLD, None, [NEW], "旧主库（时间线 1，现在的主库是 2）"),
        (OLD, SeenPrimary("7", 1), [Server("7", 2, "99.5")], ""),  # promoted by mistake: nobody accepted it
        (OLD, None, [Server("7", 2, "99.5", follows=True, accepted=2)], ""),
        (NEW, None, [OLD], ""),
        (OTHER, SeenPrimary("7", 2), [], "不是本系统原来的数据库"),
        (ACCEPTED, SeenPrimary("7", 2, "2026-11-24"), [], ""),  # moved on purpose
        (NEW, SeenPrimary("8", 1, "2026-11-25"), [], "不是本系统原来的数据库"),  # the one from before the move
        (NEW, SeenPrimary("7", 2, "2026-11-24", "b"), [], ""),
        (NEW, SeenPrimary("7", 2, "2026-11-23", "a"), [], ""),  # begun since, by another machine
        (NEW, SeenPrimary("7", 2, "2026-11-25", "c"), [], "没有这台机器见过的内容"),  # as old as a copy of the disk
        (
            Server("7", 3, "1"),
            SeenPrimary("7", 2, "2026-11-24", "b"),
            [],
            "没有这台机器见过的内容",
        ),  # restored to before it
        (
            ABANDONED,
            SeenPrimary("7", 1),
            [NEW],
            "旧主库",
        ),  # promoted after the primary was restored, on the same timeline
    ],
)
def test_the_one_that_was_left_behind_is_refused(
    server: Server, seen: SeenPrimary | None, others: list[Server], words: str
) -> None:
    said = find_primary_fault(server, seen, others)
    assert words in said
    assert bool(words) == bool(said)


def test_a_machine_keeps_what_it_took_for_the_primary(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path / "full"
    primary.record_primary(NEW)  # cannot be written: the process goes on
    settings.DATA = tmp_path
    assert primary.read_seen_primary() is None
    primary.record_primary(NEW)
    assert primary.read_seen_primary() == SeenPrimary("7", 2, "2026-11-24", "b")
    primary.record_primary(Server("7", 3, "1", follows=True))
    assert primary.read_seen_primary() == SeenPrimary("7", 2, "2026-11-24", "b")
    (tmp_path / "primary.json").write_text("{")
    assert primary.read_seen_primary() is None


@pytest.mark.django_db
def test_the_record_says_which_server_was_made_the_primary(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    with pytest.raises(Refused, match="只能由命令"):
        accept_primary(None, by=Actor("王芳"), server=NEW)
    with pytest.raises(Refused, match="还没有提升"):
        accept_primary(None, by=SYSTEM, server=Server("7", 1, "1", follows=True))
    primary.record_primary(NEW)
    with pytest.raises(Refused, match="旧主库"):
        accept_primary(None, by=SYSTEM, server=OLD)
    promoted = replace(NEW, timeline=3)
    accept_primary(None, by=SYSTEM, server=promoted)
    facts = Movement.objects.get(stream=GENERATION_STREAM).facts
    assert (facts["system"], facts["timeline"]) == ("7", 3)


@pytest.mark.django_db
@pytest.mark.postgres
def test_a_server_says_what_it_is(settings: Any, tmp_path: Path) -> None:
    from django.db import connection

    if connection.vendor != "postgresql":
        assert primary.query_configured_server() is None
        assert primary.check_primary() == ""
        return
    settings.DATA = tmp_path
    server = primary.query_configured_server()
    assert server is not None
    assert (server.timeline, server.follows, server.accepted) == (1, False, 0)
    asked = servers.query_server(connection.settings_dict)
    assert asked is not None
    assert asked.is_same(server)
    accept_primary(None, by=SYSTEM, server=server)
    assert (primary.check_primary(), primary.query_configured_server().accepted) == ("", 1)  # type: ignore[union-attr]
    assert json.loads((tmp_path / "primary.json").read_text())["system"] == server.system


#: What stands behind the pooler, what the direct addresses answer → which is taken, or what is said.
DIRECT = [
    (NEW, [None, NEW], 1, ""),
    (NEW, [OLD, NEW], 1, ""),
    (None, [None, NEW], 1, ""),
    (None, [None, None], 0, ""),
    (NEW, [None, OLD], None, "连不上；直连地址 b:5432 是另一个主库（时间线 1，PgBouncer 后面的是 2）"),
    (NEW, [Server("7", 2, "1", follows=True), OTHER], None, "a:5432 是从库；直连地址 b:5432 是另一套数据库"),
]


@pytest.mark.parametrize(("pooled", "answers", "taken", "words"), DIRECT)
def test_what_goes_past_the_pooler_goes_to_the_server_behind_it(
    monkeypatch: pytest.MonkeyPatch,
    pooled: Server | None,
    answers: list[Server | None],
    taken: int | None,
    words: str,
) -> None:
    said = {"pooler": pooled, "a": answers[0], "b": answers[1]}
    monkeypatch.setattr(servers, "query_server", lambda facts: said[facts["HOST"]])
    monkeypatch.setenv("DATABASE_URL", "postgres://pooler/gongkai")
    addresses = ["postgres://a/gongkai", "postgres://b/gongkai"]
    monkeypatch.setenv("GONGKAI_DIRECT_URL", " ".join(addresses))
    if taken is None:
        with pytest.raises(NoDirectAddress, match=words.replace("(", "\\(")):
            find_direct_address()
    else:
        assert find_direct_address() == addresses[taken]


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ([NEW, replace(NEW, started="1", follows=True)], None),
        ([NEW, None], ("other_database", "另一台的数据库 b:5432 连不上，现在只有一台")),
        ([None, None], ("direct", "直连地址 a:5432 连不上；直连地址 b:5432 连不上")),
        ([NEW, OTHER], ("direct", "直连地址 b:5432 是另一套数据库，与 PgBouncer 后面的不同")),
    ],
)
def test_check_says_what_the_other_machine_lacks(
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    tmp_path: Path,
    answers: list[Server | None],
    found: tuple[str, str] | None,
) -> None:
    settings.DATA = tmp_path
    monkeypatch.setenv("GONGKAI_DIRECT_URL", "postgres://a/gongkai postgres://b/gongkai")
    monkeypatch.setattr(primary, "query_configured_server", lambda: NEW)
    monkeypatch.setattr(servers, "query_server", lambda facts: answers["ab".index(facts["HOST"])])
    said = service_readings.read_database(timezone.now()).finding
    assert (said and (said.name, said.words)) == found
