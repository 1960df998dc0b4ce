"""The tables of the app as of version 0.2."""

import django.db.models.deletion
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('editions', '0005_never_public'),
        ('files', '0001_squashed_0002_losses'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Bundle',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=80, verbose_name='文件名')),
                    ('label', models.CharField(max_length=120, verbose_name='内容')),
                    ('kind', models.CharField(max_length=80, verbose_name='类型')),
                    ('rows', models.PositiveIntegerField(verbose_name='行数')),
                    ('size', models.PositiveBigIntegerField(verbose_name='大小')),
                    ('made_on', models.DateField(verbose_name='生成日期')),
                    ('editions', models.BinaryField(verbose_name='所含版本')),
                    ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='文件')),
                    ('website', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bundles', to='editions.website', verbose_name='网站')),
                ],
                options={
                    'verbose_name': '整批下载的文件',
                    'verbose_name_plural': '整批下载的文件',
                    'ordering': ['kind', '-name'],
                    'constraints': [models.UniqueConstraint(fields=('website', 'name'), name='bundle_once')],
                },
            ),
        ]),
    ]
