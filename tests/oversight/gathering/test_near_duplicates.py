"""Detecting changes of a stored page: layout, formatting and truncation are no change, other words are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.oversight.gathering.boilerplate import (
    find_boilerplate_lines,
    find_changed_lines,
    find_common_lines,
    get_own_lines,
    is_boilerplate,
    is_signature_line,
    normalise_file_names,
    normalise_line,
)
from gongkai.oversight.gathering.duplicate_rules import find_places
from gongkai.oversight.gathering.near_duplicates import (
    choose_title,
    excerpt_differs,
    has_changed,
    is_another_page,
    is_same_title,
    strip_title_badges,
)

TITLE = "西浦区关于发放2026年冬季取暖补贴的公告"
PARTS = (
    "西浦区决定对城乡低保、特困人员发放2026年冬季取暖补贴，标准为每户840元，共惠及4052户。",
    "申请人请于2026年11月30日前持身份证、户口簿到所在社区（村）办理，逾期不再受理。咨询电话：0871-6712345。",
    "特此公告。",
)
TEXT = "\n".join((*PARTS, "西浦区民政局", "2026年11月16日"))


@pytest.mark.parametrize(
    "read",
    [
        TEXT.replace("，", ",").replace("（", "(").replace("）", ")").replace("：", ":"),
        TEXT.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        "\u200b".join(TEXT),
        TEXT.replace("，", "，\n"),
        TEXT.replace("\n", ""),
        "\n".join(PARTS),
        f"{TITLE}\n2026-11-16　【字号：大 中 小】　阅读 1182 次\n{TEXT}",
        f"发布时间：2026年11月16日　信息来源：西浦区民政局　浏览次数：\n{TEXT}",
        f"{TEXT}\n（责任编辑：王丽）\n【打印本页】　【关闭窗口】",
        f"{TEXT}\n上一篇：西浦区森林防火通告\n下一篇：没有了",
        f"{TEXT}\n分享到： 微信 微博 QQ空间\n您是本页第1023位访问者",
        f"{TEXT}\n相关阅读\n西浦区遴选教师公告，面向全区\n西浦区森林防火通告",
        f"西区政发〔2026〕12号\n{TEXT}",
        TEXT.replace("\n".join(PARTS[:2]), "\n".join((PARTS[1], PARTS[0]))),
        TEXT.replace(PARTS[1], f"广告 家电以旧换新就到万家福\n{PARTS[1]}"),
        f"上一期 下一期 ｜ 放大 缩小 默认 ｜ 朗读（时长1分46秒）\n{TEXT}",
        f"距公告截止还有6天14小时46分　已有3家单位浏览\n{TEXT}",
    ],
)
def test_formatting_and_surroundings_are_no_change(read: str) -> None:
    assert not has_changed(TEXT, read, title=TITLE)
    assert not has_changed(read, TEXT, title=TITLE)


@pytest.mark.parametrize(
    "read",
    [
        TEXT.replace("840", "890"),
        TEXT.replace("30日", "28日"),
        TEXT.replace("低保", "低收入"),
        TEXT.replace(PARTS[1] + "\n", ""),
        PARTS[0],
        f"【已废止】\n{TEXT}",
        f"{TEXT}\n补充：张三、李四两户不再享受",
        f"{TEXT}\n附件：补充名单",
        TEXT.replace("16日", "17日"),
        "本公告已撤销。",
        "10月份鸡蛋均价每公斤2.23元，牛肉每公斤64元。",
    ],
)
def test_changed_words_are_a_change(read: str) -> None:
    assert has_changed(TEXT, read, title=TITLE)
    assert not is_another_page(TEXT, read, title=TITLE, shown=TITLE)


def test_moved_decimal_point_is_a_change() -> None:
    assert has_changed("均价2.23元。", "均价22.3元。")


@pytest.mark.parametrize(
    ("read", "shown", "whole"),
    [
        ("", TITLE, True),
        ("西浦区民政局", TITLE, True),
        (f"{TITLE}\n2026-11-13　【字号：大 中 小】　阅读 1334 次\n西浦区民政局", TITLE, True),
        (TEXT[:90], TITLE, True),
        (PARTS[0], TITLE, False),
        ("正在加载，请稍候……", TITLE, True),
        ("Welcome to nginx! If you see this page, the nginx web server is successfully installed and working.", "Welcome to nginx!", True),
        ("很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。如需协助请联系管理员并提供此编号。", "访问被拦截", True),
        ("尊敬的用户：本网站将于近日进行升级改造，期间部分页面暂停提供服务，由此带来的不便敬请谅解，感谢您的支持与关注。", "网站改版公告", True),
    ],
)  # fmt: skip
def test_other_page_at_same_address_is_recognised(read: str, shown: str, whole: bool) -> None:
    assert is_another_page(TEXT, read, title=TITLE, shown=shown, is_complete=whole)


@given(st.lists(st.sampled_from([*PARTS, "名单", "合计　38", "2026-11-16", "阅读 3 次", "上一页"]), max_size=6))
def test_text_equals_itself(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert not has_changed(text, text)
    assert not is_another_page(text, text)
    own = get_own_lines(text)
    assert own == get_own_lines("\n".join(own))
    assert [line for line in own if "。" in line] == [normalise_line(line) for line in lines if "。" in line]


@pytest.mark.parametrize(
    "line",
    [
        "时间：2026年11月30日上午9时",
        "报名时间：2026-11-16",
        "来源：中央财政资金500万元，省级配套200万元。",
        "共惠及4052人",
        "合计　38",
        "收藏品拍卖公告",
        "上一年度结转 12",
        "打印费 3000元",
        "审核意见：同意",
        "联系人：王丽　电话：0871-1234567",
    ],
)
def test_lines_of_text_are_not_boilerplate(line: str) -> None:
    assert not is_boilerplate(normalise_line(line))
    assert not is_signature_line(normalise_line(line))


def test_lines_common_to_many_pages_are_boilerplate() -> None:
    pages = [f"第{number}条。\n转载请注明来源\n已废止\n电话6712345" for number in range(4)]
    assert find_common_lines(pages) == {"转载请注明来源"}
    assert not find_common_lines(pages[:2])


def test_lines_changing_on_many_pages_at_once_are_not_text() -> None:
    pages = [(f"第{n}户。\n今日到访{n}", f"第{n}户。\n今日到访{n + 7}\n祝您愉快") for n in range(4)]
    was, now = find_changed_lines(pages)
    assert was == {f"今日到访{n}" for n in range(4)}
    assert now == {*(f"今日到访{n + 7}" for n in range(4)), "祝您愉快"}
    assert find_changed_lines(pages[:2]) == (frozenset(), frozenset())
    assert not find_changed_lines([(f"电话{n}", f"电话{n + 7}") for n in range(4)])[0]


def test_download_count_is_not_part_of_file_name() -> None:
    assert (
        normalise_file_names("附件【报名登记表.doc】已下载23次")
        == normalise_file_names("报名登记表.doc")
        == "报名登记表.doc"
    )
    assert normalise_file_names("附件：报名登记表（修订）.doc") != normalise_file_names("附件：报名登记表.doc")


@pytest.mark.parametrize(
    ("kept", "said", "same"),
    [
        ("关于调整城市供水价格的通知", "【置顶】关于调整城市供水价格的通知", True),
        ("关于调整城市供水价格的通知", "·关于调整城市供水价…", True),
        ("关于调整城市供水价格的通知（试行）", "关于调整城市供水价格的通知(试行)new", True),
        ("关于调整城市供水价格的通知", "【已废止】关于调整城市供水价格的通知", False),
        ("关于调整城市供水价格的通知", "关于调整城市供水价格的通知（更正）", False),
        ("关于调整城市供水价格的通知", "关于调整城市供热价格的通知", False),
    ],
)
def test_titles_in_list_formats_are_compared(kept: str, said: str, same: bool) -> None:
    assert is_same_title(kept, said) is same
    assert choose_title(kept, said) == (kept if same else said)


def test_truncated_title_is_replaced_by_full_one() -> None:
    assert choose_title("关于调整城市供水…", "关于调整城市供水价格的通知") == "关于调整城市供水价格的通知"
    assert strip_title_badges("[图文] 关于供水") == "关于供水"


def test_common_cells_joined_to_rows_by_redesign_are_no_change() -> None:
    cells, row = f"{TEXT}\n综合科\n4月15日前", f"{TEXT}\n综合科 4月15日前"
    boilerplate = (frozenset({"综合科", "4月15日前"}), frozenset[str]())
    assert not has_changed(cells, row, title=TITLE, boilerplate=boilerplate)
    assert has_changed(cells, row.replace("4月15", "4月25"), title=TITLE, boilerplate=boilerplate)


def test_abbreviated_own_city_is_no_other_place() -> None:
    assert find_places("转发市安委办关于开展大检查的通知") == set()
    assert find_places("转发云岭市安委办关于开展大检查的通知") == {"云岭市"}


def test_excerpt_truncated_elsewhere_does_not_differ() -> None:
    assert not excerpt_differs(
        "本市决定调整供水价格，居民……", "本市决定调整供水价格，居民用水每立方米2.8元。[阅读全文]"
    )
    assert excerpt_differs("居民用水每立方米2.8元。", "居民用水每立方米3.8元。")


def test_page_without_title_and_shared_text_is_another_page() -> None:
    kept = "五月三日，青年志愿队在供销社门口支起遮阳棚，为二百三十八位赶集的乡亲量血压、测血糖。" * 2
    error = "MySQL Query : SELECT * FROM zl_news WHERE id = 351 LIMIT 1 Too many connections Can not connect"
    assert is_another_page(kept, error, title="志愿队把血压计带进集市", shown="")
    assert not is_another_page(kept, error, title="志愿队把血压计带进集市"), "where nobody knows its title"


def test_short_text_is_distinguished_from_error_page() -> None:
    kept = "即日起，便民门诊（一楼东侧）工作日开放至19:30，可开药、换药、测血糖。"
    error = "您访问的文章不存在、已删除或正在审核中，3秒后自动跳转到首页"
    assert is_another_page(kept, error, title="便民门诊延长开放", shown="提示信息")
    assert not is_another_page(kept, kept.replace("19:30", "20:30"), title="便民门诊延长开放", shown="第二人民医院")


def test_answer_about_missing_information_is_no_error_page() -> None:
    kept = "您的申请已经收到，本机关将在二十个工作日内答复。"
    answer = "经检索，您申请获取的政府信息不存在，现予告知；如对本答复不服，可以依法申请行政复议。"
    assert not is_another_page(kept, answer, title="答复书", shown="答复书")
    assert is_another_page(kept, "您查看的信息不存在，三秒后返回首页。", title="答复书", shown="答复书")


def test_lines_listing_other_entries_are_boilerplate() -> None:
    titles = ["浣清河取水口管理规定", "水情周报（第41期）", "水情周报（第42期）"]
    before, now = "共31户。\n水情周报（第41期）浣清河取水口管理规定", "共31户。\n水情周报（第42期）"
    assert not has_changed(before, now, boilerplate=find_boilerplate_lines([(before, now)], titles))
    assert has_changed(before, now, boilerplate=find_boilerplate_lines([(before, now)]))
