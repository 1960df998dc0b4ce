"""Format checks of the manifest and the rows of a package."""

from typing import Any

import pytest

from gongkai.content.packages.validation import check_manifest, check_row, read_object
from gongkai.core.acts.action import Refused

VALID_MANIFEST: dict[str, Any] = {
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
def test_manifest_with_missing_or_invalid_fields_is_refused(facts: dict[str, Any]) -> None:
    check_manifest(VALID_MANIFEST)
    with pytest.raises(Refused, match="清单不合规定的格式"):
        check_manifest(VALID_MANIFEST | facts)
    with pytest.raises(Refused, match="清单不合规定的格式"):
        check_manifest({name: VALID_MANIFEST[name] for name in VALID_MANIFEST if name not in facts})


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"1", b"\xff", b"[" * 100_000])
def test_line_that_is_not_a_json_object_is_refused(raw: bytes) -> None:
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
def test_object_that_is_not_a_row_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="第1行不合规定的格式"):
        check_row(row, 1)
