"""Notices by hand: rows of saved pages over several lines, torn labels, names between blanks, units assigned by numbers, letters as numbers."""

A_FIELD_LEFT_OF_THE_COUNT_THE_FIRST_NAMED_LEADS = (
    """云溪县2024年政府工作责任分解
（责任单位中列第一位的为牵头单位）

分类

序号

事项

责任单位

完成时限

经济发展

1

公开招商引资优惠政策。

县商务局、县发改委

6月底前

2

公开规上企业名录。

县工信局

每季度

民生改善

3

公开就业见习岗位。

县人社局、县教育局

9月底前
""",
    """
经济发展 |  | 公开招商…惠政策。 | 县商务局 | 县发改委 | by_date 2024-06-30 |
经济发展 |  | 公开规上企业名录。 | 县工信局 |  | recurring quarter |
民生改善 |  | 公开就业见习岗位。 | 县人社局 | 县教育局 | by_date 2024-09-30 |
""",
)

A_ABOVE_A = (
    """关于印发《青石县2025年政务公开重点任务分工》的通知
青政办发〔2025〕8号
各乡镇人民政府，县政府各部门：
现将《青石县2025年政务公开重点任务分工》印发给你们，请认真贯彻执行。
青石县人民政府办公室
2025年4月10日

A. 主动公开
a) 做好财政预决算公开，6月底前公开2025年部门预算。（县财政局）
b) 公开义务教育招生方案，7月底前完成。（县教育局牵头，各乡镇人民政府配合）
c) 按季度公开城乡低保对象名单。（县民政局）
B. 政策解读
a) 重要文件解读材料与文件同步发布。（县政府办公室、各部门）
b) 每年开展政策宣讲不少于4次。（县司法局）
C. 平台建设
a) 政府网站改版升级，9月底前完成。（县政务服务局）
""",
    """
A. 主动公开 |  | a) 做…门预算。 |  | 县财政局 | by_date 2025-06-30 |
A. 主动公开 |  | b) 公…前完成。 | 县教育局 | 各乡镇人民政府 | by_date 2025-07-31 |
A. 主动公开 |  | c) 按…象名单。 |  | 县民政局 | recurring quarter |
B. 政策解读 |  | a) 重…步发布。 |  | 县政府办公室 各部门 |  |
B. 政策解读 |  | b) 每…于4次。 |  | 县司法局 | times 4 |
C. 平台建设 |  | a) 政…前完成。 |  | 县政务服务局 | by_date 2025-09-30 |
""",
)


A_HOSPITAL_S_BRACKETS_WITH_PEOPLE_AND_LIMITS = (
    """云岭卫生院2025年院务公开计划
一、向社会公开
（一）公布诊疗项目价格，调整后即时更新。（责任科室：财务科、药剂科；责任人：王某）
（二）公布专家出诊安排。（责任科室：门诊部；责任人：李某；每周一更新）
（三）公布投诉渠道。（责任科室：医务科；责任人：陈某；2025年5月底前完成）
二、向职工公开
（一）公布采购计划和结果。（责任科室：总务科牵头，设备科会审；责任人：刘某；每半年公开一次）
云岭卫生院办公室　　2025年3月3日
""",
    """
一、向社会公开 |  | （一）公…时更新。 |  | 财务科 药剂科 | ongoing 即时更新 |
一、向社会公开 |  | （二）公…诊安排。 |  | 门诊部 | recurring week |
一、向社会公开 |  | （三）公…诉渠道。 |  | 医务科 | by_date 2025-05-31 |
二、向职工公开 |  | （一）公…和结果。 | 总务科 | 设备科 | times 1 |
""",
)

SAVED: dict[str, tuple[str, str | None]] = {
    "a field left of the count, the first named leads": A_FIELD_LEFT_OF_THE_COUNT_THE_FIRST_NAMED_LEADS,
    "A. above a)": A_ABOVE_A,
    "a hospital's brackets with people and limits": A_HOSPITAL_S_BRACKETS_WITH_PEOPLE_AND_LIMITS,
}
