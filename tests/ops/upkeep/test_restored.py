"""A point-in-time restore is accepted into the log once, only by the command."""

from pathlib import Path
from typing import Any

import pytest

from gongkai.core.acts import chain, generation
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.chain import append_record
from gongkai.core.acts.models import Movement
from gongkai.core.acts.seal import seal_now
from gongkai.core.ledger.audit import check_unsealed_records
from gongkai.core.units.actors import SYSTEM
from gongkai.ops.upkeep.actions import accept_restore, restart_after_restore

pytestmark = pytest.mark.django_db


def test_restore_logs_missing_records_and_starts_a_new_generation(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    append_record("test/1", action="test.act", by=SYSTEM)
    seal = seal_now()
    assert seal is not None
    chain.restart_after_seal(seal)
    chain.unsealed_records_file().write_text(
        chain.unsealed_records_file().read_text() + "999999 ab12\n"
    )  # what the restored database never had
    assert not check_unsealed_records().ok
    with pytest.raises(Refused, match="只能由命令"):
        accept_restore(None, by=Actor("王芳"), reason="误删")
    with pytest.raises(Refused, match="请写明"):
        accept_restore(None, by=SYSTEM, reason=" ")
    (lost,) = restart_after_restore(SYSTEM, "误删，恢复到10:15")
    assert "1条流水" in lost
    assert Movement.objects.get(action="upkeep.accept_restore").facts["lost"] == [lost]
    assert check_unsealed_records().ok
    with pytest.raises(Refused, match="不需要登记"):
        accept_restore(None, by=SYSTEM, reason="再来一次")
    begun = generation.read_current_generation()
    assert begun.restored
    assert restart_after_restore(SYSTEM, "再来一次") is None
    assert generation.read_current_generation() == begun
