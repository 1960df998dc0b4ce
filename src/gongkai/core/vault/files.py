"""Key files in the data folder, created on first use, readable by their owner only."""

import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings


def keys_folder() -> Path:
    """Return the folder of key files."""
    folder = Path(settings.DATA) / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret_file(name: str, make: Callable[[], bytes]) -> bytes:
    """Return the content of a key file; create it on first use."""
    path = keys_folder() / name
    if not path.exists():
        part = path.with_name(f"{name}.{os.getpid()}.part")
        descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(make())
        try:
            os.link(part, path)
        except FileExistsError:
            pass  # somebody else made it in this moment: theirs counts
        finally:
            part.unlink()
    return path.read_bytes()
