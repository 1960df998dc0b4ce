"""Phones of desks: mobiles and landlines that the text itself calls an office's stay, a person's own are found."""

import pytest

from gongkai.lib.privacy import find


def found(text, kind="phone"):
    return [hit.text for hit in find(text) if hit.kind == kind]


@pytest.mark.parametrize(
    "text",
    [
        "防汛值班手机：13800138000。",
        "镇值守电话0857-7430055、13800138000，24小时有人接听。",
        "政策咨询手机（工作时间）：13800138000",
        "服务热线0453-7620983,13800138000（科室值班手机）",
        "项目经理谭波13800138000（公司报修电话）",
        "现场联系手机13800138000（演练指挥部专用）",
        "监督电话：022-65305871，13800138000（镇河长办值班手机）。",
        "联系人：刘警官13800138000、值班室0455-6722110",
        "会务组：庄严13800138000、满意0459-6370115",
        "采购项目联系人：熊倩 13800138000",
        "序号\t姓名\t准考证号\n1\t贺长林\t13603210417",
        "三、本年度办理结果\t156\t2021\t2021\n其中\t138\t0013\t8049\n合计\n156\n2021\n2021",
    ],
)
def test_a_mobile_of_a_desk_stays(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "举报人电话13800138000",
        "民警接到举报电话13800138000称有人斗殴",
        "贺长林，联系电话13800138000（本人手机）",
        "当事人：贺长林，手机：13800138000（家人专用）",
        "联系人：贺长林 13800138000",
        "邻居刘大姐13800138000",
    ],
)
def test_a_mobile_of_a_person(text):
    assert found(text) == ["13800138000"]


@pytest.mark.parametrize(
    "text",
    [
        "被征收人贺长林，建筑面积165平方米\n现场办公地点：云岭市和平街66号；电话0310-7851264",
        "八（1）班\t贺长林\t困难\t500\n校长：曾广兴\t资助专干：吴美玲老师\t电话：0310-7851264",
        "联系人中队长鲍志勇、内勤贺长林，电话0310-7851264",
        "调查队队长顾明华，住户科科长陆红霞，电话0310-7851264。",
    ],
)
def test_a_landline_of_an_office(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "信访人：贺长林，男，1958年10月7日生，住长安区谈固西街42号院3栋1单元501室，联系电话0310-7851264。",
        "渔民贺长林因验船费退还事项来电。登记电话0310-7851264。",
        "骨灰逾期未续：贺长林（寄存证号LC-0937，寄存人贺平，原留电话0310-7851264）",
    ],
)
def test_a_landline_of_a_person(text):
    assert found(text) == ["0310-7851264"]


def test_a_mobile_behind_the_end_of_another_number_is_no_part_of_it():
    text = "补办名单：贺长林 证件尾号2238 18640821174；龚小琴 证件尾号0417 13942695501"
    assert found(text) == ["18640821174", "13942695501"]
    assert found(text, "id_number") == []


def test_accounts_of_bodies_behind_their_holder_stay():
    assert (
        found(
            "贺长林应退回至以下账户：户名云岭市医疗保障局，开户行云岭银行，账号0709001200000153。",
            "bank_card",
        )
        == []
    )
    assert found("由村会计贺长林保管，村集体账号08059201040006381。", "bank_card") == []
    assert found("户名贺长林，账号0709001200000153", "bank_card") == ["0709001200000153"]


def test_an_account_at_a_desks_mobile_stays_too():
    text = "咨询电话：13800138000（微信同号）、0871-63330000，张老师。"
    assert [hit.text for hit in find(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "请与办公室刘敏（公司手机13986609125）联系",
        "第二督查组组长黄金，联络员丰收（13986609125，组内工作电话）",
        "采购公告：代理机构：云岭诚信招标代理有限公司，联系人：牛丽，13986609125；投标保证金",
        "投标保证金退还：云岭园林绿化有限公司，账号20000194722810300000117，联系人许凯13986609125。",
        "落户公示：贺长林投靠岳父。户籍民警田蕾，0717-4451110。",
        "消费者贺长林退货寄往：石桥镇电商服务站，收件人站长朱俊，0564-8361120。",
    ],
)
def test_who_acts_for_a_house_is_called_at_its_phone(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "尉迟明先生，您留存的座机021-64825937多次无人接听",
        "您在申请中填写的固定电话021-64825937已停机",
        "拍卖公告：云岭拍卖有限公司拍卖，竞买人贺长林，联系人龚小琴，家里座机021-64825937",
    ],
)
def test_a_phone_somebody_left(text):
    assert found(text) == ["021-64825937"]
