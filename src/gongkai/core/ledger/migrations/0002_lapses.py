"""Lapses: due dates that a unit let pass, of entries that no longer show them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0001_squashed'),
    ]

    operations = [
        migrations.CreateModel(
            name='Lapse',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='lapse', serialize=False, to='ledger.entry', verbose_name='记录')),
                ('of', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lapses', to='ledger.entry', verbose_name='逾期的记录')),
            ],
            options={
                'verbose_name': '逾期记录',
                'verbose_name_plural': '逾期记录',
            },
        ),
    ]
