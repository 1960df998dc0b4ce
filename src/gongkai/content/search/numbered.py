"""Find documents by numbers printed next to their text: 备案号, 统一登记编号. Apps register
finders."""

from collections.abc import Callable, Collection

from gongkai.content.search.asking import Meaning

#: Ways a number may be spelled in a table → numbers of documents that it belongs to. Whether a reader may see them is asked afterwards.
Find = Callable[[Collection[str]], Collection[int]]
NUMBER_FINDERS: list[Find] = []


def register_numbers(find: Find) -> None:
    """Register a finder of documents by numbers printed next to their text."""
    NUMBER_FINDERS.append(find)


def numbered(meaning: Meaning) -> frozenset[int]:
    """Return the documents with a searched number; empty for other searches."""
    if not (meaning.exact or meaning.index_key):
        return frozenset()
    spellings = {meaning.words, meaning.words.upper(), *meaning.numbers}
    return frozenset(number for find in NUMBER_FINDERS for number in find(spellings))
