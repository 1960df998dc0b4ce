"""Append the next step to refusal reasons that do not name one.

A reason states what is wrong (日期不能晚于今天), and the reader must know what to do next. Apps add specific steps
(请先“登记送达”); steps that apply everywhere are listed here.
"""

from gongkai.lib.chinese import lazy_re as re

#: Words of a reason that already contains the next step.
_NEXT_STEP_WORDS_PATTERN = re.compile(
    r"请|谢谢|，先.|须|可以|才能|改用|联系|处理：|只能|不需要|不用|不必|由.{1,20}(?:办|做|登记|提出|确认|审核|决定|签收|发出|负责|设置|答复|取数|评分)|“.{1,12}”"
)
_CORRECT_AND_RESUBMIT = "请改正后再提交。"
#: Patterns of reasons with the next step to append; the first match is used.
_NEXT_STEPS_BY_REASON: tuple[tuple[str, str], ...] = (
    (r"第[^第]{1,8}行：", ""),  # the reason of the row follows
    (
        r"交换包|来件包|签名不符|未应用|外网端|摘要值不符|名片文件|公钥|私钥",
        "请核对文件的来源和次序，向对方重新索取。",
    ),
    (r"应在-?\d.{0,12}之间", _CORRECT_AND_RESUBMIT),
    (r"不能晚于(?:今天|现在)", "请改为今天或者以前的日期、时间。"),
    (
        r"不能早于|应晚于|应早于|已经过去|应?在.{1,20}(?:以后|之后|之间|之内|以内|年度内)|更晚|起止|不晚于",
        "请改正日期后再提交。",
    ),
    (
        r"没有(?:新的)?变化|没有变动|没有改|没有要变更|没有新的内容|没有缺项",
        "需要更改的，请改了内容再提交；不需要的，返回即可。",
    ),
    (
        r"不能超过|超过\d|最多|不得低于|不能多于|太大|至少|应大于|应为|应以|应不|应与|应是|不能大于",
        _CORRECT_AND_RESUBMIT,
    ),
    (
        r"写法有误|不合|格式|不能有|写作|开头|是空的|没有填写|都要填写|相同|不能重复|已有同名|不能免除|不得",
        _CORRECT_AND_RESUBMIT,
    ),
    (
        r"^(?:没有|不是)(?:这|您)|不存在|不在|没有这|没有读到|没有更换过|没有标为|没有设为|已是第一|不认识",
        "请核对以后重新选择。",
    ),
    (
        r"已经?(?:提醒|确认|结束|办结|评价|催办|清除|抽取|应用)过?。?\Z|已经(?:提醒|确认|评价|催办)过",
        "不用再办一次；刷新本页可以看到现在的情况。",
    ),
    (
        r"已经?登记过?。?\Z|已有(?:同一|同名|这项|对应)",
        "不用重复登记，请查找已有的那一条；不是同一个的，请改正后再提交。",
    ),
    (r"(?:单位|机构)已经?撤销|已撤销的单位", "请改选现在的单位。"),
    (
        r"(?:已经?|都)(?:经?有|登记|建立|列入|关联|入库|记入|标为|抽取|布置|编写|要求|收|存在|在|应用|转入|确认|评价|提醒|办理|清除|撤销|停用|结束|办结|离岗|卸任|作出|删除|申诉|担任|催办|留下)|已(?:有|是|在|经)|重复",
        "请查看现在的情况，再决定怎样办。",
    ),
    (
        r"不属于|不参加|不能是|不能(?:由|与|移|并|并入|移到)|不能(?:既|作为|指定|考核|排|用)|不是.{1,14}(?:人员|的)|自己|本人",
        "请重新选择。",
    ),
    (r"不能读取|打不开|不对|不符|不足", "请核对以后再试。"),
    (
        r"不能(?:办理|撤回|移出|移动|上传|延长|开通|登记|更正|重新|对照|导入|起草|接受|代理|接收|导出)|现在没有|没有需要|没有待|不接受|不向",
        "请核对现在的情况；仍要办的，联系本级政务公开办。",
    ),
    (r"还没有", "请先办好这一项，再回到这一步。"),
)
_COMPILED_NEXT_STEPS = tuple((re.compile(pattern), step) for pattern, step in _NEXT_STEPS_BY_REASON)


def names_next_step(reason: str) -> bool:
    """Return true if a reason names the next step.

    >>> names_next_step("日期不能晚于今天。"), names_next_step("请填写理由。")
    (False, True)
    """
    return bool(_NEXT_STEP_WORDS_PATTERN.search(reason))


def with_next_step(reason: str) -> str:
    """Return a reason with a next step appended if it names none.

    >>> with_next_step("日期不能晚于今天。")
    '日期不能晚于今天。请改为今天或者以前的日期、时间。'
    >>> with_next_step("请填写理由。")
    '请填写理由。'
    """
    if names_next_step(reason):
        return reason
    step = next((step for pattern, step in _COMPILED_NEXT_STEPS if pattern.search(reason)), "")
    return f"{reason.rstrip('。')}。{step}" if step else reason
