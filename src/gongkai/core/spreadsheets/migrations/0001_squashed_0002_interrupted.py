"""The tables of the app as of version 0.2."""

import django.db.models.deletion
import gongkai.core.vault.fields
from django.db import migrations, models

from gongkai.core.acts.migration_operations import LIBRARY_MIGRATIONS, FirstTables


class Migration(migrations.Migration):
    replaces = [
        ('spreadsheets', '0001_squashed'),
        ('spreadsheets', '0002_interrupted'),
    ]

    initial = True

    dependencies = [
        *LIBRARY_MIGRATIONS,
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='HeadMeaning',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('importer', models.CharField(max_length=40, verbose_name='导入类别')),
                    ('head', models.CharField(max_length=80, verbose_name='表头')),
                    ('key', models.CharField(max_length=40, verbose_name='列')),
                ],
                options={
                    'verbose_name': '表头的含义',
                    'verbose_name_plural': '表头的含义',
                    'constraints': [models.UniqueConstraint(fields=('importer', 'head'), name='head_means_once')],
                },
            ),
            migrations.CreateModel(
                name='ImportRun',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('importer', models.CharField(max_length=40, verbose_name='导入类别')),
                    ('file_name', models.CharField(max_length=200, verbose_name='文件名')),
                    ('content', models.BinaryField(verbose_name='文件内容')),
                    ('key', gongkai.core.vault.fields.EncryptedTextField(blank=True, verbose_name='文件密钥')),
                    ('heads', models.JSONField(db_default={}, default=dict, verbose_name='表头对应')),
                    ('file_digest', models.CharField(max_length=64, verbose_name='文件摘要值')),
                    ('plan_digest', models.CharField(blank=True, max_length=64, verbose_name='预览摘要值')),
                    ('state', models.CharField(choices=[('draft', '待确认'), ('applying', '正在导入'), ('applied', '已导入'), ('undone', '已撤销')], default='draft', max_length=8, verbose_name='状态')),
                    ('person_id', models.BigIntegerField(null=True, verbose_name='人员编号')),
                    ('by_name', models.CharField(max_length=120, verbose_name='经手人')),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='上传时间')),
                    ('applied_at', models.DateTimeField(blank=True, null=True, verbose_name='导入时间')),
                    ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='撤销时间')),
                    ('made', models.PositiveIntegerField(default=0, verbose_name='新增')),
                    ('changed', models.PositiveIntegerField(default=0, verbose_name='修改')),
                ],
                options={
                    'verbose_name': '导入记录',
                    'verbose_name_plural': '导入记录',
                    'ordering': ['-pk'],
                    'indexes': [models.Index(fields=['importer', 'state', '-id'], name='import_by_state')],
                },
            ),
            migrations.CreateModel(
                name='ImportTouch',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('position', models.PositiveIntegerField(verbose_name='次序')),
                    ('model', models.CharField(max_length=80, verbose_name='表')),
                    ('object_pk', models.BigIntegerField(verbose_name='编号')),
                    ('verb', models.CharField(choices=[('made', '新增'), ('changed', '修改')], max_length=8, verbose_name='动作')),
                    ('label', models.CharField(max_length=200, verbose_name='名称')),
                    ('before', models.JSONField(default=dict, verbose_name='原内容')),
                    ('after', models.JSONField(default=dict, verbose_name='新内容')),
                    ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='touches', to='spreadsheets.importrun', verbose_name='导入记录')),
                ],
                options={
                    'verbose_name': '导入明细',
                    'verbose_name_plural': '导入明细',
                    'ordering': ['position'],
                    'constraints': [models.UniqueConstraint(fields=('run', 'model', 'object_pk'), name='import_touch_once')],
                },
            ),
        ]),
    ]
