"""Personal data that must be found, and data that stay public by law."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import most
from gongkai.lib.chinese.identity import check_identity_number
from gongkai.lib.privacy import find
from gongkai.lib.privacy.persons.items import find_item_names
from gongkai.lib.privacy.search_text import prepare_text

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
def test_id_number_is_found_in_any_spelling(written):
    assert ("id_number", written) in kinds(f"身份证号码：{written}。")


def test_id_number_with_wrong_check_digit_needs_label():
    assert kinds("身份证号420106199001010012") == [("id_number", "420106199001010012")]
    assert kinds("流水420106199001010012") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("残疾人证：52232819900307123542", ["id_number"]),
        ("车牌：贵·E 8812X；贵E 3K 771号小型客车", ["plate", "plate"]),
        ("车牌号码 贵 E 8 K 7 7 3，（贵E）8K773，贵E_8K773", ["plate"] * 3),
        ("【申请人】张开琴【通讯地址】者相镇纳窝村三组27号", ["person", "address"]),
        ("护照号码：G 5 8 8 2 3 1 4 5，车牌贵A·D0731F", ["passport", "plate"]),
        ("住　　址　白层镇这艾村下寨组", ["address"]),
        ("姓名\t刘敏\t王强\n住址\t这艾村下寨组\t纳窝村三组", ["person", "person", "address", "address"]),
        ("家庭住址——者相镇纳窝村三组27号", ["address"]),
        ("通讯地址：者相镇纳窝村三组27号", ["address"]),
        ("通讯地址：者相镇纳窝村三组村委会", []),
        ("联系地址：岚溪县政务中心3号窗口", []),
        ("①１３９８５９８０４２１；①013985980421", ["phone", "phone"]),
        ("电话：①13985980421②18908590012", ["phone", "phone"]),
        ("军官证号：参字第0731256号，社保卡号：D41237789", ["passport", "passport"]),
        ("接种日期：2026年3月1日；疫苗：乙肝", []),
        ("诊断：乙型肝炎（陆明轩）", ["health", "person"]),
        ("陆明轩经确诊为艾滋病病毒感染者", ["person", "health"]),
        ("预防艾滋病病毒母婴传播", []),
        ("收货地址：东湖区大院9栋1单元", ["address"]),
        ("收货地址：岚溪县老街27号", []),
        ("Passport No. E12345678", ["passport"]),
        ("护照71 1234567", ["passport"]),
        ("座机（家）：0859-6621987", ["phone"]),
        ("云岭市教育局的答复\n您申请的危房改造已受理，地址：泷口街道幸福小区2幢3单元502\n云岭市教育局", ["address"]),
        ("昨日，夏 侯　婉清来访；申请人：欧 阳　菊 香", ["person", "person"]),
        ("住所地：岚溪县泷口镇石山村大寨组。", ["address"]),
        ("住所地：岚溪县城关镇人民路12号。法定代表人：王强", []),
        ("住所地岚溪县泷口镇石山村大寨组（门牌号0073）。", ["address"]),
        ("住址：岚溪县泷口镇老街27-1号、岚溪县石山乡坝上村14组", ["address", "address"]),
        ("通讯地址：岚溪县老城区供销社家属院东单元四楼西户 刘敏收", ["address", "person"]),
        ("序号 姓名 乡镇 村 金额\n1 刘 敏 泷口镇 坝上村 500", ["person", "address"]),
        ("电话：187（8562）0431，187/8562/0431", ["phone", "phone"]),
        ("电话：139·859·80421；手机1·3·9·8·5·9·8·0·4·2·1，电话：1795113985980421", ["phone"] * 3),
        ("投诉编号：187/8562/0431", []),
        ("护照号码：71 1234567", ["passport"]),
        ("护照办理指南：71 1234567份", []),
        ("家庭住址：贵州省\n\n岚溪县\n泷口镇坝上村三组17号", ["address"]),
        ("办公地址：岚溪县泷口镇\n老街27号", []),
        ("银行账号（个人）：6228480012345678974", ["bank_card"]),
        ("银行账号（对公）：6228480012345678974", []),
        ('{"birthday":"1987-03-15","addr":"岚溪县老街6号2栋301","applyName":"乌尔善"}', ["birth", "address", "person"]),
        ('<row xm="胡海泉" zz="岚溪县建设路8号1栋2单元"/>', ["person", "address"]),
        ("UPDATE t SET sqr='轩辕剑', lxdz='岚溪县玉泉路3号' WHERE id=7;", ["person", "address"]),
        (
            "序号　姓　名　　住　址\n1　　何　永　福　　岚溪县双河村1组9号\n2　　邓　　英　　岚溪县双河村2组3号",
            ["person", "address"] * 2,
        ),
        ("单位名称\t办公地址\t联系电话\n县教育局\t府前路2号\t0859-6612345\n县民政局\t文庙街\t0859-6612346", []),
        ("单位\t姓名\t电话\n县教育局\t么老三\t0859-6612345", ["person", "phone"]),
        ("卡号6217.0071.4000.3345.213、6217·0071·4000·3345·213；621700_71400033_45213", ["bank_card"] * 3),
        ("面积621.7007140003345213，①13-985-980-421", ["phone"]),
        ("姓名\t联系电话\n么秀英\t0859-6612345\n县教育局\t0859-6612346", ["person", "phone"]),
        ("县图书馆，地址：岚溪县老街9号院2号楼101室，传真：0859-6612345", []),
        ("车辆号段川A00000至川A99999；川A12345到川A67890", ["plate", "plate"]),
        ("行政许可编号：XK-2026-13812345678", []),
        ("我老头子肺癌晚期，住院要报销", ["health"]),
        ("邮箱 luyan77＠163。com、lu.yan(at)163.com", ["email", "email"]),
    ],
)
def test_labelled_values_are_found(text, found):
    assert [kind for kind, _ in kinds(text)] == found


def test_address_ends_with_cell_but_may_span_lines():
    assert kinds("住址：岚溪县泷口镇\n坝上村三组17号\n电话：无") == [("address", "岚溪县泷口镇\n坝上村三组17号")]
    assert kinds("住址：岚溪县泷口镇坝上村三组\n泷口村四组：张贴公告")[0] == ("address", "岚溪县泷口镇坝上村三组")
    rows = "姓名\t村组\t补助金额（元）\n罗志强\t泷口村二组\t1200\n韦志明\t泷口村四组\t800"
    assert [word for kind, word in kinds(rows) if kind == "address"] == ["泷口村二组", "泷口村四组"]


def test_credit_code_of_sole_trader_is_found():
    from benchmarks.privacy_samples import Filler

    code = Filler(1).credit("92")
    assert kinds(f"统一社会信用代码{code}") == [("credit_code", code)]
    assert kinds(f"Strauß，统一社会信用代码{code}") == [("credit_code", code)], "capitals of ß are two characters"


def test_known_name_is_found_again():
    found = find("申请人刘志强于5月提出申请。\n经核查，刘志强不符合条件。")
    assert [finding.text for finding in found] == ["刘志强", "刘志强"]


def test_pupils_name_is_reported_as_minor():
    finding = next(iter(find("学生李小明在校受伤")))
    assert "未成年人" in finding.why


def test_policies_on_illness_have_no_findings():
    assert kinds("加强艾滋病防治，规范高血压、糖尿病患者健康管理。") == []
    assert kinds("患有尿毒症等重大疾病的人员可申请救助。") == []


@settings(max_examples=most(60), deadline=None)
@given(st.text(alphabet="申请人张建国住村组0123456789-X·，。\n\t 身份证电话@a.", max_size=120))
def test_offsets_refer_to_original_text(text):
    last = 0
    for finding in find(text):
        assert text[finding.start : finding.end] == finding.text
        assert finding.start >= last
        assert finding.why
        last = finding.end


@settings(max_examples=most(40), deadline=None)
@given(st.integers(0, 10**15 - 1))
def test_any_valid_id_number_is_found(seed):
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    body = f"530102{1940 + seed % 70}{1 + seed % 12:02}{1 + seed % 28:02}{seed % 1000:03}"
    number = body + "10X98765432"[sum(int(a) * b for a, b in zip(body, weights, strict=True)) % 11]
    assert check_identity_number(number).valid
    assert ("id_number", number) in kinds(f"其号码为{number}，请核对。")


@pytest.mark.parametrize("text", ["学生雷", "患者王小", "其女史", "学生欧阳", "业主杭月、林"])
def test_text_ending_within_name_is_read(text):
    assert all(hit.end <= len(text) for hit in find(text))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("申请人周一鸣电话13812345678", ["周一鸣"]),
        ("申请人周一前提交材料", []),
        ("经查，其妻周二妹、子周末、女周日月住东兴村。被告人周五常不服。", ["周二妹", "周末", "周日月", "周五常"]),
        ("2 赵 䶮 青岭镇 13987654321\n4 王 五 青岭镇 18612349876", ["赵 䶮", "王 五"]),
        ("序号 姓名 村组\n1 王小明 青岭镇\n2 赵 䶮 青岭镇", ["王小明", "赵 䶮"]),
        ("致王𬱟小明：", ["王𬱟小明"]),
        ("编号 姓名 学段\n001 刘 敏 小学\n002 莫 晓 岚 初中\n003 司马 相 高中", ["刘 敏", "莫 晓 岚", "司马 相"]),
        ("编号  姓名  学段\n001  刘 敏  小学\n002  王 强  初中", ["刘 敏", "王 强"]),
        ("001 刘 敏 小学\n002 王 强 初中", ["刘 敏", "王 强"]),
        ("姓名 性别\n刘 敏 女\n欧阳 菊香 女", ["刘 敏", "欧阳 菊香"]),
        ("拟资助学生：刘　敏　王　强　欧阳㛃", ["刘　敏", "王　强", "欧阳㛃"]),
        ("户主韦阿妹（又名韦妹仔）", ["韦阿妹", "韦妹仔"]),
        ("土豆（又名马铃薯）", []),
        ("对农敏、蒙佳、班秋月等3户实施危房改造", ["农敏", "蒙佳", "班秋月"]),
        ("借款人：刘 敏  担保人：王 强  出借人：岚溪农商行", ["刘 敏", "王 强"]),
        ("户主：刘 敏 家庭人口：3人\n姓名：路 灯 数量：3", ["刘 敏"]),
        ("获奖学生：高一（1）班刘 敏、高一（2）班王 强", ["刘 敏", "王 强"]),
        (
            "公租房配租结果：一号楼101室 岑小曼；一号楼102室 覃永刚（残疾）；一号楼103室 农敏",
            ["岑小曼", "覃永刚", "农敏"],
        ),
        ("申请人：刘\n敏，身份证号", ["刘\n敏"]),
        ("姓名：覃\n望秋　性别：女", ["覃\n望秋"]),
        ("致：覃望秋同志\n你提出的申请收悉。", ["覃望秋"]),
        ("陈家洼组、陈家梁组、杨树坪组道路硬化，云岭县李庄小学被列入改造名单", []),
        ("申\n请\n人\n：\n韦\n阿\n妹\n性\n别\n女", ["韦\n阿\n妹"]),
        ("姓名\t性别\n刘\n敏\t女\n\n户主：王\n强\n性别：男", ["刘\n敏", "王\n强"]),
        ("类别：水\n电\n\n等级\n优\n良\n差\n负责人：王\n2024年", []),
        ("申请人刘-敏要求公开，举报人刘—志—强、王．强", ["刘-敏", "刘—志—强", "王．强"]),
        ("原告方-被告方，流程：申请人—方案；专业：金-融", []),
        ("序号\t姓\t名\n1\t陆\t䶮\n2\t欧阳\t菊香\n3\t刘\t", ["陆\t䶮", "欧阳\t菊香"]),
        ("姓\t名\n刘\t敏\n王\t强", ["刘\t敏", "王\t强"]),
        ("尊敬的者开云先生/女士：", ["者开云"]),
        ("签字：么开琴", ["么开琴"]),
        ("姓名：班小英，女", ["班小英"]),
        ("院长签字：蒙开琴", []),
        ("清册\n张开琴 6217****3345 640.00\n么老三 6217****8821 320.00", ["张开琴", "么老三"]),
        ("姓名：么某（么秀英）", ["么秀英"]),
        ("姓名\t张\t开\t琴\t性别\t女", ["张\t开\t琴"]),
        ("户主\t电话\n么老三/18908590012\t无\n么 老 三\t无", ["么老三", "么 老 三"]),
        ("职务\t姓名\t分工\n行长\t罗平\t主持全面工作", []),
        ("尊敬的业主先生/女士：", []),
        ("欠薪名单：么老三3200元、卜 正 芳4100元、禄阿鲁2 800元", ["么老三", "卜 正 芳", "禄阿鲁"]),
        ("物资名单：大米3袋、食用油2桶", []),
        ("白层镇 这艾村 者开云 6口人 2.3亩", ["者开云"]),
        ("姓名/身份证/电话：者开云/522328197511032214/13985980421", ["者开云"]),
        ("姓名/单位/电话：县水务局/12345", []),
        ("开户名　者开云　　账　号　6212　2624", ["者开云"]),
        ("者开云（已故，由其继承人者小平、者小安办理）", ["者开云", "者小平", "者小安"]),
        ("杨氏改香、王氏么妹二人因无户口", ["杨氏改香", "王氏么妹"]),
        ("李氏宗祠、王氏家谱等3人参与", []),
        ("Applicant: LUO Kaigui, Tel: 0859", ["LUO Kaigui"]),
        ("Name: Big Data Bureau", []),
        ("阮氏香（Nguyễn Thị Hương），越南籍", ["阮氏香", "Nguyễn Thị Hương"]),
        ("途经李子园、黄泥堡；石斛、余甘子种植；方正小标宋简体", []),
        ("执行人：（签名）佴永珍　　被执行人：（签名）么老三", ["佴永珍", "么老三"]),
        ("〈申请人〉张开琴〈联系电话〉无；申请人=哈文学&phone=1", ["张开琴", "哈文学"]),
        ("签到表：郎小琴 ✓，撒春梅 ✓，妥玉兰 ×（村民）", ["郎小琴", "撒春梅", "妥玉兰"]),
        ("签到表：教育局 ✓，白层镇 ✓", []),
        ("附件1：张开琴-身份证.jpg；附件2：哈文学_户口本.pdf", ["张开琴", "哈文学"]),
        ("张 开 琴、者 小 安 和 哈 文 学 三 人 联 名 反 映", ["张 开 琴", "者 小 安", "哈 文 学"]),
        ("教育局、民政局和财政局三人", []),
        ("申请人：张开\n琴，女，住者\n相镇纳窝村三组", ["张开\n琴"]),
        ("我叫么老三，大家喊我么三娃", ["么老三", "么三娃"]),
        ("姓　　名　者开云", ["者开云"]),
        ("姓名\t职务\t分工\n罗平\t局长\t主持全面工作\n岑建军\t副局长\t分管办公室", []),
        (
            "罗平　村委会主任　分管教育。\n罗平，村文书。\n买买提·艾力，县长。\n2. 岑建军　股长　分管教育、卫生\n张开琴　网格长　低保500元",
            ["张开琴"],
        ),
        ("任命买买提·艾力为岚溪县财政局局长；科员罗平同志参加调研", []),
        ("姓名\t职务\t身份证号\n罗平\t村支书\t522328197511032214", ["罗平"]),
        ("白碗窑、金竹林、黄家坝、龙塘湾、田坝、桃子坪等12个站点雨量", []),
        ("慰问困难群众李大山、王小林、张水泉、刘家坡", ["李大山", "王小林", "张水泉", "刘家坡"]),
        ("申请人：王\n电话：0859-6621987", []),
        ("获奖名单：一等奖 刘 敏 二等奖 王 强", ["刘 敏", "王 强"]),
        ("产品：白 酒 规格：500毫升\n001 白 菜 3元\n002 黄 瓜 2元", []),
        ("坝上村三组 水井\n石山村一组 马家坡", []),
        ("联系人（学生家长）：刘敏", ["刘敏"]),
        ("通讯地址：岚溪县老街27号3楼西户 刘敏收", ["刘敏"]),
        ("邮寄地址：岚溪县老街27号 信访办收", []),
        ("姓名（公民）：____贝聿明____　申请人：______连战歌______（签名）", ["贝聿明", "连战歌"]),
        ("微信号：wang__xiao12，负责人：______", []),
        ("户主姓名：【卞留念】 成员：【卞小留】【汪小妹】", ["卞留念", "卞小留", "汪小妹"]),
        ("【教育局】【财政局】；组长：王强，成员：李梅、张开琴", []),
        ("房屋被征收人（12户）：蒲巴甲，闻一多多，丛珊。", ["蒲巴甲", "闻一多多", "丛珊"]),
        ("被征收人：王强，高中，农民。", ["王强"]),
        ('姓名,手机\n"舒淇淇","无"\n"甄宓","无"', ["舒淇淇", "甄宓"]),
        (
            "今借到单雄信人民币伍万元整；今向秦叔宝借款；今从么老三处借到2元；今收到农业局现金5元；今向农行借到5元",
            ["单雄信", "秦叔宝", "么老三"],
        ),
        ("马家柚、安福火腿、金华火腿列入名录；曾都区、安乐镇、任家渡、康定路等路段", []),
        ("方便、周全、安全、温暖、平安、高效；常乐村、牛心山、龙头湾、凤凰岭", []),
    ],
)
def test_names_of_unusual_form_are_found_whole(text, names):
    assert [word for kind, word in kinds(text) if kind == "person"] == names


def test_household_after_building_and_names_after_blank_are_found():
    assert kinds("云岭市幸福小区5栋3户业主反映") == [("address", "云岭市幸福小区5栋3户")]
    text = "李四海 、张红梅、王五洲；赵玉兰 、钱多多、孙丽萍；周建国 、吴大伟、郑晓明"
    names = [text[start:end] for start, end, *_ in find_item_names(prepare_text(text))]
    assert names == [name.strip() for part in text.split("；") for name in part.split("、")]
