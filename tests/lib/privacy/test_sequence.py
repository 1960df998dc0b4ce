"""Set enumerations in another order, and set phrases of law and of the Party with one word exchanged."""

import pytest

from gongkai.lib.privacy import proofread


def reported(text):
    return [(finding.kind, finding.text, finding.suggestion) for finding in proofread(text)]


@pytest.mark.parametrize(
    "text",
    [
        "要一体推进不敢腐、不能腐、不想腐。",
        "要敢于担当，做到忠诚、干净、担当。",
        "打造开放、创新的平台，推动绿色、协调发展。",
        "讲清不想腐的道理，完善不能腐的制度。",
        "医疗卫生与养老服务相结合。",
    ],
)
def test_the_right_order_and_single_items(text):
    assert reported(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "各族群众要筑牢中华民族共同体意识。",
        "办理刑事案件应当做到犯罪事实清楚，证据确实、充足。",
        "要把权力关进制度的箱子里。",
        "坚持教育、感化、挽回的方针。",
        "做到事实清楚、证据确凿、定性准确、处理妥当、手续完备。",
    ],
)
def test_phrases_with_another_word(text):
    assert [finding[0] for finding in reported(text)] == ["phrase"]
