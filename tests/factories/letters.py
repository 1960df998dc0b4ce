"""Consent letters of other units, with their scans."""

from typing import Any

from django.utils import timezone

from factories.checks import scanned
from gongkai.content.editions.frozen import store_publishable_file
from gongkai.core.files.models import StoredFile

SCAN = scanned()


def letter_scan() -> StoredFile:
    """Store the scan of a letter."""
    return store_publishable_file(SCAN, "来函.pdf")


def letter(scan: StoredFile) -> dict[str, Any]:
    return {"scan": scan, "scan_name": "来函.pdf", "name": "王某", "letter_on": timezone.localdate()}


def second_letter_scan() -> StoredFile:
    """Store the scan of a second letter."""
    return store_publishable_file(SCAN + b"\n%2", "来函二.pdf")
