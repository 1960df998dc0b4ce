"""The readers of policy texts and interpretations: time that grows with the length of a hostile text and not faster."""

import time
from collections.abc import Callable
from datetime import date

import pytest

from gongkai.content.interpretation.readiness import is_empty
from gongkai.content.policies.decision_words import NamedDocument, find_statements
from gongkai.content.policies.stated import stated_last_days
from gongkai.content.policies.states import DecisionKind

X = NamedDocument("停车管理办法", "云府发〔2020〕3号")
CITED = "《停车管理办法》（云府发〔2020〕3号）"
DAY = date(2026, 5, 1)
WAYS: dict[str, Callable[[str], object]] = {
    "find_statements": lambda text: find_statements(text, X, DecisionKind.REPEAL),
    "last_days": lambda text: stated_last_days(text, [DAY]),
    "is_empty": is_empty,
}
PIECES = [
    *(
        "材料",
        "正在",
        "根据",
        "一二三四五",
        "第一条",
        "“a",
        "（",
        "《甲》，",
        "自",
        "经研究",
        f"{CITED}，",
        f"{CITED}\n",
    ),
    f"下列文件废止：\n{CITED}\n",
]


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_time_grows_with_the_length_and_not_faster(way: Callable[[str], object], piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        way(text)
        return time.process_time() - start

    seconds(1_000)
    # Sixteen times the text: linear is 16, quadratic is 256. Very short times are noise.
    assert min(seconds(16_000) for _ in range(2)) < max(seconds(1_000), 0.0005) * 80
