"""Time stamps of an authority on seals: requested by network, stored with seal and anchor, verified with trusted certificates."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.utils import timezone

from factories.authority import Authority
from gongkai.core.acts import anchors, chain, seal, stamps
from gongkai.core.acts.models import Stamp
from gongkai.core.ledger import audit
from gongkai.core.ledger.jobs import daily
from gongkai.core.units.actors import SYSTEM
from gongkai.ops.upkeep import status
from gongkai.ops.upkeep.findings import StatusReading

pytestmark = pytest.mark.django_db
AUTHORITY = Authority()
#: The digest of another message than the requested one.
OTHER_DIGEST = {"message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"x" * 32}}
#: A rejection by the authority (PKIStatus 2).
REJECTED = bytes.fromhex("30053003020102")


@pytest.fixture(scope="module")
def server() -> Iterator[SimpleNamespace]:
    """An authority's server; `answer` computes its answer (None closes the connection)."""
    there = SimpleNamespace(answer=AUTHORITY.answer, asked=[])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            there.asked.append(self.headers["Content-Type"])
            said = there.answer(self.rfile.read(int(self.headers["Content-Length"])))
            if said is None:
                return
            self.send_response(200 if isinstance(said, bytes) else said)
            self.end_headers()
            self.wfile.write(said if isinstance(said, bytes) else b"")

        def log_message(self, *_: object) -> None:
            pass

    machine = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=machine.serve_forever, daemon=True).start()
    there.address = f"http://127.0.0.1:{machine.server_port}/stamp"
    yield there
    machine.shutdown()
    machine.server_close()


@pytest.fixture(autouse=True)
def anchor_file(settings, tmp_path: Path, server: SimpleNamespace) -> Path:
    """Use an installation that trusts the authority; return the file that receives its anchors."""
    settings.DATA = tmp_path
    settings.GONGKAI_ANCHORS = [f"file:{tmp_path / 'kept.jsonl'}"]
    settings.GONGKAI_TIMESTAMPS = server.address
    settings.GONGKAI_TIMESTAMP_ROOTS = str(tmp_path / "roots.pem")
    (tmp_path / "roots.pem").write_bytes(AUTHORITY.pem)
    server.answer, server.asked[:] = AUTHORITY.answer, []
    return tmp_path / "kept.jsonl"


def make_seal(anchor_file: Path) -> list[dict[str, Any]]:
    """Make one more seal; return the stored anchors."""
    chain.append_record("entry/1", action="test.do", by=SYSTEM, words="办理")
    made = seal.seal_now()
    assert made is not None
    anchors.send_anchor(made)
    return anchors.read_anchors(anchor_file)


def read_state() -> StatusReading:
    return status.read_time_stamps(timezone.now())


def test_seal_is_stamped_and_its_token_verifies_offline(anchor_file: Path, server: SimpleNamespace) -> None:
    assert "还没有请求过" in read_state().words
    kept = make_seal(anchor_file)
    assert kept[0]["stamp"] == Stamp.objects.get().token
    assert server.asked == ["application/timestamp-query"]
    assert anchors.compare_anchors(kept) == ""
    assert stamps.verify_anchor_tokens(kept) == stamps.verify_stored_tokens() == (1, "")
    assert read_state().finding is None
    assert len(server.asked) == 1


def test_token_of_another_seal_does_not_verify(
    anchor_file: Path, settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "STAMP_INTERVAL", timedelta(0))
    make_seal(anchor_file)
    first, second = make_seal(anchor_file)
    assert stamps.verify_anchor_tokens([first, second]) == (2, "")
    assert "不是这次封存的" in stamps.verify_anchor_tokens([first | {"stamp": second["stamp"]}])[1]
    assert "不是时间戳" in stamps.verify_anchor_tokens([first | {"stamp": "AAAA"}])[1]
    assert "不是时间戳" in stamps.verify_anchor_tokens([first | {"stamp": "时间"}])[1]
    assert "后来补做" in stamps.verify_anchor_tokens([first | {"at": "2026-01-01T00:00:00.000000Z"}])[1]
    (tmp_path / "roots.pem").write_bytes(Authority("别的").pem)
    assert "不受信任" in stamps.verify_anchor_tokens([first])[1]
    assert "不受信任" in next(f for f in audit.run_audit() if f.name == "stamps").verdict.broken
    for roots, said in (("", "没有指定"), (str(anchor_file), "不是证书文件"), (str(tmp_path), "不是证书文件")):
        settings.GONGKAI_TIMESTAMP_ROOTS = roots
        assert said in stamps.verify_anchor_tokens([first])[1]


Answer = Callable[[bytes], bytes | int | None]
REFUSED: dict[str, tuple[Answer, str]] = {
    "silence": (lambda _: None, ""),
    "an error": (lambda _: 503, "答复 503"),
    "nothing": (lambda _: b"", "不是时间戳"),
    "a page": (lambda _: b"<html>", "不是时间戳"),
    "a refusal": (lambda _: REJECTED, "拒绝了请求（状态 2）"),
    "an old token": (lambda asked: AUTHORITY.answer(asked, nonce=7), "不是这次请求的"),
    "another digest": (lambda asked: AUTHORITY.answer(asked, **OTHER_DIGEST), "不是这次封存的"),
    "a stranger": (Authority("别的").answer, "不受信任"),
    "another use": (Authority(usage=ExtendedKeyUsageOID.SERVER_AUTH).answer, "不受信任"),
    "its name only": (Authority().answer, "不受信任"),
    "a certificate of before": (Authority(until=-1).answer, "不受信任"),
    "too much": (lambda _: b"0" * 300_000, "内容过大"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_invalid_answers_do_not_prevent_a_seal(anchor_file: Path, server: SimpleNamespace, name: str) -> None:
    """The invalid answer is not put into the anchor, and the status reports the missing stamp."""
    server.answer, why = REFUSED[name]
    kept = make_seal(anchor_file)
    assert "stamp" not in kept[0]
    assert anchors.compare_anchors(kept) == ""
    assert stamps.verify_anchor_tokens(kept) == stamps.verify_stored_tokens() == (0, "")
    finding = read_state().finding
    assert finding is not None
    assert finding.grave
    assert why in finding.words
    assert "从未取得" in finding.words


def test_token_with_a_wrong_time_is_refused(anchor_file: Path, server: SimpleNamespace) -> None:
    late = Authority()
    late.at = timezone.now() + timedelta(hours=3)
    server.answer = late.answer
    make_seal(anchor_file)
    assert "时钟不准" in Stamp.objects.get().refused


def test_failed_stamp_is_requested_and_sent_again(anchor_file: Path, server: SimpleNamespace) -> None:
    server.answer = lambda _: 503
    make_seal(anchor_file)
    server.answer = AUTHORITY.answer
    soon = timezone.now() + timedelta(minutes=1)
    assert not anchors.retry_time_stamp(soon)
    assert anchors.retry_time_stamp(soon + stamps.RETRY_PAUSE)
    first, again = anchors.read_anchors(anchor_file)
    assert (first["hash"], "stamp" in first, "stamp" in again) == (again["hash"], False, True)
    assert anchors.compare_anchors([first, again]) == ""
    assert stamps.verify_anchor_tokens([first, again]) == (1, "")
    assert read_state().finding is None
    assert daily.seal_if_due() == {"sealed": 0}
    assert len(server.asked) == 2


def test_without_an_authority_nothing_is_requested(anchor_file: Path, settings, server: SimpleNamespace) -> None:
    settings.GONGKAI_TIMESTAMPS = ""
    assert "stamp" not in json.loads(anchor_file.read_text() if make_seal(anchor_file) else "")
    assert server.asked == []
    assert (read_state().words, Stamp.objects.exists()) == ("没有设置", False)
