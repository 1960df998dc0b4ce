"""An authority's time stamps on anchors: asked for with the seal's digest, kept in the line, held against the certificates that count."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from factories.authority import Authority
from gongkai.acts import anchors, chain, seal, stamps
from gongkai.outbound.reach import NoAnswer
from gongkai.units.actors import SYSTEM

pytestmark = pytest.mark.django_db
AUTHORITY = Authority()


@pytest.fixture(autouse=True)
def place(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation that trusts the authority, and the file where its anchors go."""
    settings.DATA = tmp_path
    settings.GONGKAI_ANCHORS = [f"file:{tmp_path / 'kept.jsonl'}"]
    settings.GONGKAI_TIMESTAMPS = "http://tsa.test/stamp"
    settings.GONGKAI_TIMESTAMP_ROOTS = str(tmp_path / "roots.pem")
    (tmp_path / "roots.pem").write_bytes(AUTHORITY.pem)
    AUTHORITY.at = None
    answers(monkeypatch, AUTHORITY.answer)
    return tmp_path / "kept.jsonl"


def answers(monkeypatch: pytest.MonkeyPatch, answer: Any) -> list[str]:
    """Let the network answer so; return the addresses that were asked."""
    asked: list[str] = []

    @contextmanager
    def ask(address: str, reach: Any, *, method: str, headers: Any, body: bytes) -> Iterator[Any]:
        assert reach.may_ask(address)
        assert (method, headers["Content-Type"]) == ("POST", "application/timestamp-query")
        asked.append(address)
        yield SimpleNamespace(read=lambda: answer(body))

    monkeypatch.setattr(stamps, "ask", ask)
    return asked


def sealed(place: Path) -> list[dict[str, Any]]:
    """Seal once more and return what was kept."""
    chain.append("entry/1", action="test.do", by=SYSTEM, words="办理")
    made = seal.seal_now()
    assert made is not None
    anchors.send(made)
    return anchors.read(place)


def test_a_seal_is_stamped_and_its_token_holds(place: Path) -> None:
    kept = sealed(place)
    assert kept[0]["stamp"]
    assert anchors.compare(kept) == ""
    assert stamps.compare(kept) == (1, "")


def test_a_token_of_another_seal_time_or_authority_does_not_hold(
    place: Path, settings, tmp_path: Path
) -> None:
    sealed(place)
    first, second = sealed(place)
    assert stamps.compare([first, second]) == (2, "")
    assert "不是这次封存" in stamps.compare([first | {"stamp": second["stamp"]}])[1]
    assert "时间戳无效" in stamps.compare([first | {"stamp": "AAAA"}])[1]
    AUTHORITY.at = timezone.now() + timedelta(hours=3)
    late = sealed(place)[-1]
    assert "后来补做" in stamps.compare([late])[1]
    (tmp_path / "roots.pem").write_bytes(Authority("别的").pem)
    assert "时间戳无效" in stamps.compare([first])[1]
    for roots, said in (("", "没有指定"), (str(place), "不是证书文件"), (str(tmp_path), "不是证书文件")):
        settings.GONGKAI_TIMESTAMP_ROOTS = roots
        assert said in stamps.compare([first])[1]


@pytest.mark.parametrize("answer", [b"", b"<html>", None, "old"])
def test_no_token_stops_no_seal(place: Path, monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    """Silence, nonsense and a token that answers another request leave the anchor without one; the log says so."""
    past = AUTHORITY.answer(_request())

    def said(body: bytes) -> bytes:
        if answer is None:
            raise NoAnswer("连接超时")
        return past if answer == "old" else answer

    answers(monkeypatch, said)
    kept = sealed(place)
    assert "stamp" not in kept[0]
    assert anchors.compare(kept) == ""
    assert stamps.compare(kept) == (0, "")


def _request() -> bytes:
    made = stamps.TimestampRequestBuilder().data(b"x").hash_algorithm(stamps.HashAlgorithm.SHA256).build()
    return made.as_bytes()


def test_nobody_is_asked_where_no_authority_is_named(
    place: Path, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.GONGKAI_TIMESTAMPS = ""
    asked = answers(monkeypatch, AUTHORITY.answer)
    assert "stamp" not in json.loads(place.read_text() if sealed(place) else "")
    assert asked == []
