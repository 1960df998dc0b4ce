"""Invented notices of 云岭市: what a notice says, to be printed in any layout and read back."""

import random
from dataclasses import dataclass, field, replace

TITLE = "云岭市人民政府办公室关于印发云岭市2026年政务公开工作要点任务分工的通知"
NUMBER = "云府办发〔2026〕18号"
ISSUER = "云岭市人民政府办公室"
PREAMBLE = (
    "各区县人民政府，市政府各部门，有关单位：",
    "为贯彻落实《南泽省人民政府办公厅关于印发2026年政务公开工作要点的通知》（泽政办〔2026〕31号）精神，经市政府同意，"
    "现将《云岭市2026年政务公开工作要点任务分工》印发给你们，请认真贯彻执行。",
    "一、压实工作责任。各牵头单位要对照任务分工制定任务清单，于2026年5月20日前报市政府办公室备案。",
    "二、严格审核把关。政府信息自形成或者变更之日起20个工作日内应当公开，严禁突击公开。",
)
SECTIONS = (
    "一、围绕高质量发展推进公开",
    "二、围绕民生保障推进公开",
    "三、围绕政策落地深化解读回应",
    "四、围绕基层治理夯实公开基础",
    "五、强化组织保障",
)
ITEMS = (
    "（一）做好规划信息公开。",
    "（二）做好财政信息公开。",
    "（三）做好稳岗就业信息公开。",
    "（四）改进政策解读。",
    "（五）规范依申请公开。",
)
UNITS = (
    "市发展改革委",
    "市财政局",
    "市教委",
    "市卫生健康委",
    "市司法局",
    "市政务服务办",
    "市文化旅游委",
    "市生态环境局",
    "市人力社保局",
    "市民政局",
    "市市场监管局",
    "市政府新闻办",
    "市委网信办",
    "市档案馆",
    "市图书馆",
    "市政府办公室",
)
GROUPS = ("市政府各部门", "各区县政府", "市政府有关部门", "各乡镇（街道）", "有关单位")
SENTENCES = (
    "公开云岭市“十五五”专项规划及其解读材料（公开路径：1．政府网站>政府信息公开>法定主动公开内容>规划信息>专项规划，2．其他渠道）。",
    "按照统一要求，及时公开本部门预决算信息，并在2026年9月底前完成自查。",
    "每季度公开重点项目进展，每年召开新闻发布会不少于4次，其中主要负责同志出席不少于1次。",
    "建立政策咨询台账，对群众来电在5个工作日内答复，定期汇总高频问题。",
    "在政府网站“政务公开>政府信息公开目录”中设置“稳岗就业”栏目，动态更新办事指南、咨询电话。",
    "严格执行公开审查制度，防止泄露国家秘密和个人隐私。",
    "自省教育厅印发标准目录后3个月内，编制本市教育领域公开目录。",
    "组织清理市级行政规范性文件，形成有效文件目录并集中公开。",
    "加强新媒体账号管理，对无人维护的账号予以关停整合，确保内容安全。",
    "做好新市民服务政策的图解和短视频解读，方便群众查阅。",
    "落实政府开放日制度，每年至少组织2次，邀请市民代表参加。",
    "指导各区县规范设置政务公开专区，配备专人提供查询服务。",
)  # fmt: skip


@dataclass(frozen=True)
class Task:
    """One row as it should be read."""

    section: str
    item: str
    measure: str
    lead: tuple[str, ...]
    responsible: tuple[str, ...]
    extras: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Invented:
    """A notice as it should be read."""

    tasks: tuple[Task, ...]
    heads: tuple[str, ...] = ("工作任务", "贯彻举措", "牵头单位", "责任单位")
    title: str = TITLE
    levels: int = 2
    merge_units: bool = False
    preamble: tuple[str, ...] = PREAMBLE
    day: str = "2026年4月16日"


def invent(seed: int, *, levels: int = 2, rows: int = 14, limits: bool = False) -> Invented:
    """Make up a notice; the same seed gives the same notice."""
    dice = random.Random(seed)
    tasks: list[Task] = []
    per_section = max(1, rows // len(SECTIONS))
    for number in range(rows):
        section = SECTIONS[min(number // per_section, len(SECTIONS) - 1)]
        item = ITEMS[(number // 2) % len(ITEMS)] if levels > 1 else ""
        tasks.append(_task(dice, section, item, limits=limits))
    heads = ("工作任务", "贯彻举措", "牵头单位", "责任单位", *(("完成时限",) if limits else ()))
    return Invented(tuple(tasks), heads, levels=levels)


def _task(dice: random.Random, section: str, item: str, *, limits: bool) -> Task:
    sentences = dice.sample(SENTENCES, dice.choice((1, 1, 1, 2, 3, 4)))
    if len(sentences) > 1:
        sentences = [f"{n}．{text}" for n, text in enumerate(sentences, 1)]
    lead = tuple(dice.sample(UNITS, dice.choice((1, 1, 1, 2))))
    responsible = tuple(dice.sample(GROUPS, dice.choice((0, 1, 1, 2))) + dice.sample(UNITS, dice.choice((0, 0, 1, 3))))
    extras = {"完成时限": dice.choice(("2026年12月底前", "每季度", "9月30日", "长期坚持", "6月底前"))} if limits else {}
    return Task(section, item, "\n".join(sentences), lead, responsible, extras)


def with_equal_units(notice: Invented) -> Invented:
    """Give neighbouring rows of one item the same units, so that merged cells have something to merge."""
    out: list[Task] = []
    for place, task in enumerate(notice.tasks):
        above = out[-1] if out else None
        same = above and place % 3 and (above.section, above.item) == (task.section, task.item)
        out.append(replace(task, lead=above.lead, responsible=above.responsible) if above and same else task)
    return replace(notice, tasks=tuple(out), merge_units=True)
