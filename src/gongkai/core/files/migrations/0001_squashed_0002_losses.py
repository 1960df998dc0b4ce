"""The tables of the app as of version 0.2."""

from django.db import migrations, models

from gongkai.core.acts.migration_operations import LIBRARY_MIGRATIONS, FirstTables


class Migration(migrations.Migration):
    replaces = [
        ('files', '0001_initial'),
        ('files', '0002_losses'),
    ]

    initial = True

    dependencies = [
        *LIBRARY_MIGRATIONS,
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='StoredFile',
                fields=[
                    ('digest', models.CharField(max_length=64, primary_key=True, serialize=False, verbose_name='摘要值')),
                    ('size', models.PositiveBigIntegerField(verbose_name='大小')),
                    ('type', models.CharField(max_length=120, verbose_name='类型')),
                    ('added_at', models.DateTimeField(auto_now_add=True, verbose_name='存入时间')),
                    ('added_by', models.CharField(blank=True, max_length=120, verbose_name='存入人')),
                    ('added_by_user', models.BigIntegerField(null=True, verbose_name='存入账号')),
                ],
                options={
                    'verbose_name': '文件',
                    'verbose_name_plural': '文件',
                },
            ),
            migrations.CreateModel(
                name='TextLosses',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('about', models.CharField(max_length=80, unique=True, verbose_name='文字')),
                    ('source', models.CharField(max_length=200, verbose_name='文件名')),
                    ('lines', models.JSONField(verbose_name='没有读入的内容')),
                    ('read_at', models.DateTimeField(verbose_name='读取时间')),
                    ('seen_by', models.CharField(blank=True, max_length=120, verbose_name='核对人')),
                ],
                options={
                    'verbose_name': '没有读入的内容',
                    'verbose_name_plural': '没有读入的内容',
                },
            ),
        ]),
    ]
