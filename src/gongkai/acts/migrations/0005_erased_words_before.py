"""What law had erased of the log's words before there was a record of it is put on record, once."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def put_on_record(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put on record what law had erased before there was one: nobody can tell any more what else is gone."""
    erased = apps.get_model("acts", "ErasedWords").objects
    gone = apps.get_model("acts", "Movement").objects.exclude(words_digest="").filter(kept_words=None)
    erased.bulk_create(
        [erased.model(movement_id=number) for number in gone.values_list("pk", flat=True)], 500
    )


class Migration(migrations.Migration):
    dependencies = [("acts", "0004_erased_words")]

    operations = [migrations.RunPython(put_on_record, migrations.RunPython.noop, elidable=True)]
