"""Kept texts lose the lists of links that stood within them and name their attachments, as new ones do."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def as_read_now(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Give kept texts the words that the same page gives now, so that none of them is said to have changed."""
    from gongkai.gathering.likeness import key_of, marks_of
    from gongkai.gathering.link_lists import without_link_lists
    from gongkai.gathering.taking import MOST_TEXT
    from gongkai.richtext import plain

    gathered = apps.get_model("gathering", "Gathered")
    rows = gathered.objects.exclude(html="").only("pk", "title", "text", "html").prefetch_related("files")
    for row in rows.iterator(500):
        facts = marks_of(row.text)
        if row.text == plain(row.html)[:MOST_TEXT]:
            html = without_link_lists(row.html)
            names = [file.name for file in row.files.all()]
            said = plain(html)
            beside = [name for name in names if name.rpartition(".")[0] not in said]
            text = "\n".join([said, *beside])[:MOST_TEXT]
            facts = {
                **marks_of(text),
                "html": html,
                "text": text,
                "digest": key_of(f"{row.title}\n{text}"),
                "page_digest": key_of(text),
            }
        gathered.objects.filter(pk=row.pk).update(**facts)


class Migration(migrations.Migration):
    dependencies = [("gathering", "0004_marks_of_sentences")]

    operations = [
        migrations.RunPython(as_read_now, migrations.RunPython.noop, elidable=True),
    ]
