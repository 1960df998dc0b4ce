"""Numbers that stand beside a public text, not in it: 备案号, 统一登记编号. Rooms that print such numbers enter who finds them."""

from collections.abc import Callable, Collection

from gongkai.content.search.asking import Meaning

#: Ways a number may be spelled in a table → numbers of documents that it belongs to. Whether a reader may see them is asked afterwards.
Find = Callable[[Collection[str]], Collection[int]]
NUMBER_FINDERS: list[Find] = []


def register_numbers(find: Find) -> None:
    """Enter who finds documents by numbers that their public pages print beside the text."""
    NUMBER_FINDERS.append(find)


def numbered(meaning: Meaning) -> frozenset[int]:
    """Return the documents that a number belongs to; none where no number was asked for."""
    if not (meaning.exact or meaning.index_key):
        return frozenset()
    spellings = {meaning.words, meaning.words.upper(), *meaning.numbers}
    return frozenset(number for find in NUMBER_FINDERS for number in find(spellings))
