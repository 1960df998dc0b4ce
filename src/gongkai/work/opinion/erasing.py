"""Erase published answers and promises by law, with copies of their text in the ledger."""

from gongkai.content.editions.erasing import (
    ERASED_TEXT,
    BaseErasureHandler,
    TextEchoes,
    find_erased_revisions,
    source_number_of,
)
from gongkai.content.editions.models import Edition
from gongkai.core.ledger.models import Entry
from gongkai.work.opinion.models import Promise, Response, ResponseText, Statement, StatementSort


class ResponseErasureHandler(BaseErasureHandler):
    """The erasure handler of answers on the website."""

    def echoes(self, edition: Edition) -> TextEchoes:
        """Return the titles of the texts and the case, whose own text stays."""
        number = source_number_of(edition, Response.source_name)
        titles = ResponseText.objects.filter(response=number).values_list("title", flat=True)
        entries = Entry.objects.filter(opinion_case__responses=number)
        return TextEchoes(
            titles=frozenset(titles),
            shared=frozenset(entry.stream for entry in entries),
            links=frozenset(entry.url for entry in entries),
        )

    def erase(self, edition: Edition) -> None:
        """Blank the texts of an edition."""
        texts = ResponseText.objects.filter(response=source_number_of(edition, Response.source_name))
        revisions = find_erased_revisions(edition)
        if not texts.filter(pk__gt=revisions.last).exists():
            Response.objects.filter(pk=source_number_of(edition, Response.source_name)).update(text="")
        revisions.rows(texts).update(title=ERASED_TEXT, text=ERASED_TEXT)


class PromiseErasureHandler(BaseErasureHandler):
    """The erasure handler of statements; texts that later remaining statements repeat stay."""

    def echoes(self, edition: Edition) -> TextEchoes:
        """Return the promise's entry and the titles of its statements."""
        number = source_number_of(edition, Promise.source_name)
        titles = Statement.objects.filter(promise=number).exclude(title="").values_list("title", flat=True)
        entries = Entry.objects.filter(pk=number, kind="promise")
        return TextEchoes(
            titles=frozenset(titles),
            streams=frozenset(entry.stream for entry in entries),
            links=frozenset(entry.url for entry in entries),
        )

    def erase(self, edition: Edition) -> None:
        """Blank the statements of an edition, with the promise's text if it is the first."""
        number = source_number_of(edition, Promise.source_name)
        revisions = find_erased_revisions(edition)
        statements = Statement.objects.filter(promise=number)
        repeated = {value for row in statements.filter(pk__in=revisions.spared) for value in row.before}
        rows = revisions.rows(statements).exclude(pk__in=repeated)
        if rows.filter(sort=StatementSort.PROMISE).exists():
            Promise.objects.filter(pk=number).update(
                words=ERASED_TEXT, promised_by="", occasion=ERASED_TEXT, address=""
            )
            Entry.objects.filter(pk=number).update(title=ERASED_TEXT)
        rows.update(title=ERASED_TEXT, text=ERASED_TEXT, lead="", link="")


ERASURE_HANDLERS = (ResponseErasureHandler(Response.source_name), PromiseErasureHandler(Promise.source_name))
