"""What a manifest and a row of a package must look like."""

from typing import Any

import pytest

from gongkai.content.packages.validation import check_manifest, check_row, read_object
from gongkai.core.acts.action import Refused

GOOD: dict[str, Any] = {
    **{"sequence": 2, "previous": "a" * 64, "state": "b" * 64, "rows": "c" * 64, "size": 10},
    **{"whole": False, "limited": False, "made_at": "2026-11-20T01:00:00.000000Z"},
    **{"files": {"d" * 64: 3}, "counts": {"documents": 1}},
}


@pytest.mark.parametrize(
    "facts",
    [
        *({"sequence": n} for n in (0, -1, 2**31, 10**30, "2", True, None, 2.0)),
        *({"whole": "yes"}, {"limited": 0}, {"previous": "x"}, {"state": "0"}, {"rows": None}, {"size": -1}),
        *({"files": []}, {"files": {"../x": 1}}, {"files": {"d" * 64: "3"}}, {"counts": {"x": "y"}}),
        *({"made_at": "gestern"}, {"made_at": None}, {"made_at": "2026-13-01T00:00:00Z"}),
        {"made_at": "2026-11-20T01:00:00"},
    ],
)
def test_a_manifest_says_each_thing_in_its_form(facts: dict[str, Any]) -> None:
    check_manifest(GOOD)
    with pytest.raises(Refused, match="清单不合规定的格式"):
        check_manifest(GOOD | facts)
    with pytest.raises(Refused, match="清单不合规定的格式"):
        check_manifest({name: GOOD[name] for name in GOOD if name not in facts})


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"1", b"\xff", b"[" * 100_000])
def test_what_is_no_object(raw: bytes) -> None:
    with pytest.raises(Refused, match="第3行不合规定的格式"):
        read_object(raw, "第3行")


@pytest.mark.parametrize(
    "row",
    [
        *(
            {},
            {"part": "a", "key": "1"},
            {"part": "a", "key": 1, "op": "drop"},
            {"part": "", "key": "1", "op": "drop"},
        ),
        *(
            {"part": "a", "key": "1" * 81, "op": "drop"},
            {"part": "a", "key": "1", "op": "put", "digest": "a" * 64},
        ),
        {"part": "a", "key": "1", "op": "put", "digest": "a", "data": {}},
    ],
)
def test_what_is_no_row(row: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="第1行不合规定的格式"):
        check_row(row, 1)
