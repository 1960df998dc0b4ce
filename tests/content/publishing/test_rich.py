"""The rich text field refuses what no editor wrote, and what no text is as long as."""

import json

import pytest
from django.core.exceptions import BadRequest

from gongkai.content.publishing.forms.items import MAX_BLOCKS, RichText


def sent(count: int) -> dict[str, str]:
    block = {
        "type": "unordered-list-item",
        "depth": 0,
        "text": "一项",
        "inlineStyleRanges": [],
        "entityRanges": [],
    }
    return {"body": json.dumps({"blocks": [{**block, "key": str(n)} for n in range(count)], "entityMap": {}})}


def test_a_text_has_an_end() -> None:
    assert "一项" in RichText().value_from_datadict(sent(2), {}, "body")
    with pytest.raises(BadRequest, match="做成附件"):
        RichText().value_from_datadict(sent(MAX_BLOCKS + 1), {}, "body")


@pytest.mark.parametrize("body", ["7", "[]", '{"blocks": []}', "[" * 5_000])
def test_what_no_editor_wrote_is_refused(body: str) -> None:
    with pytest.raises(BadRequest, match="不是编辑器"):
        RichText().value_from_datadict({"body": body}, {}, "body")
