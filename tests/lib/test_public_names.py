"""Names that programs outside of this repository import: they are not renamed."""

import inspect

from gongkai.lib import matching, privacy


def test_privacy_finds_masks_and_proofreads() -> None:
    (finding,) = privacy.find("电话13800138000")
    assert {"kind", "start", "end", "text", "why", "suggestion"} <= set(dir(finding))
    assert privacy.mask("电话13800138000")[1] == [finding]
    assert {"text", "units", "leaders"} <= set(inspect.signature(privacy.proofread).parameters)


def test_index_is_built_searched_and_changed() -> None:
    index = matching.Index.build([("rent", "租房提取公积金"), ("lamp", "路灯不亮")])
    index.add("water", "水管漏水")
    index.remove("lamp")
    assert [(hit.id, hit.score > 0) for hit in index.search("租房", k=1)] == [("rent", True)]
    assert callable(index.save)
    assert callable(matching.Index.load)
