"""What of a lock an installation has: on Debian 12, of either architecture."""

import re

from packaging.markers import Marker

ARCHES = ("x86_64", "aarch64")
#: The Python of Debian 12. What the lock names for others, such as the one that makes the bundle, stays out.
PYTHON = "3.11.2"


def wanted(lock: str, arch: str) -> list[str]:
    """Return those of a lock's requirements that an installation has, each without its condition."""
    target = {
        "python_full_version": PYTHON,
        "python_version": PYTHON.rpartition(".")[0],
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
        "platform_machine": arch,
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    found = []
    for one in re.split(r"\n(?=\S)", lock.strip()):
        condition = re.search(r" ; ([^\\\n]*)", one)
        if not one.startswith("#") and (not condition or Marker(condition[1].strip()).evaluate(target)):
            found.append(re.sub(r" ; [^\\\n]*", " ", one))
    return found
