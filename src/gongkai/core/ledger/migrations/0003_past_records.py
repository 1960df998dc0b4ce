"""Records of the past (补录): an act that happened before, with its paper, for a second person to compare."""

import django.db.models.deletion
import gongkai.core.vault.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0001_initial'),
        ('ledger', '0002_lapses'),
    ]

    operations = [
        migrations.CreateModel(
            name='PastRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(max_length=80, verbose_name='事项')),
                ('on', models.DateField(verbose_name='发生日期')),
                ('facts', gongkai.core.vault.fields.EncryptedTextField(blank=True, verbose_name='内容')),
                ('lines', gongkai.core.vault.fields.EncryptedTextField(blank=True, verbose_name='登记的内容')),
                ('paper_name', models.CharField(blank=True, max_length=200, verbose_name='凭证文件名')),
                ('paper_number', models.CharField(max_length=120, verbose_name='凭证文号或者编号')),
                ('recorded_by', models.CharField(max_length=120, verbose_name='登记人')),
                ('person', models.BigIntegerField(null=True, verbose_name='登记人编号')),
                ('account', models.BigIntegerField(null=True, verbose_name='登记账号')),
                ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
                ('state', models.CharField(choices=[('waiting', '待核对'), ('confirmed', '已核对'), ('refused', '不予登记')], default='waiting', max_length=10, verbose_name='核对')),
                ('decided_by', models.CharField(blank=True, max_length=120, verbose_name='核对人')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='核对时间')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='不予登记的理由')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='past_records', to='ledger.entry', verbose_name='记录')),
                ('paper', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile', verbose_name='凭证')),
            ],
            options={
                'verbose_name': '补录',
                'verbose_name_plural': '补录',
                'ordering': ['pk'],
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['entry'], name='pastrecord_waiting')],
            },
        ),
    ]
