"""Synonyms from everyday words to official terms: import, export, look-up."""

import pytest

from gongkai.lib.matching import Index, Synonym, Synonyms
from gongkai.lib.matching.synonyms import load_default_synonyms


def test_written_table_is_read_back(tmp_path):
    table = Synonyms([Synonym("社保卡", "社会保障卡"), Synonym("养狗", "犬类", 0.5)])
    table.write(tmp_path / "words.tsv")
    assert list(Synonyms.read(tmp_path / "words.tsv")) == list(table)


def test_table_from_spreadsheet_is_read():
    table = Synonyms.parse("everyday\tofficial\tweight\r\n# 备注\r\n社保卡\t社会保障卡\r\n\r\n养狗\t犬类\t0.5\r\n")
    assert list(table) == [Synonym("社保卡", "社会保障卡", 1.0), Synonym("养狗", "犬类", 0.5)]


@pytest.mark.parametrize(
    "line", ["社保卡", "社保卡\t社会保障卡\t很像", "社保卡\t社会保障卡\t7", "卡\t社会保障卡", "社保卡\t"]
)
def test_invalid_line_is_named(line):
    with pytest.raises(ValueError, match=r"^同义词表第 2 行有误"):
        Synonyms.parse(f"养狗\t犬类\n{line}\n")


def test_longest_everyday_word_is_matched():
    table = Synonyms([Synonym("公租房", "公共租赁住房"), Synonym("公租房补贴", "租赁补贴")])
    assert [row.official for row in table.find("公租房补贴怎么领")] == ["租赁补贴"]


def test_word_can_have_several_terms():
    table = Synonyms([Synonym("丢了", "遗失"), Synonym("丢了", "挂失")])
    assert [row.official for row in table.find("卡丢了")] == ["遗失", "挂失"]


def test_office_synonyms_are_merged_with_defaults():
    own = load_default_synonyms().merged(Synonyms([Synonym("坝坝会", "居民议事会")]))
    index = Index.build([("a", "居民议事会的召集程序"), ("b", "业主大会的召集程序")], synonyms=own)
    assert index.search("坝坝会怎么开")[0].id == "a"
    without = Index.build([("b", "业主大会的召集程序"), ("a", "居民议事会的召集程序")], synonyms=Synonyms())
    assert without.search("坝坝会怎么开")[0].id == "b"  # nothing tells the two apart


def test_default_table_is_valid():
    table = load_default_synonyms()
    assert len(table) > 500
    assert all(row.everyday != row.official for row in table)
