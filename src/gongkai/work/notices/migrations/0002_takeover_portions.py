import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0001_squashed'),
    ]

    operations = [
        migrations.CreateModel(
            name='TakeoverPortion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('results', models.JSONField(default=dict, verbose_name='结果')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='takeover_portions', to='notices.notice', verbose_name='通知')),
            ],
            options={
                'verbose_name': '修订接续批次',
                'verbose_name_plural': '修订接续批次',
                'ordering': ['pk'],
            },
        ),
    ]
