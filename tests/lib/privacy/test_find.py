"""What must be found, and what stays public by law."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import most
from gongkai.lib.chinese.identity import check_id
from gongkai.lib.privacy import find

ID = "42010619900101001X"


def kinds(text):
    return [(finding.kind, finding.text) for finding in find(text)]


@pytest.mark.parametrize(
    "written",
    [
        ID,
        "420106 19900101 001X",
        "420106-19900101-001X",
        "４２０１０６１９９００１０１００１Ｘ",
        "四二〇一〇六一九九〇〇一〇一〇〇一X",
        "4 2 0 1 0 6 1 9 9 0 0 1 0 1 0 0 1 X",
        "420106199\n00101001X",
        "42010619900101001x",
    ],
)
def test_id_numbers_however_written(written):
    assert ("id_number", written) in kinds(f"身份证号码：{written}。")


def test_id_number_with_wrong_check_digit_counts_only_where_it_is_called_one():
    assert kinds("身份证号420106199001010012") == [("id_number", "420106199001010012")]
    assert kinds("流水420106199001010012") == []


@pytest.mark.parametrize(
    "text",
    [
        "项目编号：420106199001010016，预算380万元。",
        "预算资金13812345678元。",
        "订单号13812345678已发货",
        "准考证号202353010212345678",
        "全年惠及群众15012345678人次",
        "办公电话：0871-6123456，传真：0871-6123457",
        "联系电话：12345，举报电话12315",
        "电子邮箱：zwgk@yunling.gov.cn",
        "统一社会信用代码：91110000600037341L",
        "联系单位：云岭市财政局，地址：云岭市人民路18号，电话0871-6123456。",
    ],
)
def test_numbers_that_stay(text):
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("电话138 1234 5678", "phone", "138 1234 5678"),
        ("手机一三八一二三四五六七八", "phone", "一三八一二三四五六七八"),
        ("家庭电话0871-6123456", "phone", "0871-6123456"),
        ("卡号6222021234567890128", "bank_card", "6222021234567890128"),
        ("车牌号云A12345", "plate", "云A12345"),
        ("驾驶云A·D12345小客车", "plate", "云A·D12345"),
        ("邮箱li.na@163.com", "email", "li.na@163.com"),
        ("QQ：12345678", "account", "12345678"),
        ("微信号wxid_8899", "account", "wxid_8899"),
        ("护照E12345678", "passport", "E12345678"),
        ("港澳居民来往内地通行证H12345678", "passport", "H12345678"),
        ("台胞证号12345678", "passport", "12345678"),
        ("住云岭市青山区幸福路12号", "address", "云岭市青山区幸福路12号"),
        ("我是阳光小区3栋2单元501的业主", "address", "阳光小区3栋2单元501"),
        ("张三，1990年3月5日出生", "birth", "1990年3月5日"),
        ("我母亲患有尿毒症", "health", "尿毒症"),
    ],
)
def test_each_kind(text, kind, words):
    assert (kind, words) in kinds(text)


def test_sole_traders_code_is_listed_and_a_companys_is_not():
    from benchmarks.privacy_samples import Filler

    code = Filler(1).credit("92")
    assert kinds(f"统一社会信用代码{code}") == [("credit_code", code)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("申请人张三向我局提出政府信息公开申请", ["张三"]),
        ("申请人李明德，男，身份证号见附件", ["李明德"]),
        ("村民张三、李四、王五领取了补贴", ["张三", "李四", "王五"]),
        ("户主欧阳修远家庭困难", ["欧阳修远"]),
        ("村民买买提·艾力反映道路问题", ["买买提·艾力"]),
        ("申请人：约翰·史密斯，护照见附件", ["约翰·史密斯"]),
        ("姓名：次仁旺姆，性别：女", ["次仁旺姆"]),
        ("罕见姓氏户主：亓晓云", ["亓晓云"]),
        ("学生李小明在校受伤，家长王芳投诉", ["李小明", "王芳"]),
        ("序号\t姓名\t金额\n1\t张三\t500\n2\t李秀英\t300", ["张三", "李秀英"]),
        ("我叫刘志强，想问医保怎么交", ["刘志强"]),
    ],
)
def test_private_names(text, names):
    assert [words for kind, words in kinds(text) if kind == "person"] == names


@pytest.mark.parametrize(
    "text",
    [
        "局长张三主持召开会议，副局长李四、王五参加",
        "张建国局长到青山镇调研",
        "任命王建国为县教育局局长",
        "签发人：王建国",
        "责任编辑：李梅　记者张磊",
        "新闻发言人刘志强回答提问",
        "组长：张三，副组长：李四、王五",
        "张某某反映李某拖欠工资，王*要求处理",
        "市民张先生、李女士来电咨询",
        "云岭市张家村、李家湾社区、王庄镇、周口路",
        "高度重视，方便群众，成立专班，全面推进",
        "当事人：云岭市青山区张三餐馆",
        "申请人有权委托代理人，当事人应当如实陈述",
    ],
)
def test_names_and_words_that_stay(text):
    assert kinds(text) == []


def test_a_name_known_once_is_found_again():
    found = find("申请人刘志强于5月提出申请。\n经核查，刘志强不符合条件。")
    assert [finding.text for finding in found] == ["刘志强", "刘志强"]


def test_a_pupils_name_says_that_a_minor_is_meant():
    finding = next(iter(find("学生李小明在校受伤")))
    assert "未成年人" in finding.why


def test_policies_about_illness_name_nobody():
    assert kinds("加强艾滋病防治，规范高血压、糖尿病患者健康管理。") == []
    assert kinds("患有尿毒症等重大疾病的人员可申请救助。") == []


@settings(max_examples=most(60), deadline=None)
@given(st.text(alphabet="申请人张建国住村组0123456789-X·，。\n\t 身份证电话@a.", max_size=120))
def test_offsets_are_offsets_in_the_text(text):
    last = 0
    for finding in find(text):
        assert text[finding.start : finding.end] == finding.text
        assert finding.start >= last
        assert finding.why
        last = finding.end


@settings(max_examples=most(40), deadline=None)
@given(st.integers(0, 10**15 - 1))
def test_any_valid_number_is_found(seed):
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    body = f"530102{1940 + seed % 70}{1 + seed % 12:02}{1 + seed % 28:02}{seed % 1000:03}"
    number = body + "10X98765432"[sum(int(a) * b for a, b in zip(body, weights, strict=True)) % 11]
    assert check_id(number).valid
    assert ("id_number", number) in kinds(f"其号码为{number}，请核对。")
