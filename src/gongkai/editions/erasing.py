"""What goes when law orders an edition's content to be erased: its text, its files, and what rooms above keep behind them."""

from typing import Protocol

from gongkai.editions.models import Document, Edition, EditionContent, EditionFile
from gongkai.files.store import forget

ERASED = "（内容已依法删除）"


class Keeper(Protocol):
    """A room that keeps something behind what is public: drafts, originals, signatures, results of checks."""

    def files_behind(self, document: Document, marks: set[str]) -> set[str]:
        """Return the private files behind these public ones, such as the original of a masked copy."""

    def carries(self, mark: str) -> bool:
        """Whether the room still needs a file for something else."""

    def erase(self, edition: Edition) -> None:
        """Delete the drafts and words that an edition came from; its text is gone already."""

    def forget_file(self, mark: str) -> None:
        """Delete what is known of a file that goes."""


#: Filled by the rooms above when they start.
KEEPERS: list[Keeper] = []


def erase_content(edition: Edition) -> None:
    """Delete the content of an edition (its `Erasure` must stand), files that nothing else carries, and what stands behind it."""
    content = EditionContent.objects.get(pk=edition.pk)
    marks = {file["digest"] for file in content.files}
    marks |= behind(edition.document, marks)
    EditionContent.objects.filter(pk=edition.pk).delete()
    for keeper in KEEPERS:
        keeper.erase(edition)
    for mark in marks:
        drop_unless_carried(mark)


def behind(document: Document, marks: set[str]) -> set[str]:
    """Return the private files behind public ones: originals of masked copies, and what the text was made from."""
    return {mark for keeper in KEEPERS for mark in keeper.files_behind(document, marks)}


def drop_unless_carried(mark: str) -> None:
    """Delete a file that no edition and no room carries any more; its bytes go when the transaction is committed."""
    elsewhere = EditionFile.objects.filter(digest=mark).exists()
    if elsewhere or any(keeper.carries(mark) for keeper in KEEPERS):
        return
    for keeper in KEEPERS:
        keeper.forget_file(mark)
    forget(mark)
