"""Who came and who did not, lists and how many they are said to be."""

import pytest

from gongkai.lib.privacy import proofread


def reported(text):
    return [(finding.kind, finding.text) for finding in proofread(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("会议应到代表145名，因事请假6名，实到138名。", "145名，因事请假6名，实到138名"),
        ("应考考生430人，实考421人，缺考8人。", "430人，实考421人，缺考8人"),
        ("应参会单位38家，实际参会36家，请假3家。", "38家，实际参会36家，请假3家"),
        (
            "全会应出席委员47人，因病请假2人、因公外出1人，实际出席45人。",
            "47人，因病请假2人、因公外出1人，实际出席45人",
        ),
        ("抽检油枪120把，合格117把，合格率为95.7%。", "120把，合格117把，合格率为95.7%"),
    ],
)
def test_numbers_that_do_not_go_together(text, words):
    assert reported(text) == [("sum", words)]


@pytest.mark.parametrize(
    "text",
    [
        "会议应到代表145名，因事请假6名，实到139名。",
        "会议应到委员52名，实到50名，请假2名，列席人员8名。",
        "应到45人，实到40人，其中线上参会3人，请假2人。",
        "应到代表120名，实到118名，符合法定人数。",
        "工程包括土建、电气、给排水3个标段。",
        "局机关设办公室、住房和城乡建设科、财务与审计科三个科室。",
        "先后走访教育、卫生、民政等5个部门。",
        "全县分为东、西、南、北四个片区。",
        "现有工作人员18人，男7人，女11人。",
    ],
)
def test_numbers_that_do(text):
    assert reported(text) == []
