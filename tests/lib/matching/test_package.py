"""Public names of the package, loaded lazily."""

import subprocess
import sys

import pytest

import gongkai.lib.matching as room


@pytest.mark.parametrize("name", room.__all__)
def test_every_public_name_has_docstring(name):
    assert getattr(room, name).__doc__


def test_lists_of_names_agree():
    assert sorted(room.__all__) == sorted(room._MODULES_BY_NAME)


def test_unknown_name_raises_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = room.nothing


def test_folding_loads_no_large_module_and_package_no_django():
    code = (
        "import sys; from gongkai.lib.matching.folding import fold, make_search_tokens; make_search_tokens('公租房');"
        "print([m for m in ('numpy', 'rjieba', 'django') if m in sys.modules]);"
        "from gongkai.lib.matching import *; Index.build([('a', '公租房')]); print('django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "False"]
