"""The index: contract, incremental changes, determinism, files, threads."""

import os
import random
import threading
import tokenize

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import most
from gongkai.lib.matching import (
    EntryPart,
    Index,
    IndexHit,
    Router,
    decide_answer,
    explain_hit,
    make_fts5_query,
    make_question_parts,
)

ENTRIES = [
    ("gzf", "公共租赁住房申请条件：本市户籍，家庭人均住房建筑面积低于13平方米。"),
    ("sbk", "社会保障卡遗失后，持卡人可拨打电话挂失，再到服务网点补领。"),
    ("gjj", "职工购买自住住房的，可以提取住房公积金账户内的存储余额。"),
    ("xs", "新生入学报名时间为每年6月20日至30日，到学区学校办理。"),
    ("wh", "云府办发〔2026〕15号：关于印发城乡低保工作规程的通知。"),
    ("wh1", "云府办发〔2026〕1号：关于做好春耕生产的通知。"),
]


@pytest.fixture
def index():
    return Index.build(ENTRIES)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("公租房怎么申请", "gzf"),
        ("社保卡丢了怎么办", "sbk"),
        ("买房能不能把公积金取出来", "gjj"),
        ("小孩上小学什么时候报名", "xs"),
        ("云府办发（2026）15号", "wh"),
        ("云府办发[2026]1号是关于什么的", "wh1"),
        ("住房公積金", "gjj"),
    ],
)
def test_search_ranks_answering_entry_first(index, question, first):
    assert index.search(question, k=3)[0].id == first


def test_hits_have_id_and_score_in_descending_order(index):
    hits = index.search("住房", k=10)
    assert all(isinstance(hit, IndexHit) for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert {hit.id for hit in hits} == {"gzf", "gjj"}


@pytest.mark.parametrize("question", ["", " ", "，。", "\x00", "\ud800", "zzzz", "吗", "龘"])
def test_question_without_words_gives_no_hits(index, question):
    assert index.search(question) == []


def test_single_character_is_found(index):
    assert [hit.id for hit in index.search("卡")] == ["sbk"]


def test_equal_scores_keep_order_of_insertion():
    index = Index.build([(str(n), "公积金提取") for n in range(30)])
    assert [hit.id for hit in index.search("公积金", k=5)] == ["0", "1", "2", "3", "4"]


def test_entry_added_again_is_replaced(index):
    index.add("sbk", "老年人乘坐公交车免费。")
    assert index.search("挂失") == []
    assert index.search("老人坐公交要钱吗")[0].id == "sbk"
    assert len(index) == len(ENTRIES)


def test_removed_entry_is_not_found(index):
    index.remove("sbk")
    assert "sbk" not in index
    assert index.search("挂失") == []
    with pytest.raises(KeyError):
        index.remove("sbk")


def test_build_refuses_duplicate_id():
    with pytest.raises(ValueError, match="编号重复：a"):
        Index.build([("a", "甲"), ("a", "乙")])


@pytest.mark.parametrize("entry", [(1, "甲"), ("a", 1), ("a", [1])])
def test_build_refuses_other_types(entry):
    with pytest.raises(TypeError):
        Index.build([entry])


def test_search_is_restricted_to_allowed_entries(index):
    assert [hit.id for hit in index.search("住房", within={"gjj", "xs"})] == ["gjj"]


TEXT = st.text(alphabet="公租房申请条件社保卡补办。\n", max_size=40) | st.just("公租房申请条件。" * 120)
CHANGE = st.tuples(st.sampled_from("abcdef"), st.none() | TEXT)


@settings(max_examples=most(60), deadline=None)
@given(st.lists(CHANGE, max_size=25))
def test_incremental_changes_equal_rebuild(changes):
    index, entries = Index(), {}
    for id_, text in changes:
        if text is not None:
            entries.pop(id_, None)
            entries[id_] = text
            index.add(id_, text)
        elif id_ in entries:
            del entries[id_]
            index.remove(id_)
        index.search("公租房")
    built = Index.build(entries.items())
    for question in ("公租房怎么申请", "社保卡补办条件", "房"):
        assert index.search(question) == built.search(question)


def test_removed_entries_are_compacted():
    index = Index.build((str(n), f"第{n}号窗口办理{'公积金' if n % 2 else '社保卡'}业务。") for n in range(1500))
    for n in range(1500):
        if n % 3:
            index.remove(str(n))
    assert len(index._ids) < 1000  # not only marked
    built = Index.build((str(n), f"第{n}号窗口办理{'公积金' if n % 2 else '社保卡'}业务。") for n in range(0, 1500, 3))
    for question in ("600号窗口", "公积金业务"):
        assert index.search(question) == built.search(question)


def test_saved_index_is_equal_after_loading(index, tmp_path):
    index.remove("xs")
    index.add("long", "关于住房保障的说明。" * 100)
    path = tmp_path / "qa.index"
    index.save(path)
    loaded = Index.load(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["qa.index"]
    for question in ("公租房怎么申请", "住房保障", "报名"):
        assert loaded.search(question) == index.search(question)
    loaded.add("new", "新增的公积金问答")
    index.add("new", "新增的公积金问答")
    assert loaded.search("公积金") == index.search("公积金")


def test_damaged_file_is_refused_with_one_line(index, tmp_path):
    path = tmp_path / "qa.index"
    index.save(path)
    whole = path.read_bytes()
    for content in (b"", b"nonsense", whole[: len(whole) // 2], b"\x80\x04K\x01."):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="不是可用的索引文件"):
            Index.load(path)


def test_question_variant_finds_entry():
    index = Index.build(
        [
            ("a", make_question_parts("如何申领失业保险金？", "到参保地经办机构登记。", ["下岗了有补助吗"])),
            ("b", make_question_parts("如何申领生育津贴？", "由用人单位申报。")),
        ]
    )
    assert index.search("下岗补助")[0].id == "a"


def test_part_with_higher_weight_ranks_first():
    index = Index.build([("low", [EntryPart("公积金提取", 0.5)]), ("high", [EntryPart("公积金提取", 2.0)])])
    assert [hit.id for hit in index.search("公积金提取")] == ["high", "low"]


def test_long_document_is_found_by_passage():
    filler = "各地各部门要高度重视，加强组织领导，认真抓好落实。" * 60
    index = Index.build([("doc", filler + "老旧小区加装电梯每台补助十五万元。" + filler), ("other", filler)])
    assert index.search("加装电梯补多少钱")[0].id == "doc"


def collect_concurrent_failures(read, write, readers):
    """Read in threads while this thread writes 150 times; return the exceptions."""
    failures, done = [], threading.Event()

    def go_on():
        try:
            while not done.is_set():
                read()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=go_on) for _ in range(readers)]
    for thread in threads:
        thread.start()
    for n in range(150):
        write(n)
    done.set()
    for thread in threads:
        thread.join()
    return failures


def test_concurrent_reads_and_writes_do_not_fail():
    index = Index.build(ENTRIES)

    def read():
        assert index.search("住房公积金提取", k=3)[0].id == "gjj"

    def write(n):
        index.add(f"x{n}", f"第{n}条关于交通出行的新问答，词汇{chr(0x4E00 + n * 7)}{chr(0x5E00 + n * 5)}")
        if n % 3 == 0:
            index.remove(f"x{n}")

    assert collect_concurrent_failures(read, write, readers=3) == []


def test_decisions_and_routes_during_removals_do_not_fail():
    """A hit may be removed a moment later: hits and their texts come from one snapshot."""
    index = Index.build(ENTRIES)
    router = Router([("公积金提取", "甲"), ("社保卡挂失", "乙")])

    def read():
        decide_answer(index, "住房公积金提取条件")
        router.route("公积金提取")

    def write(n):
        index.add("gjj", f"职工可以提取住房公积金{n}")
        router.forget(router.learn("公积金提取", "甲"))
        index.remove("gjj")

    assert collect_concurrent_failures(read, write, readers=2) == []


def test_hits_include_matched_parts_at_time_of_search():
    index = Index.build(ENTRIES)
    found, size = index.search_with_contents("住房公积金", 2)
    index.remove("gjj")
    assert size == len(ENTRIES)
    assert found[0].hit.id == "gjj"
    assert found[0].content == (EntryPart(ENTRIES[2][1]),)
    assert "gjj" not in [each.hit.id for each in index.search_with_contents("住房公积金")[0]]


def test_saved_file_omits_removed_entries(index, tmp_path):
    index.add("secret", "绝密龘字")
    index.remove("secret")
    index.save(tmp_path / "i")
    assert "绝密" not in str(Index.load(tmp_path / "i")._contents)


def test_corrupted_bytes_are_refused_or_harmless(index, tmp_path):
    path = tmp_path / "qa.index"
    index.save(path)
    whole, chance = path.read_bytes(), random.Random(3)
    refused = 0
    for _ in range(300):
        broken = bytearray(whole)
        for _ in range(chance.choice([1, 3, 30])):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        path.write_bytes(broken)
        try:
            Index.load(path).search("公租房怎么申请")
        except ValueError as error:
            refused += "不是可用的索引文件" in str(error)
    assert refused > 200


@pytest.mark.parametrize("failure", [NotImplementedError, tokenize.TokenError, OSError(22), MemoryError])
def test_any_read_error_becomes_one_line(index, tmp_path, monkeypatch, failure):
    def broken(*_, **__):
        raise failure

    index.save(tmp_path / "i")
    monkeypatch.setattr(np, "load", broken)
    with pytest.raises(ValueError, match="不是可用的索引文件"):
        Index.load(tmp_path / "i")


def test_missing_file_raises_file_not_found(tmp_path):
    with pytest.raises(FileNotFoundError):
        Index.load(tmp_path / "none")


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_new_file_has_permissions_of_umask(index, tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        index.save(tmp_path / "i")
    finally:
        os.umask(before)
    assert (tmp_path / "i").stat().st_mode & 0o777 == mode


def test_replaced_file_keeps_permissions(index, tmp_path):
    index.save(tmp_path / "i")
    (tmp_path / "i").chmod(0o640)
    index.save(tmp_path / "i")
    assert (tmp_path / "i").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    "way",
    [
        lambda index: index.search(None),
        lambda index: index.add("a", None),
        lambda index: index.add("a", [EntryPart(None)]),
        lambda index: index.add(None, "a"),
        lambda index: decide_answer(index, None),
        lambda index: explain_hit(index, None, "gzf"),
        lambda index: Router([("a", "b")]).route(None),
        lambda index: Router([("a", None)]),
        lambda index: Router([(None, "a")]),
        lambda index: make_fts5_query(None),
    ],
)
def test_other_types_are_refused_with_one_line(index, way):
    with pytest.raises(TypeError, match=r"(需要文本|应为文本).*，收到的是 NoneType$"):
        way(index)
