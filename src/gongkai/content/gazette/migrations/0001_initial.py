"""The tables of the app as of version 0.2."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('editions', '0005_never_public'),
        ('publishing', '0001_initial'),
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Article',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('position', models.PositiveIntegerField(verbose_name='顺序')),
                    ('section', models.CharField(max_length=40, verbose_name='栏目')),
                    ('title', models.CharField(max_length=300, verbose_name='标题')),
                    ('number', models.CharField(blank=True, max_length=80, verbose_name='发文字号')),
                    ('text', models.TextField(blank=True, verbose_name='正文')),
                    ('page', models.PositiveIntegerField(blank=True, null=True, verbose_name='页码')),
                    ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='gazette_articles', to='editions.document', verbose_name='文件')),
                    ('issue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='articles', to='gazette.issue', verbose_name='公报')),
                ],
                options={
                    'verbose_name': '公报篇目',
                    'verbose_name_plural': '公报篇目',
                    'ordering': ['position', 'pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('document__isnull', False)), fields=('issue', 'document'), name='gazette_document_once')],
                },
            ),
            migrations.CreateModel(
                name='Issue',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(help_text='如：云岭市人民政府公报', max_length=120, verbose_name='公报名称')),
                    ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1949), django.core.validators.MaxValueValidator(2100)], verbose_name='年份')),
                    ('number', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(400)], verbose_name='期号')),
                    ('total', models.PositiveIntegerField(blank=True, null=True, verbose_name='总期号')),
                    ('issued_on', models.DateField(verbose_name='出版日期')),
                    ('foreword', models.CharField(blank=True, max_length=500, verbose_name='卷首语')),
                    ('past', models.BooleanField(default=False, verbose_name='往期补录')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gazettes', to='units.body', verbose_name='主办')),
                ],
                options={
                    'verbose_name': '政府公报',
                    'verbose_name_plural': '政府公报',
                    'ordering': ['-year', '-number', 'name'],
                    'constraints': [models.UniqueConstraint(fields=('body', 'name', 'year', 'number'), name='gazette_once')],
                },
            ),
            migrations.CreateModel(
                name='IssueRevision',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('title', models.CharField(max_length=300, verbose_name='标题')),
                    ('html', models.TextField(blank=True, verbose_name='正文')),
                    ('facts', models.JSONField(default=dict, verbose_name='著录项')),
                    ('files', models.JSONField(default=list, help_text='[名称, 摘要值]', verbose_name='附件')),
                    ('terms', models.JSONField(default=dict, verbose_name='编写要素')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='保存时间')),
                    ('by', models.CharField(max_length=120, verbose_name='保存人')),
                    ('account', models.BigIntegerField(null=True)),
                    ('person', models.BigIntegerField(null=True)),
                    ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='gazette.issue', verbose_name='公报')),
                ],
                options={
                    'verbose_name': '公报的各稿',
                    'verbose_name_plural': '公报的各稿',
                    'ordering': ['pk'],
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='Printed',
                fields=[
                    ('release', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='gazette', serialize=False, to='publishing.channelrelease', verbose_name='登记')),
                    ('issue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='printed', to='gazette.issue', verbose_name='公报')),
                ],
                options={
                    'verbose_name': '公报刊登登记',
                    'verbose_name_plural': '公报刊登登记',
                },
            ),
        ]),
    ]
