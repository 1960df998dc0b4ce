"""Who and what stays: words that look like names, staff, history, offices' mailboxes and accounts; and what beside them does not."""

import pytest

from gongkai.lib.privacy import find


def found(text):
    return [(hit.kind, hit.text) for hit in find(text)]


@pytest.mark.parametrize(
    "text",
    [
        # words that counted texts write every day, idioms, two words behind a word for a person
        "向奋战在一线的同志们致以节日的祝贺",
        "预计夜间有雷阵雨，请注意防范",
        "祝各位老人福如东海、寿比南山",
        "把居民之家建成温馨港湾，群众普遍称赞",
        "社区每天在居民群里发布进度",
        # a body between a field of office and the name; fields of staff; a court's own people by column
        "审核人：组织部人才科 段文静",
        "受理人：贺春燕\n登记日期：2026年3月30日",
        "审判长　贺建武\n人民陪审员　段海生\n书记员　柯丹",
        "各乡镇防汛责任人名单：清水镇段冠宇，柳林镇贺文清，松坪乡柯振国。",
        "检查人员：段明（证号0531250051）、贺辉（证号0531250047）。",
        # history, works, herbs, honours
        "靳学勤，1912年生，1938年任指导员，1942年牺牲。",
        "兵工厂旧址：1936年，老工人贺希英曾在此组织生产。",
        "《人世间》，段晓声著；《林海》，贺波著。",
        "徐长卿、刘寄奴等中药材宜选择缓坡地，用种子育苗。",
        "全国劳动模范、钳工段振超作了报告。",
        # contacts, mailboxes and accounts of offices
        "联系单位：县商务局，联系人：贺山江、段凯，电话：0998-5721063，邮箱：swj1063@163.com",
        "应聘材料请发送至公司人力资源部邮箱hr@example-jinyan.com",
        "公示期间如有异议请反映，电话：0479-7523390，邮箱：wmb3390@163.com",
        "请退回至县社会保险中心账户（开户行：农行县支行，账号30481201040008816）",
        # an example in a guide
    ],
)
def test_stays(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # columns parted by full-width blanks
        (
            "龙艳丽　凯山学院　平江乡石引村一组　母亲王显菊",
            [("person", "龙艳丽"), ("address", "平江乡石引村一组"), ("person", "王显菊")],
        ),
        ("姓名　微信　作品\n贺传秀　hcx_68　《春》", [("person", "贺传秀"), ("account", "hcx_68")]),
        # a household's former or present address in brackets
        (
            "一、郑樟林户（原址龙泉镇龟山村洋头13号）",
            [("person", "郑樟林"), ("address", "龙泉镇龟山村洋头13号")],
        ),
        # dotted names end before what is done, or what is theirs
        ("长子亚森·麦麦提在县职高就读", [("person", "亚森·麦麦提")]),
        # a date right behind the number of a passport
        (
            "陈氏秋红，越南，护照C7140925，1996年2月17日",
            [("person", "陈氏秋红"), ("passport", "C7140925"), ("birth", "1996年2月17日")],
        ),
        # a private person's own mailbox beside an office's words
        ("投诉人贺小林，邮箱hexl88@163.com", [("person", "贺小林"), ("email", "hexl88@163.com")]),
    ],
)
def test_found(text, wanted):
    assert found(text) == wanted
