"""Erase imported copies of rows that must be deleted by law."""

from collections.abc import Collection

from gongkai.core.spreadsheets.models import ImportRun, ImportTouch


def forget_rows(model: str, numbers: Collection[int], said: str) -> int:
    """Erase the import's copies of these rows (label `said`), and their files; return the count.

    A file's digest stays, so that a copy can still be identified.
    """
    touches = ImportTouch.objects.filter(model=model, object_pk__in=list(numbers))
    runs = list(touches.values_list("run_id", flat=True).distinct())
    ImportRun.objects.filter(pk__in=runs).update(content=b"")
    return touches.update(label=said, before={}, after={})
