"""Which texts carry a file: an index, filled from the texts that are there."""

import json
import re

import django.db.models.deletion
from django.db import migrations, models


def fill(apps, schema_editor):
    """Read every text once."""
    contents = apps.get_model("publishing", "EditionContent")
    index = apps.get_model("publishing", "EditionFile")
    rows = []
    for pk, files in contents.objects.order_by("pk").values_list("pk", "files").iterator(500):
        marks = set(re.findall(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", json.dumps(files)))
        rows += [index(content_id=pk, digest=mark) for mark in sorted(marks)]
        if len(rows) > 2000:
            index.objects.bulk_create(rows, batch_size=500)
            rows = []
    index.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('publishing', '0012_ever_urgent'),
    ]

    operations = [
        migrations.CreateModel(
            name='EditionFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(db_index=True, max_length=64, verbose_name='文件摘要值')),
                ('content', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='carried', to='publishing.editioncontent', verbose_name='版本内容')),
            ],
            options={
                'verbose_name': '版本的文件',
                'verbose_name_plural': '版本的文件',
                'constraints': [models.UniqueConstraint(fields=('content', 'digest'), name='edition_file_once')],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
