"""Job: delete files without database rows, left by interrupted uploads, after a day."""

import io
from datetime import timedelta

from django.utils import timezone

from gongkai.core.files.models import StoredFile
from gongkai.core.files.place import ROOT, files_storage, names_in, place_of
from gongkai.core.files.store import put

MIN_AGE = timedelta(days=1)


def collect(*, age: timedelta = MIN_AGE) -> dict[str, int]:
    """Delete files that no row references; return their number."""
    storage, gone = files_storage(), 0
    for shelf in names_in(ROOT)[0]:
        names = names_in(f"{ROOT}/{shelf}")[1]
        known = set(StoredFile.objects.filter(pk__in=names).values_list("pk", flat=True))
        for name in names:
            place = f"{ROOT}/{shelf}/{name}"
            if name not in known and storage.get_modified_time(place) < timezone.now() - age:
                gone += _delete_file(place, name)
    return {"collected": gone}


def _delete_file(place: str, name: str) -> int:
    storage = files_storage()
    with storage.open(place) as held:
        data = bytes(held.read())
    storage.delete(place)
    if StoredFile.objects.filter(pk=name).exists() and place == place_of(name):
        put(io.BytesIO(data))
        return 0
    return 1
