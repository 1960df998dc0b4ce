"""The tables of the app as of version 0.2."""

from django.db import migrations, models

from gongkai.core.acts.migration_operations import LIBRARY_MIGRATIONS, FirstTables


class Migration(migrations.Migration):
    replaces = [
        ('mirror', '0001_initial'),
        ('mirror', '0002_leaf_error'),
    ]

    initial = True

    dependencies = [
        *LIBRARY_MIGRATIONS,
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Leaf',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('host', models.CharField(max_length=120, verbose_name='域名')),
                    ('path', models.CharField(max_length=500, verbose_name='地址')),
                    ('name', models.CharField(blank=True, max_length=600, verbose_name='文件')),
                    ('digest', models.CharField(blank=True, max_length=64, verbose_name='摘要值')),
                    ('size', models.BigIntegerField(default=0, verbose_name='字节')),
                    ('chunk', models.CharField(blank=True, max_length=2, verbose_name='清单')),
                    ('signed', models.BooleanField(default=False, verbose_name='已列入清单')),
                    ('written_at', models.DateTimeField(null=True, verbose_name='写入时间')),
                    ('due_at', models.DateTimeField(null=True, verbose_name='应更新时间')),
                    ('linked_at', models.DateTimeField(null=True, verbose_name='最近链接时间')),
                    ('error', models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='未写成的原因')),
                ],
                options={
                    'verbose_name': '镜像文件',
                    'verbose_name_plural': '镜像文件',
                    'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='leaf_due'), models.Index(fields=['host', 'chunk'], name='leaf_chunk'), models.Index(condition=models.Q(('signed', False)), fields=['signed'], name='leaf_unsigned')],
                    'constraints': [models.UniqueConstraint(fields=('host', 'path'), name='one_leaf')],
                },
            ),
        ]),
    ]
