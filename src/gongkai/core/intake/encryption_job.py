"""The job that encrypts words stored before their columns were encrypted.

Every table with an `EncryptedWordsField` is processed once, in batches. If an entry's title
contained such words, the app provides the new title (`register_row_preparation`), and messages and import
records with the old text are rewritten. Progress is logged (`words/<table>`); unencrypted
words remain readable until then (`vault.sealing.EncryptedWords`). SQLite keeps overwritten data in free pages, so
the file is rewritten at the end; for PostgreSQL see docs/privacy.md.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.apps import apps
from django.db import OperationalError, connection
from django.db.models import Model

from gongkai.core.acts.action import ActionResult, action
from gongkai.core.acts.actors import SYSTEM, Actor
from gongkai.core.acts.chain import map_last_records
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import check_system
from gongkai.core.outbox.models import Message
from gongkai.core.spreadsheets.models import ImportTouch
from gongkai.core.vault.fields import EncryptedWordsField
from gongkai.core.vault.sealing import EncryptedWords

Row = TypeVar("Row", bound=Model)

# Rows of a transaction; maximum seconds of a run.
ROWS_PER_TRANSACTION, MAX_RUN_SECONDS = 200, 30
# The log stream of the rewritten file; the key of an entry's title in a row's values.
FILE, TITLE = "words", "entry title"
# Model → function that prepares a row and returns its entry's title, or "".
_TITLE_FUNCTIONS: dict[str, Callable[[Model], str]] = {}


def register_row_preparation(model: "type[Row]", prepare: "Callable[[Row], str]") -> None:
    """Register the function that prepares a model's rows before encryption."""
    _TITLE_FUNCTIONS[model._meta.label] = prepare  # type: ignore[assignment]  # a row of this very model


@dataclass(frozen=True)
class EncryptedTextTable:
    """A model with encrypted text columns (`names`)."""

    model: type[Model]
    names: tuple[str, ...]

    @property
    def stream(self) -> str:
        """Return the log stream with its progress."""
        return f"{FILE}/{self.model._meta.db_table}"


def list_encrypted_text_tables() -> Iterator[EncryptedTextTable]:
    """Yield all tables with encrypted text columns."""
    for model in apps.get_models():
        names = tuple(f.name for f in model._meta.concrete_fields if isinstance(f, EncryptedWordsField))
        if names:
            yield EncryptedTextTable(model, names)


def encrypt_existing_texts() -> dict[str, int]:
    """Job: encrypt words stored in clear, if any are left, for `MAX_RUN_SECONDS`; return {"sealed": number of rows}."""
    until, sealed = time.monotonic() + MAX_RUN_SECONDS, 0
    last_by_stream = map_last_records([FILE, *(table.stream for table in list_encrypted_text_tables())])
    facts = {stream: movement.facts for stream, movement in last_by_stream.items()}
    for table in list_encrypted_text_tables():
        progress = facts.get(table.stream, {})
        if progress.get("columns") != list(table.names):
            progress = {}
        while not progress.get("whole"):
            if time.monotonic() > until:
                return {"sealed": sealed}
            progress = seal_words(None, by=SYSTEM, table=table, progress=progress)
            sealed += progress["now"]
        facts[table.stream] = progress
    if FILE not in facts and any(fact.get("rows") for fact in facts.values()):
        _rewrite_database_file()
    return {"sealed": sealed}


@action("intake.seal_words", label="加密已有的公众来件文字", rule=check_system)
def seal_words(_: None, *, by: Actor, table: EncryptedTextTable, progress: Mapping[str, int]) -> ActionResult:
    """Encrypt a batch of a table; the action's result is the progress after it, from `progress` so far."""
    last_pk = int(progress.get("to", 0))
    rows = list(
        table.model._base_manager.select_for_update(of=("self",))
        .filter(pk__gt=last_pk)
        .order_by("pk")[:ROWS_PER_TRANSACTION]
    )
    encrypted_rows = {int(str(row.pk)): sealed for row in rows if (sealed := _encrypt_row(row, table.names))}
    titles = {number: sealed.pop(TITLE) for number, sealed in encrypted_rows.items() if TITLE in sealed}
    _rewrite_import_records(table.model._meta.label_lower, encrypted_rows)
    _rename_entries(titles)
    facts = {
        "columns": list(table.names),
        "to": int(str(rows[-1].pk)) if rows else last_pk,
        "whole": len(rows) < ROWS_PER_TRANSACTION,
        "rows": int(progress.get("rows", 0)) + len(encrypted_rows),
    }
    text = f"加密{len(encrypted_rows)}件的文字" if encrypted_rows else "没有未加密的文字"
    return ActionResult(words=text, facts=facts, stream=table.stream, result={**facts, "now": len(encrypted_rows)})


def _encrypt_row(row: Model, names: tuple[str, ...]) -> dict[str, str]:
    """Encrypt the texts of a row and save them and its digests; return field → token, with the entry's new title under
    `TITLE` if there is one; {} if all were encrypted already."""
    if all(getattr(row, name).sealed for name in names):
        return {}
    label = row._meta.label
    title = _TITLE_FUNCTIONS[label](row) if label in _TITLE_FUNCTIONS else ""
    encrypted_texts = {name: EncryptedWords.of(getattr(row, name).reveal()) for name in names}
    columns = [field.name for field in row._meta.concrete_fields if field.name.endswith("_digest")]
    digests = {name: getattr(row, name) for name in columns}
    type(row)._base_manager.filter(pk=row.pk).update(**encrypted_texts, **digests)
    return {name: encrypted_text.token for name, encrypted_text in encrypted_texts.items()} | (
        {TITLE: title} if title else {}
    )


def _rename_entries(titles: Mapping[int, str]) -> None:
    """Set the titles of entries (id → title), also in messages that link to them and in import records."""
    entries = [row for row in Entry.objects.filter(pk__in=titles) if row.title != titles[row.pk]]
    by_link = {get_entry_url(entry): entry for entry in entries}
    for message in Message.objects.filter(link__in=by_link):
        entry = by_link[message.link]
        old_title, new_title = entry.title, titles[entry.pk]
        texts = [
            text.replace(old_title, new_title).replace(old_title[:60], new_title[:60])
            for text in (message.subject, message.body)
        ]
        Message.objects.filter(pk=message.pk).update(subject=texts[0][:200], body=texts[1])
    for entry in entries:
        Entry.objects.filter(pk=entry.pk).update(title=titles[entry.pk])
    _rewrite_import_records("ledger.entry", {entry.pk: {"title": titles[entry.pk]} for entry in entries})


def _rewrite_import_records(model: str, now: Mapping[int, Mapping[str, str]]) -> None:
    """Replace values of rows (`now`: values by primary key) in the import records of a model."""
    for touch in ImportTouch.objects.filter(model=model, object_pk__in=now):
        new_values = now[touch.object_pk]
        for snapshot in (touch.before, touch.after):
            snapshot |= {name: value for name, value in new_values.items() if name in snapshot}
        touch.label = new_values.get("title", f"{apps.get_model(model)._meta.verbose_name}{touch.object_pk}")[:200]
        touch.save(update_fields=["before", "after", "label"])


def _rewrite_database_file() -> None:
    """Rewrite an SQLite file without deleted clear text and record it; do nothing in a transaction or if it is locked.
    On PostgreSQL only record it."""
    if connection.vendor == "sqlite":
        if connection.in_atomic_block:
            return
        try:
            with connection.cursor() as cursor:
                cursor.execute("VACUUM")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except OperationalError:
            return
    record_clean_file(None, by=SYSTEM)


@action("intake.write_file_anew", label="重写数据库文件", rule=check_system)
def record_clean_file(_: None, *, by: Actor) -> ActionResult:
    """Record that the rewritten database file contains no words in clear."""
    return ActionResult(
        words="公众来件文字加密后，数据库文件已重写" if connection.vendor == "sqlite" else "文字已加密",
        stream=FILE,
    )
