"""Changes of law (期限和工作日历的变动) that a second person confirms."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0003_past_records'),
    ]

    operations = [
        migrations.CreateModel(
            name='LegalChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('figure', '期限'), ('calendar', '放假安排')], max_length=8, verbose_name='类别')),
                ('facts', models.JSONField(verbose_name='内容')),
                ('words', models.CharField(max_length=300, verbose_name='变动')),
                ('source', models.CharField(max_length=300, verbose_name='依据')),
                ('by', models.CharField(max_length=120, verbose_name='登记人')),
                ('person', models.BigIntegerField(null=True, verbose_name='登记人编号')),
                ('account', models.BigIntegerField(null=True, verbose_name='登记账号')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
                ('state', models.CharField(choices=[('waiting', '待核对'), ('confirmed', '已核对'), ('refused', '不予登记')], default='waiting', max_length=10, verbose_name='核对')),
                ('decided_by', models.CharField(blank=True, max_length=120, verbose_name='核对人')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='核对时间')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='不予登记的理由')),
            ],
            options={
                'verbose_name': '期限和工作日历的变动',
                'verbose_name_plural': '期限和工作日历的变动',
                'ordering': ['pk'],
            },
        ),
    ]
