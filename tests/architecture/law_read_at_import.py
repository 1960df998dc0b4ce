"""Import every module of Gongkai and those given as arguments; print the modules that read the law during import.

This runs in its own process, because the test process has imported the modules already.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import django

import gongkai
from gongkai.lib import law

#: Every read of the figures in force calls one of these functions, before any cache.
LAW_READERS = ("get_settings_file_stamp", "load_stored_changes")
found = set()


def record_importer(read: Callable[[], Any]) -> Callable[[], Any]:
    """Return the reader, wrapped so that it records the module whose import calls it."""

    def watched() -> Any:
        importing = [frame.filename for frame in traceback.extract_stack() if frame.name == "<module>"]
        found.add(importing[-1])
        return read()

    return watched


for name, module in list(sys.modules.items()):
    if name.startswith(law.__name__):
        for reader in LAW_READERS:
            if hasattr(module, reader):
                setattr(module, reader, record_importer(getattr(module, reader)))
os.environ["DJANGO_SETTINGS_MODULE"] = "gongkai.ops.config.settings"
django.setup()
modules = (one.name for one in walk_packages(gongkai.__path__, "gongkai."))
for name in (*(name for name in modules if not name.endswith(("__main__", ".wsgi"))), *sys.argv[1:]):
    import_module(name)
print(json.dumps(sorted(found - {__file__})))
