"""Lead and responsible units in brackets."""

import pytest

from gongkai.lib.reading.layouts.owners import read_owners


@pytest.mark.parametrize(
    ("bracket", "lead", "others", "doubted"),
    [
        ("市司法局牵头，市教育局、市财政局按职责分工负责", "市司法局", "市教育局、市财政局", False),
        ("市司法局牵头督导，市教育局等部门参加", "市司法局", "市教育局等部门", False),
        ("责任单位：市水利局牵头，市财政局等部门分工负责", "市水利局", "市财政局等部门", False),
        ("市水利局、云岭黄河河务局等部门分工负责", "", "市水利局、云岭黄河河务局等部门", False),
        ("生态环境部、农业农村部指导", "", "生态环境部、农业农村部", False),
        ("商务部指导，供销合作总社参与", "", "商务部、供销合作总社", False),
        ("市发展改革委会同市财政局负责", "市发展改革委", "市财政局", True),
        ("办公室负责，宣传部、发展部配合", "办公室", "宣传部、发展部", True),
        ("办公室牵头，各供电公司负责；完成时限：6月底前", "办公室", "各供电公司", False),
        ("市商务局、市教育局负责。列第一位者为牵头单位，下同", "市商务局", "市教育局", False),
        ("责任单位：市税务局、市财政局，排在首位的为牵头单位，下同", "市税务局", "市财政局", False),
        ("市环境局负责，各区县政府落实。以下均需各区县政府落实，不再列出", "", "市环境局、各区县政府", True),
        ("市府办〔市大数据局〕牵头，各县〔区〕政府", "市府办〔市大数据局〕", "各县〔区〕政府", False),
        ("（责任单位：市经信局）", "", "市经信局", False),
        ("市人社局等有关部门和单位负责，列第一位者为牵头单位，下同", "市人社局", "等有关部门和单位", False),
        ("各有关部门和单位负责，列第一位者为牵头单位，下同", "", "各有关部门和单位", False),
        ("企业直接申报，不需转报", "", "", False),
        ("含化工重点监控点", "", "", False),
    ],
)
def test_read_owners_separates_lead_and_responsible_units(bracket: str, lead: str, others: str, doubted: bool) -> None:
    owners = read_owners(bracket)
    assert (owners.lead, owners.responsible, bool(owners.doubts)) == (lead, others, doubted)
