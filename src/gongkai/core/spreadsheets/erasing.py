"""What law erases of rows that came by spreadsheet: what the import kept of them, and the file that they came in."""

from collections.abc import Collection

from gongkai.core.spreadsheets.models import ImportRun, ImportTouch


def forget_rows(model: str, numbers: Collection[int], said: str) -> int:
    """Blank what imports kept of these rows (`said` stands in their place), and their files, which hold others' rows, too; return how many rows.

    The digest of a file stays: it can still be told whether a file that somebody holds is that one.
    """
    touches = ImportTouch.objects.filter(model=model, object_pk__in=list(numbers))
    runs = list(touches.values_list("run_id", flat=True).distinct())
    ImportRun.objects.filter(pk__in=runs).update(content=b"")
    return touches.update(label=said, before={}, after={})
