"""Initial data of a new installation, editable: watched fields (M-07) and promise topics."""

from gongkai.work.opinion.models import PromiseTopic, WatchField

#: Watched field → keywords. Eight are named in the municipal notice, the others in district notices.
FIELDS: dict[str, str] = {
    "疫情医疗": "医院、医保、疫苗、看病、传染病",
    "房地产金融": "楼盘、烂尾、交房、房贷、集资、理财",
    "工资拖欠": "欠薪、拖欠工资、农民工、讨薪",
    "生态环境": "污染、异味、污水、扬尘、噪声",
    "食品药品": "食堂、变质、中毒、假药、餐馆",
    "教育": "学校、幼儿园、入学、学区、教师、校园",
    "养老和困难群众": "养老院、低保、救助、残疾",
    "安全生产": "事故、爆炸、坍塌、火灾、伤亡",
    "助企纾困": "惠企、补贴、融资",
    "减税降费": "税费、收费、乱收费",
    "投资审批": "审批、项目落地",
    "基础设施": "道路、停水、停电、积水、桥",
    "重大建设项目": "征地、拆迁、工地",
    "稳岗就业": "就业、招聘、失业",
}
DEFAULT_TOPICS = (
    "教育",
    "医疗",
    "就业",
    "住房",
    "交通出行",
    "生态环境",
    "社会保障",
    "营商环境",
    "城市管理",
    "农业农村",
)


def install(**_: object) -> None:
    """Create the initial data if there is none; called after migrations."""
    if not WatchField.objects.exists():
        WatchField.objects.bulk_create(
            [
                WatchField(name=name, words=words, position=place * 10)
                for place, (name, words) in enumerate(FIELDS.items(), 1)
            ]
        )
    if not PromiseTopic.objects.exists():
        PromiseTopic.objects.bulk_create(
            [PromiseTopic(name=name, position=place * 10) for place, name in enumerate(DEFAULT_TOPICS, 1)]
        )
