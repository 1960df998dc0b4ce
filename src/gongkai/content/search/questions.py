"""What a question is about: the words of asking are taken off, what is left is looked for. Pure."""

from gongkai.lib.chinese import lazy_re as re

#: What may be done about a matter: words that only say that somebody wants it done.
_DO = r"申请|申领|办理?|补办|换领|补领|领取?|查询?|缴纳?|交|报|弄|开具?"
_OFFICE = r"窗口|部门|单位|地方|机构|机关|大厅|银行|医院|街道|社区|派出所|网站|中心|局"
_WHERE = rf"(?:在|到|去|找)?(?:哪里|哪儿|哪一?(?:个|家|些)(?:{_OFFICE})|哪|什么地方)"
_HOW = rf"(?:要|应该?|应当|可以|需要|能)?(?:怎么样?|怎样|如何|{_WHERE})(?:可以|才能|能|去)?"
_WHAT = r"(?:什么|哪些|些什么|啥)(?:申请)?(?:材料|条件|手续|资料|证件|流程|东西|证明)?"
_MAY = r"(?:可不可以|能不能|是否可以|可以|能否|能)(?:在)?(?:网上|手机上|异地|跨省|代为?|自助)?"
_LONG = r"(?:需要|要|得)?(?:多久|多长时间|几天|多少天|什么时候)(?:可以|才能|能)?"

#: In front of what is asked about.
_BEFORE = re.compile(
    rf"^(?:请问|你好|您好|我?(?:想要?|要)(?:知道|问|咨询|了解)?(?:一?下)?(?={_DO}|[问知咨了])|想(?:问|了解|咨询)(?:一?下)?|我想(?:知道|问|咨询|了解)?(?:一?下)?|"
    rf"咨询(?:一?下)?|关于|{_HOW}|{_MAY}(?={_DO})|什么是|什么时候|需要什么材料|[，, ])+(?:{_DO})?"
)
#: Behind it; a question may end in several of them.
_BEHIND = re.compile(
    rf"(?:{_HOW}(?:{_DO}|去|好)?|(?:申请|办理)?(?:需要|需|要|应)?(?:携?带|准备|提供|提交|交)?{_WHAT}|(?:是|指)(?:什么|啥)(?:意思)?|(?:能|可以)?(?:领|补|交|缴)?(?:是|有|要)?多少钱?|"
    rf"{_LONG}(?:{_DO}|拿到?|下来|出来|开始|结束|公布)?(?:完|好|下来)?|{_MAY}(?:{_DO})?|行不行|有没有|吗|呢|呀|啊|嘛|的?问题|"
    r"的?(?:办理|申请)(?:流程|程序|条件|手续|材料|指南|地点|时间|方式)|[?？。!！])"
)
#: The most characters of one of them.
_LONGEST = 20
#: Within it: 公积金怎么提取 is 公积金 and 提取.
_AMID = re.compile(rf"(?<=.){_HOW}(?:申请|办理?|领取?|交|缴纳?)?(?=.)")
#: Which one of several: the noun behind it is what is asked about, so 上哪个小学 is 上小学.
_WHICH = re.compile(
    rf"哪些人(?=可以|能|要)|(?:是|在)?哪一?(?:个|所|家|座|种|类|条|路|门|位|份|片|级|些)(?!{_OFFICE})(?=.)"
)
#: What is wanted, said without asking: 办身份证, 身份证办理. What 办 begins in other words (办法, 办公, 办学 …) is none.
_WANTED = re.compile(
    r"^(?:我?(?:想要?|要))?(?:办理|补办|换领|申领|办(?![法公事学理案结件税]))(?=.{2,})|(?<=.{2})(?<!在线|网上|窗口|集中)(?:办理|补办|申领|换领)$"
)
#: What became of a thing, where somebody asks what to do then: 身份证丢了怎么办.
_STATE = re.compile(
    r"(?<=.{2})(?:弄?丢了?|丢失了?|掉了|不见了|遗失了?|被偷了?|弄?坏了?|损坏了?|(?:快|要)?(?:过期|到期)了?)$"
)
#: For whom, which no guide repeats; who is old or near is only taken for such behind 我: 老人补贴 is a thing.
_WHOM = re.compile(
    r"^(?:(?:我家?的?|我们家?的?)?(?:小孩子?|孩子|宝宝|小朋友|娃娃?|外?孙[子女]|儿子|女儿)|"
    r"我家?的?(?:爸爸?|妈妈?|父亲|母亲|父母|爷爷|奶奶|外公|外婆|老人|老伴|爱人|老公|老婆))的?(?:要|想|该|应该)?(?=.{2,})"
)


def asked_about(words: str) -> str:
    """Return what a question is about; empty where nothing was asked, or nothing but words of asking.

    >>> asked_about("身份证怎么办"), asked_about("请问如何申请公租房？"), asked_about("营业执照需要什么材料"), asked_about("预算")
    ('身份证', '公租房', '营业执照', '')
    >>> asked_about("办身份证要带什么"), asked_about("孩子上小学需要准备什么"), asked_about("身份证办理"), asked_about("办公用房管理办法")
    ('身份证', '上小学', '身份证', '')
    >>> asked_about("我孙子上哪个小学"), asked_about("我妈的养老金怎么领")
    ('上小学', '养老金')
    """
    plain = words.strip()
    left = _BEFORE.sub("", _without_end(_WHICH.sub("", plain))).strip(" ，,的")
    core = _AMID.sub(" ", left)
    core = _WANTED.sub("", core).strip(" ，,的")
    if core != plain:
        core = re.sub(r"^申请(?=.{2,})", "", core)
        core = _WHOM.sub("", core).strip()
    return core if core != plain and len(core) > 1 else ""


def _without_end(words: str) -> str:
    """Return words without those of asking at their end.

    Gone through from the end, place by place: as one repeated pattern it takes twice as long with every 能怎么 more that somebody types
    (能|怎么 and 能怎么 are both words of asking), and twelve of them hold a worker up for a second.
    """
    starts = [len(words)]
    for at in range(len(words) - 1, -1, -1):
        if starts[-1] - at > _LONGEST:
            break
        if any(_BEHIND.fullmatch(words, at, end) for end in starts if end - at <= _LONGEST):
            starts.append(at)
    return words[: starts[-1]]


def thing_of(core: str) -> str:
    """Return what a question is about without what became of it.

    >>> thing_of("身份证丢了"), thing_of("居住证快到期了"), thing_of("公租房")
    ('身份证', '居住证', '公租房')
    """
    return _STATE.sub("", core)
