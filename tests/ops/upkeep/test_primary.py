"""Detection of the primary database server from this machine's record, the log, and the other addresses."""

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

OLD_PRIMARY, NEW_PRIMARY = (
    Server("7", 1, "10.5"),
    Server("7", 2, "99.5", accepted=2, accepted_system="7", accepted_at="2026-11-24", generation="b"),
)
OTHER_DATABASE = Server("8", 1, "77.5")
ABANDONED_PRIMARY = Server("7", 2, "55.5", accepted=1, accepted_system="7", accepted_at="2026-11-20", generation="a")
ACCEPTED_PRIMARY = Server("8", 1, "77.5", accepted=1, accepted_system="8", accepted_at="2026-11-25")


@pytest.mark.parametrize(
    ("server", "seen", "others", "words"),
    [
        (OLD_PRIMARY, None, [], ""),
        (OLD_PRIMARY, SeenPrimary("7", 1), [], ""),
        (NEW_PRIMARY, SeenPrimary("7", 1), [], ""),
        (OLD_PRIMARY, SeenPrimary("7", 2), [], "旧主库（时间线 1，现在的主库是 2）"),
        (OLD_PRIMARY, None, [NEW_PRIMARY], "旧主库（时间线 1，现在的主库是 2）"),
        (OLD_PRIMARY, SeenPrimary("7", 1), [Server("7", 2, "99.5")], ""),  # promoted by mistake: nobody accepted it
        (OLD_PRIMARY, None, [Server("7", 2, "99.5", follows=True, accepted=2)], ""),
        (NEW_PRIMARY, None, [OLD_PRIMARY], ""),
        (OTHER_DATABASE, SeenPrimary("7", 2), [], "不是本系统原来的数据库"),
        (ACCEPTED_PRIMARY, SeenPrimary("7", 2, "2026-11-24"), [], ""),  # moved on purpose
        (NEW_PRIMARY, SeenPrimary("8", 1, "2026-11-25"), [], "不是本系统原来的数据库"),  # the one from before the move
        (NEW_PRIMARY, SeenPrimary("7", 2, "2026-11-24", "b"), [], ""),
        (NEW_PRIMARY, SeenPrimary("7", 2, "2026-11-23", "a"), [], ""),  # begun since, by another machine
        (
            NEW_PRIMARY,
            SeenPrimary("7", 2, "2026-11-25", "c"),
            [],
            "没有这台机器见过的内容",
        ),  # as old as a copy of the disk
        (
            Server("7", 3, "1"),
            SeenPrimary("7", 2, "2026-11-24", "b"),
            [],
            "没有这台机器见过的内容",
        ),  # restored to before it
        (
            ABANDONED_PRIMARY,
            SeenPrimary("7", 1),
            [NEW_PRIMARY],
            "旧主库",
        ),  # promoted after the primary was restored, on the same timeline
    ],
)
def test_former_primary_is_refused(server: Server, seen: SeenPrimary | None, others: list[Server], words: str) -> None:
    said = find_primary_fault(server, seen, others)
    assert words in said
    assert bool(words) == bool(said)


def test_machine_records_the_primary_it_used(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path / "full"
    primary.record_primary(NEW_PRIMARY)  # cannot be written: the process goes on
    settings.DATA = tmp_path
    assert primary.read_seen_primary() is None
    primary.record_primary(NEW_PRIMARY)
    assert primary.read_seen_primary() == SeenPrimary("7", 2, "2026-11-24", "b")
    primary.record_primary(Server("7", 3, "1", follows=True))
    assert primary.read_seen_primary() == SeenPrimary("7", 2, "2026-11-24", "b")
    (tmp_path / "primary.json").write_text("{")
    assert primary.read_seen_primary() is None


@pytest.mark.django_db
def test_accepted_primary_is_logged(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    with pytest.raises(Refused, match="只能由命令"):
        accept_primary(None, by=Actor("王芳"), server=NEW_PRIMARY)
    with pytest.raises(Refused, match="还没有提升"):
        accept_primary(None, by=SYSTEM, server=Server("7", 1, "1", follows=True))
    primary.record_primary(NEW_PRIMARY)
    with pytest.raises(Refused, match="旧主库"):
        accept_primary(None, by=SYSTEM, server=OLD_PRIMARY)
    promoted = replace(NEW_PRIMARY, timeline=3)
    accept_primary(None, by=SYSTEM, server=promoted)
    facts = Movement.objects.get(stream=GENERATION_STREAM).facts
    assert (facts["system"], facts["timeline"]) == ("7", 3)


@pytest.mark.django_db
@pytest.mark.postgres
def test_server_reports_its_identity(settings: Any, tmp_path: Path) -> None:
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


#: (server behind the pooler, answers of the direct addresses, chosen index, error).
DIRECT_ADDRESS_CASES = [
    (NEW_PRIMARY, [None, NEW_PRIMARY], 1, ""),
    (NEW_PRIMARY, [OLD_PRIMARY, NEW_PRIMARY], 1, ""),
    (None, [None, NEW_PRIMARY], 1, ""),
    (None, [None, None], 0, ""),
    (NEW_PRIMARY, [None, OLD_PRIMARY], None, "连不上；直连地址 b:5432 是另一个主库（时间线 1，PgBouncer 后面的是 2）"),
    (
        NEW_PRIMARY,
        [Server("7", 2, "1", follows=True), OTHER_DATABASE],
        None,
        "a:5432 是从库；直连地址 b:5432 是另一套数据库",
    ),
]


@pytest.mark.parametrize(("pooled", "answers", "taken", "words"), DIRECT_ADDRESS_CASES)
def test_direct_address_is_the_server_behind_the_pooler(
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
        ([NEW_PRIMARY, replace(NEW_PRIMARY, started="1", follows=True)], None),
        ([NEW_PRIMARY, None], ("other_database", "另一台的数据库 b:5432 连不上，现在只有一台")),
        ([None, None], ("direct", "直连地址 a:5432 连不上；直连地址 b:5432 连不上")),
        ([NEW_PRIMARY, OTHER_DATABASE], ("direct", "直连地址 b:5432 是另一套数据库，与 PgBouncer 后面的不同")),
    ],
)
def test_check_reports_faults_of_the_standby(
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    tmp_path: Path,
    answers: list[Server | None],
    found: tuple[str, str] | None,
) -> None:
    settings.DATA = tmp_path
    monkeypatch.setenv("GONGKAI_DIRECT_URL", "postgres://a/gongkai postgres://b/gongkai")
    monkeypatch.setattr(primary, "query_configured_server", lambda: NEW_PRIMARY)
    monkeypatch.setattr(servers, "query_server", lambda facts: answers["ab".index(facts["HOST"])])
    said = service_readings.read_database(timezone.now()).finding
    assert (said and (said.name, said.words)) == found
