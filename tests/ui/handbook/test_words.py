"""Labels in 「」 and commands in the handbook exist in the product, so that a renamed button fails here."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from wagtail.admin.menu import SubmenuMenuItem, admin_menu

from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.ui.handbook.contents import load_pages, read_page_source
from gongkai.ui.handbook.markup import UI_LABEL_PATTERN
from gongkai.ui.handbook.search import load_terms

PACKAGE = Path(apps.get_app_config("handbook").path).parents[1]
HAN = "[\u4e00-\u9fff]"
#: A Chinese string in Python that is no docstring; tags, variables and comments between the words of a template.
_STRING = re.compile(rf'(?<!")"([^"\n]*{HAN}[^"\n]*)"(?!")')
_MARKS = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>", re.DOTALL)
_ASIDE = {"demo", "law", "reading", "matching", "privacy", "migrations"}


def iterate_sources(ending: str) -> Iterator[str]:
    """Return the text of each file of the apps with pages."""
    for path in PACKAGE.rglob(f"*.{ending}"):
        if not _ASIDE & set(path.relative_to(PACKAGE).parts):
            yield path.read_text(encoding="utf-8")


@cache
def list_product_words() -> frozenset[str]:
    """Return texts between template tags, Chinese strings in Python, and labels of actions and menus."""
    words = {action.label for action in ACTIONS_BY_NAME.values()}
    todo = [*admin_menu.registered_menu_items]
    for item in todo:
        words.add(str(item.label))
        todo += item.menu.registered_menu_items if isinstance(item, SubmenuMenuItem) else []
    for text in iterate_sources("html"):
        words |= {" ".join(piece.split()) for piece in _MARKS.split(text)}
        words |= set(_STRING.findall(text))
    for text in iterate_sources("py"):
        words |= set(_STRING.findall(text))
    return frozenset(word.strip("：。 ") for word in words)


@pytest.mark.parametrize("name", list(load_pages()))
def test_quoted_labels_exist_in_the_product(name: str) -> None:
    said = set(UI_LABEL_PATTERN.findall(read_page_source(name)))
    assert said - list_product_words() == set()


def test_named_commands_exist() -> None:
    from gongkai.ops.cli.root import root

    named = {word for name in load_pages() for word in re.findall(r"`gongkai ([a-z-]+)[^`]*`", read_page_source(name))}
    assert named <= set(root.list_commands(None))


def test_terms_in_templates_are_explained_in_one_sentence() -> None:
    templates = "\n".join(iterate_sources("html"))
    used = {*re.findall(r'{% term "([^"]+)" %}', templates)}
    used |= {term for row in re.findall(r'ui/terms.html" with terms="([^"]+)"', templates) for term in row.split()}
    assert used <= set(load_terms())
    for term, sentence in load_terms().items():
        assert sentence.count("。") == 1, term
        assert sentence.endswith("。"), term
        assert not re.search(r"[*`\[]", sentence), term
