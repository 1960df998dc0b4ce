"""The home page shows each item once."""

from types import SimpleNamespace
from typing import Any

import pytest

from gongkai.core.acts.actors import SYSTEM
from gongkai.core.ledger import panels
from gongkai.core.ledger.panels import HomeBlock, build_home_page


def test_items_of_an_earlier_block_are_left_out_of_later_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two, three = (SimpleNamespace(pk=number) for number in (1, 2, 3))
    blocks = [
        HomeBlock("mine", 30, lambda _: {"entries": [(one, None), (two, None)]}),
        HomeBlock("cases", 60, lambda _: {"leads": 0, "cases": [two, three]}, "x.html", ("cases",), ("leads", "cases")),
        HomeBlock(
            "reports",
            61,
            lambda _: {"own": [SimpleNamespace(entry=one)], "more": []},
            "y.html",
            ("own",),
            ("own", "more"),
        ),
        HomeBlock(
            "others",
            62,
            lambda _: {"own": [SimpleNamespace(entry=one)], "more": [9]},
            "z.html",
            ("own",),
            ("own", "more"),
        ),
        HomeBlock("none", 63, lambda _: None),
    ]
    monkeypatch.setattr(panels, "BLOCKS_BY_NAME", {block.name: block for block in blocks})
    page = build_home_page(SYSTEM)
    shown: dict[str, Any] = {block.name: context for block, context in [*page.above, *page.below]}
    assert list(shown) == ["mine", "cases", "others"]
    assert shown["cases"]["cases"] == [three]
    assert shown["others"]["own"] == []
