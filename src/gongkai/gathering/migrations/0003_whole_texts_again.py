"""Entries whose page's words a later reading of the list had replaced by its summary have them again."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def whole_again(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Give entries their page's words back that a later reading of the list had replaced by its summary."""
    from gongkai.richtext import plain

    gathered = apps.get_model("gathering", "Gathered")
    for row in gathered.objects.exclude(html="").only("pk", "text", "html").iterator(500):
        words = plain(row.html)
        if len(row.text) * 2 < len(words):
            gathered.objects.filter(pk=row.pk).update(summary=row.text, text=words)


class Migration(migrations.Migration):
    dependencies = [("gathering", "0002_like_with_like")]

    operations = [migrations.RunPython(whole_again, migrations.RunPython.noop, elidable=True)]
