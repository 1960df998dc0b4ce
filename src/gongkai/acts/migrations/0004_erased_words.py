"""Which movements lost their words by law is on record: words that are gone without it were taken by somebody (`audit verify`)."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def put_on_record(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put on record what law had erased before there was one: nobody can tell any more what else is gone."""
    erased = apps.get_model("acts", "ErasedWords").objects
    gone = apps.get_model("acts", "Movement").objects.exclude(words_digest="").filter(kept_words=None)
    erased.bulk_create(
        [erased.model(movement_id=number) for number in gone.values_list("pk", flat=True)], 500
    )


class Migration(migrations.Migration):
    dependencies = [("acts", "0003_covers")]

    operations = [
        migrations.CreateModel(
            name="ErasedWords",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "movement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erased_words",
                        to="acts.movement",
                        verbose_name="流水",
                    ),
                ),
            ],
            options={
                "verbose_name": "依法删除的流水文字",
                "verbose_name_plural": "依法删除的流水文字",
            },
        ),
        migrations.RunPython(put_on_record, migrations.RunPython.noop, elidable=True),
    ]
