"""Files that came without their rows: what a kill between the two left. Collected once they are a day old."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from gongkai.acts.storage import files_storage
from gongkai.editions.models import StoredFile

AGE = timedelta(days=1)


def collect(*, age: timedelta = AGE) -> dict[str, int]:
    """Delete files of the published store that no row names; return how many."""
    storage, gone = files_storage(), 0
    if not storage.exists("published"):
        return {"collected": 0}
    for shelf in storage.listdir("published")[0]:
        names = storage.listdir(f"published/{shelf}")[1]
        known = set(StoredFile.objects.filter(pk__in=names).values_list("pk", flat=True))
        for name in names:
            place = f"published/{shelf}/{name}"
            if name not in known and storage.get_modified_time(place) < timezone.now() - age:
                gone += _drop(place, name)
    return {"collected": gone}


def _drop(place: str, name: str) -> int:
    """Delete one file; where a row came to be in this very moment, put it back."""
    storage = files_storage()
    with storage.open(place) as file:
        data = file.read()
    storage.delete(place)
    if StoredFile.objects.filter(pk=name).exists():
        storage.save(place, ContentFile(data))
        return 0
    return 1
