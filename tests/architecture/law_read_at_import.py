"""Import every module of Gongkai, then those named as arguments, and print the modules that read the law meanwhile.

A process of its own: in that of the tests, the modules are imported already.
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

#: Every way to the figures in force calls one of them, before any cache.
READERS = ("get_settings_file_stamp", "load_stored_changes")
found = set()


def watch(read: Callable[[], Any]) -> Callable[[], Any]:
    """Return the reader, which first notes the module whose import calls it."""

    def watched() -> Any:
        importing = [frame.filename for frame in traceback.extract_stack() if frame.name == "<module>"]
        found.add(importing[-1])
        return read()

    return watched


for name, module in list(sys.modules.items()):
    if name.startswith(law.__name__):
        for reader in READERS:
            if hasattr(module, reader):
                setattr(module, reader, watch(getattr(module, reader)))
os.environ["DJANGO_SETTINGS_MODULE"] = "gongkai.ops.config.settings"
django.setup()
inside = (one.name for one in walk_packages(gongkai.__path__, "gongkai."))
for name in (*(name for name in inside if not name.endswith(("__main__", ".wsgi"))), *sys.argv[1:]):
    import_module(name)
print(json.dumps(sorted(found - {__file__})))
