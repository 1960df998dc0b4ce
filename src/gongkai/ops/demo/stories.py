"""Which stories are told in the sample city, and in which order (registry.py). A new room adds its own here."""

from gongkai.ops.demo import (
    annual,
    annual_area,
    answering,
    assessment,
    bureau,
    catalogue,
    channels,
    completed,
    decisions,
    desk,
    faults,
    front,
    gathering,
    gazette,
    inspected,
    interpretation,
    livelihood,
    migration,
    newmedia,
    openings,
    operation,
    opinion,
    policies,
    portal,
    registers,
    requests,
    responses,
    reviews,
    surveys,
    uploads,
    usage,
    years,
)
from gongkai.ops.demo.registry import Stage, story


@story("interpretation", "政策解读", position=10)
def _interpretation(stage: Stage) -> None:
    interpretation.registers(stage.cast)


@story("policies", "政策库和文件清理", position=20, most=160)
def _policies(stage: Stage) -> None:
    policies.show(stage.cast, small=stage.small)


@story("responses", "回应关切、政策库使用情况", position=30)
def _responses(stage: Stage) -> None:
    responses.show(stage.cast)
    usage.show()


@story("portal", "专题和订阅", position=50)
def _portal(stage: Stage) -> None:
    portal.show(stage.cast, small=stage.small)


@story("front", "概况、机构、要闻等栏目", position=52, most=140)
def _front(stage: Stage) -> None:
    front.show(stage.cast, small=stage.small)


@story("livelihood", "公交、公积金、公租房、医保、学区、养老", position=53, most=75)
def _livelihood(stage: Stage) -> None:
    livelihood.show(stage.cast)


@story("faults", "网站找错", position=55)
def _faults(stage: Stage) -> None:
    faults.show(stage.cast)


@story("answering", "问答库和咨询留言", position=57, most=105)
def _answering(stage: Stage) -> None:
    answering.show(stage.cast)


@story("channels", "信箱、12345、政策直通车、对外联系电话、窗口", position=57, most=60)
def _channels(stage: Stage) -> None:
    channels.show(stage.cast)


@story("requests", "依申请公开", position=58, most=70)
def _requests(stage: Stage) -> None:
    requests.show(stage.cast, stage.today)


@story("decisions", "重大行政决策预公开", position=58, most=110)
def _decisions(stage: Stage) -> None:
    decisions.show(stage.cast)


@story("surveys", "网上调研", position=58, most=60)
def _surveys(stage: Stage) -> None:
    surveys.show(stage.cast)


@story("registers", "名录和公开表", position=59, most=446)
def _registers(stage: Stage) -> None:
    registers.show(stage.cast)


@story("catalogue", "基层标准目录", position=59)
def _catalogue(stage: Stage) -> None:
    catalogue.show(stage.cast)


@story("fees", "依申请公开收费", position=59)
def _fees(stage: Stage) -> None:
    requests.show_fees(stage.cast, stage.today)


@story("complaint", "信息公开投诉", position=59)
def _complaint(stage: Stage) -> None:
    requests.show_complaint(stage.cast, stage.today)
    requests.show_appeal(stage.cast, stage.today)


@story("gazette", "政府公报", position=59)
def _gazette(stage: Stage) -> None:
    gazette.show(stage.cast)


@story("newmedia", "政务新媒体", position=59, most=55)
def _newmedia(stage: Stage) -> None:
    newmedia.show(stage.cast, stage.today)


@story("operation", "网站运行", position=59)
def _operation(stage: Stage) -> None:
    operation.show(stage.cast, stage.today)


@story("inspection", "网站检查", position=59)
def _inspection(stage: Stage) -> None:
    inspected.show(stage.cast, stage.today)


@story("gathering", "归集", position=59)
def _gathering(stage: Stage) -> None:
    gathering.show(stage.cast, stage.today)


@story("opinion", "舆情回应和公开承诺", position=59, most=120)
def _opinion(stage: Stage) -> None:
    opinion.show(stage)


@story("migration", "旧网站信息迁移", position=60)
def _migration(stage: Stage) -> None:
    migration.move_in(stage.cast, small=stage.small)


@story("openings", "政府开放日、会议开放", position=65)
def _openings(stage: Stage) -> None:
    openings.show(stage.cast)


@story("reviews", "各级审签中的信息", position=70)
def _reviews(stage: Stage) -> None:
    reviews.show(stage.cast, small=stage.small)


@story("uploads", "向上级文件库上传", position=71)
def _uploads(stage: Stage) -> None:
    uploads.show(stage.cast, stage.today)


@story("assessment", "考核评估", position=75, most=130)
def _assessment(stage: Stage) -> None:
    assessment.show(stage.cast, stage.today)


@story("desk", "待处理的草稿", position=80)
def _desk(stage: Stage) -> None:
    desk.waiting_items(stage.cast, stage.today)


@story("annual", "年度报告", position=90, most=80)
def _annual(stage: Stage) -> None:
    annual.show(stage.cast, stage.today)


@story("annual_area", "年度报告的更正和本级政府汇总", position=91)
def _annual_area(stage: Stage) -> None:
    annual_area.show(stage.cast, stage.today)


@story("bureau", "市财政局自己的工作要点", position=190)
def _bureau(stage: Stage) -> None:
    bureau.show(stage.cast, stage.today)


@story("completed", "办到最后一步的事项", position=195, most=110)
def _completed(stage: Stage) -> None:
    completed.show(stage.cast, stage.today)


@story("years", "上年通知的回头看、下年通知的征求意见稿", position=196)
def _years(stage: Stage) -> None:
    if stage.small:  # the whole city has last year's notice
        years.show(stage.cast, stage.today)
