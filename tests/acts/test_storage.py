"""The way out of the private store."""

import pytest
from django.core.files.base import ContentFile
from django.http import Http404

from gongkai.acts.storage import files_storage, serve_privately


@pytest.fixture
def place(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "files": {**settings.STORAGES["files"], "OPTIONS": {"location": str(tmp_path), "base_url": None}},
    }
    return files_storage().save("a/b", ContentFile("正文".encode()))


@pytest.mark.django_db  # the end of an answer looks after connections
def test_a_file_goes_out_whole_and_stays_nowhere(place):
    answer = serve_privately(place, "通知.pdf", "application/pdf", inline=True)
    assert b"".join(answer.streaming_content).decode() == "正文"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith("inline")
    answer.close()


def test_a_file_that_the_store_has_lost_is_not_there(place):
    files_storage().delete(place)
    with pytest.raises(Http404):
        serve_privately(place, "通知.pdf")
