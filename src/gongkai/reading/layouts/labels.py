"""The labels that running text puts before units, limits, people and facts (责任单位：, 完成时限：, 责任人：). Pure."""

from gongkai.chinese import lazy_re as re
from gongkai.chinese.characters import HAN

ALONE = (
    r"(?:市级|区级|县级|主要|共同|项目|工程|任务|具体)?(?:牵头|主办|责任|配合|协办|协作|协同|参与|承办|落实|负责|主责|实施|执行|推进)(?:考核|督办|督导)?(?:责任)?"
    r"(?:单位|部门|处室|科室|股室|主体)?(?:[及和与、/（(](?:责任|负责|联系)人[）)]?)?|(?:责任|任务|职责)分工|分工(?=\s*[:：])"
)
#: 起草部门 is a unit where no colon stands behind it.
WHO = rf"{ALONE}|(?:起草|编制|申报|解读)(?:责任)?(?:单位|部门|处室|科室|股室|主体)(?=\s*[:：])"
TIME = (
    r"(?:完成|整改|办理|落实|推进|办结)时限|(?:时限|期限)(?=\s*[:：])|时限要求|完成时间|时间节点|时间要求|时间安排|公开时限|更新频率|"
    r"(?:计划|预计|拟|提请|报送|送审|出台)[^，,。；;：:]{0,8}(?:时间|时限)(?=\s*[:：])"
)
#: Labels of people and facts that stand beside the units: they go to the other columns.
BESIDE = (
    r"(?:项目|具体|科室|第一|主要|市级|区级|县级)?(?:责任|牵头|分管|联系|包抓|包联|包保|挂点|主管|督办)(?:[省市县区]级?)?(?:政府)?(?:领导|人)|"
    r"(?:项目|主要|分管|科室|具体)?负责人|联络[员人]|联系电话|(?:实际|目前|当前)?(?:完成|进展|推进|落实)情况|成果形式|工作进展|备注"
)
LABEL = re.compile(
    rf"^[【（(\[]?(?:(?:{WHO}|{TIME})\s*[:：]|(?:{BESIDE})\s*[:：][^。]{{1,60}}?(?:{WHO})\s*[:：])"
)
BESIDE_LABEL = re.compile(rf"^(?:{BESIDE})\s*[:：]")
#: `；经办科员：…`: whatever else is labelled beside the units.
PART = re.compile(
    rf"(?P<label>(?P<beside>{BESIDE})|{WHO}|{TIME}|公开路径|公开渠道|(?P<other>(?<=[；;])[{HAN}]{{2,8}}))\s*[:：]"
)
DOES_IT = re.compile(r"责任人|负责人")
TEXT_LABEL = re.compile(
    r"^(?:工作|具体|主要|重点|任务|公开|落实|整改)?(?:内容|举措|措施|要求|任务)(?:及要求)?\s*[:：]\s*"
)
