"""What a server's process reads behind its start, so that no visitor waits for it: addresses, menu icons, templates, words of notices.

    begin()       in a thread of its own, from `config.wsgi`; words of notices that come later are read within a minute

Nothing here decides what a page says: a page asked before all is read reads the rest itself.
"""

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache

from django.conf import settings
from django.db import close_old_connections, connection
from django.template import Engine, Node, Origin, Template, TemplateDoesNotExist
from django.template.base import FilterExpression
from django.template.library import InclusionNode
from django.template.loader_tags import ExtendsNode, IncludeNode
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse
from django.utils import translation
from django.utils.formats import get_format
from django.utils.module_loading import import_string
from wagtail.admin.icons import get_icon_sprite_hash

from gongkai.core.ledger.desk import BLOCKS
from gongkai.lib import matching, privacy
from gongkai.lib.matching.analysis import segmenter
from gongkai.ui.office.shown import settled_menu
from gongkai.work.notices.queries import public

LOG = logging.getLogger(__name__)
#: What is asked for first where an office opens in the morning and the public's site is looked at; what they extend and include is found in them.
PAGES = (
    "portal/progress.html",
    "portal/front.html",
    "portal/column.html",
    "portal/search.html",
    "wagtailadmin/home.html",
    "office/desk.html",
    "office/leader.html",
    "office/statistics.html",
    "office/ledger.html",
    "office/entry.html",
    "office/act.html",
)
#: Seconds between two looks for notices that came into force.
EVERY = 60
#: Set when all was read once.
READ = threading.Event()


def begin() -> None:
    """Read in a thread of its own, and go on with what comes later."""
    threading.Thread(target=_read_for_ever, name="warming", daemon=True).start()


def _read_for_ever() -> None:
    read_program()
    seen: object = None
    while True:
        try:
            seen = read_words(seen)
        except Exception:  # the database is away for a while, or not set up yet
            LOG.warning("words of notices were not read beforehand", exc_info=True)
        close_old_connections()
        connection.close()
        READ.set()
        time.sleep(EVERY)


@cache
def read_program() -> None:
    """Read what depends on the program alone: names of addresses, words, icons, templates, what compares texts, rules on personal data.

    Once: a server reads it before it splits its workers off (`cli.serve`).
    """
    with translation.override(settings.LANGUAGE_CODE):
        read_addresses(get_resolver())
        get_icon_sprite_hash()
        settled_menu()
        get_format("DATE_FORMAT")
        _ = Engine.get_default().template_context_processors
        import_string(settings.MESSAGE_STORAGE)
        compiled([*PAGES, *(block.template for block in BLOCKS.values())])
    for name in matching.__all__:  # numpy with them, which the first search would wait for
        getattr(matching, name)
    segmenter().cut("政务公开")
    privacy.warm()


def read_addresses(resolver: URLResolver, within: str = "") -> None:
    """Read the names of all addresses, and of each namespace once more: for those Django makes a resolver of its own when one is asked for."""
    for name, (_, inner) in resolver.namespace_dict.items():
        with suppress(NoReverseMatch):
            reverse(f"{within}{name}:-")  # no address is called so; looking for it reads all
        read_addresses(inner, f"{within}{name}:")


def compiled(names: Iterable[str]) -> set[str]:
    """Compile templates with those that they extend, include or draw by a tag, as far as they name them; return where all of them stand."""
    engine = Engine.get_default()
    waiting: list[tuple[str, list[Origin]]] = [(name, []) for name in names]
    done = set[str]()
    while waiting:
        name, behind = waiting.pop()
        try:
            template, origin = engine.find_template(name, skip=behind)
        except TemplateDoesNotExist:  # a part that is left out where an application lacks it
            continue
        if origin.name not in done:
            done.add(origin.name)
            waiting += named(template)
    return done


def named(template: Template) -> Iterator[tuple[str, list[Origin]]]:
    """Yield the templates that one names literally; with what it extends itself, since that may have the same name in another application."""
    for node in template.nodelist.get_nodes_by_type(Node):
        told: object = None
        if isinstance(node, ExtendsNode):
            told = node.parent_name
        elif isinstance(node, IncludeNode):
            told = node.template
        elif isinstance(node, InclusionNode):
            told = node.filename
        if isinstance(told, FilterExpression):
            told = told.var
        if isinstance(told, str):
            yield told, [template.origin] if isinstance(node, ExtendsNode) else []


def read_words(seen: object = None) -> object:
    """Look through the words of this year's notices for personal data, once in a process, where other notices are in force than were `seen`."""
    there = public.find_change_key()
    if there != seen:
        public.warm_texts()
    return there
