"""The indexes by which receipts find their texts, built beside the work."""

from django.db import migrations, models

from gongkai.acts.indexing import AddIndexQuietly


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("outbox", "0002_gateways")]

    operations = [
        AddIndexQuietly(
            model_name='letter',
            index=models.Index(condition=models.Q(('reference', ''), _negated=True), fields=['reference'], name='letter_reported'),
        ),
        AddIndexQuietly(
            model_name='message',
            index=models.Index(condition=models.Q(('reference', ''), _negated=True), fields=['reference'], name='message_reported'),
        ),
    ]
