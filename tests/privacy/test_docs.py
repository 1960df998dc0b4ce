"""The worked example in docs/privacy.md does what it says."""

import ast
import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "privacy.md"


def test_worked_example():
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1]
    names = {}
    expected = None
    shown = 0
    for block in code.strip().split("\n\n"):
        lines = block.splitlines()
        answer = next((line for line in lines if line.startswith("# → ")), None)
        body = [line for line in lines if line != answer]
        if answer is None:
            exec("\n".join(body), names)
            continue
        exec("\n".join(body[:-1]), names)
        expected = ast.literal_eval(answer.removeprefix("# → "))
        assert eval(body[-1], names) == expected
        shown += 1
    assert shown == 3


def test_every_kind_is_on_the_page():
    page = PAGE.read_text(encoding="utf-8")
    for kind in [
        "id_number",
        "phone",
        "bank_card",
        "credit_code",
        "plate",
        "email",
        "address",
        "person",
        "birth",
        "health",
        "account",
        "passport",
    ]:
        assert f"`{kind}`" in page
