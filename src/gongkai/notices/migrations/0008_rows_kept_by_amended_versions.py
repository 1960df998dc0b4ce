from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0007_amended_versions'),
    ]

    operations = [
        migrations.AddField(
            model_name='measure',
            name='kept_because',
            field=models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='修订后保留的原因'),
        ),
    ]
