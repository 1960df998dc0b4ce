"""The tables of the app as of version 0.2; replaces its first 3 migrations."""

import gongkai.core.vault.fields
from django.db import migrations, models

from gongkai.core.acts.migration_operations import LIBRARY_MIGRATIONS, FirstTables


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ('intake', '0001_initial'),
        ('intake', '0002_words'),
        ('intake', '0003_anonymous_words'),
    ]

    dependencies = [
        *LIBRARY_MIGRATIONS,
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Draft',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('digest', models.CharField(max_length=64, unique=True, verbose_name='草稿码摘要值')),
                    ('form', models.CharField(max_length=40, verbose_name='表单')),
                    ('token', models.CharField(max_length=64, verbose_name='表单编号摘要值')),
                    ('data', gongkai.core.vault.fields.EncryptedTextField(verbose_name='内容')),
                    ('saved_at', models.DateTimeField(auto_now=True, db_index=True, verbose_name='保存时间')),
                ],
                options={
                    'verbose_name': '草稿',
                    'verbose_name_plural': '草稿',
                },
            ),
            migrations.CreateModel(
                name='PhoneCode',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('token', models.CharField(max_length=64, unique=True, verbose_name='表单编号摘要值')),
                    ('phone_digest', models.CharField(max_length=64, verbose_name='手机号码摘要值')),
                    ('code_digest', models.CharField(max_length=64, verbose_name='验证码摘要值')),
                    ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='尝试次数')),
                    ('sent_at', models.DateTimeField(db_index=True, verbose_name='发送时间')),
                    ('verified_at', models.DateTimeField(blank=True, null=True, verbose_name='核验时间')),
                ],
                options={
                    'verbose_name': '手机验证码',
                    'verbose_name_plural': '手机验证码',
                },
            ),
            migrations.CreateModel(
                name='Received',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('token', models.CharField(max_length=64, unique=True, verbose_name='外网表单编号摘要值')),
                    ('matter', models.CharField(max_length=60, verbose_name='事项')),
                    ('key', gongkai.core.vault.fields.EncryptedTextField(verbose_name='密封密钥')),
                    ('salt', models.CharField(max_length=64, verbose_name='密封参数')),
                    ('at', models.DateTimeField(auto_now_add=True, db_index=True, verbose_name='收到时间')),
                ],
                options={
                    'verbose_name': '外网转来的来件',
                    'verbose_name_plural': '外网转来的来件',
                },
            ),
            migrations.CreateModel(
                name='Sending',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('token', models.CharField(max_length=64, unique=True, verbose_name='表单编号摘要值')),
                    ('form', models.CharField(max_length=40, verbose_name='表单')),
                    ('matter', models.CharField(blank=True, max_length=60, verbose_name='事项')),
                    ('turn', models.PositiveSmallIntegerField(default=0, verbose_name='查询码序号')),
                    ('at', models.DateTimeField(auto_now_add=True, db_index=True, verbose_name='提交时间')),
                ],
                options={
                    'verbose_name': '提交',
                    'verbose_name_plural': '提交',
                },
            ),
            migrations.CreateModel(
                name='Upload',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('token', models.CharField(blank=True, db_index=True, max_length=64, verbose_name='表单编号摘要值')),
                    ('matter', models.CharField(blank=True, db_index=True, max_length=60, verbose_name='事项')),
                    ('name', gongkai.core.vault.fields.EncryptedWordsField(verbose_name='文件名')),
                    ('place', models.CharField(max_length=200, verbose_name='存放位置')),
                    ('key', gongkai.core.vault.fields.EncryptedTextField(blank=True, verbose_name='文件密钥')),
                    ('size', models.PositiveIntegerField(verbose_name='大小（字节）')),
                    ('digest', models.CharField(max_length=64, verbose_name='摘要值')),
                    ('kind', models.CharField(max_length=80, verbose_name='类型')),
                    ('at', models.DateTimeField(auto_now_add=True, verbose_name='上传时间')),
                    ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='清除时间')),
                ],
                options={
                    'verbose_name': '公众上传文件',
                    'verbose_name_plural': '公众上传文件',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Held',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('token', models.CharField(max_length=64, unique=True, verbose_name='表单编号摘要值')),
                    ('form', models.CharField(max_length=40, verbose_name='表单')),
                    ('content', gongkai.core.vault.fields.EncryptedTextField(blank=True, verbose_name='内容')),
                    ('sent_at', models.DateTimeField(verbose_name='提交时间')),
                    ('carried_at', models.DateTimeField(blank=True, null=True, verbose_name='最近送出时间')),
                    ('acknowledged_at', models.DateTimeField(blank=True, null=True, verbose_name='内网签收时间')),
                    ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='清除时间')),
                    ('reply', models.TextField(blank=True, verbose_name='密封的答复')),
                    ('reply_salt', models.CharField(blank=True, max_length=64, verbose_name='密封参数')),
                    ('reply_at', models.DateTimeField(blank=True, null=True, verbose_name='答复状态时间')),
                ],
                options={
                    'verbose_name': '待转内网的来件',
                    'verbose_name_plural': '待转内网的来件',
                    'indexes': [models.Index(condition=models.Q(('acknowledged_at', None)), fields=['sent_at'], name='held_to_carry'), models.Index(condition=models.Q(('erased_at', None)), fields=['acknowledged_at'], name='held_to_erase')],
                },
            ),
            migrations.CreateModel(
                name='Hit',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=64, verbose_name='摘要值')),
                    ('window', models.BigIntegerField(verbose_name='时段')),
                    ('count', models.PositiveIntegerField(default=0, verbose_name='次数')),
                    ('until', models.DateTimeField(db_index=True, verbose_name='有效至')),
                ],
                options={
                    'verbose_name': '限次',
                    'verbose_name_plural': '限次',
                    'constraints': [models.UniqueConstraint(fields=('key', 'window'), name='hit_once')],
                },
            ),
            migrations.CreateModel(
                name='Party',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('matter', models.CharField(help_text='如 fault/12', max_length=60, verbose_name='事项')),
                    ('kind', models.CharField(choices=[('person', '自然人'), ('business', '商业企业'), ('research', '科研机构'), ('charity', '社会公益组织'), ('legal', '法律服务机构'), ('other', '其他')], default='person', max_length=12, verbose_name='申请人类型')),
                    ('name', gongkai.core.vault.fields.EncryptedTextField(blank=True, verbose_name='姓名或者名称')),
                    ('phone', gongkai.core.vault.fields.EncryptedTextField(blank=True, verbose_name='手机号码')),
                    ('email', gongkai.core.vault.fields.EncryptedTextField(blank=True, verbose_name='电子邮箱')),
                    ('fax', gongkai.core.vault.fields.EncryptedTextField(blank=True, verbose_name='传真号码')),
                    ('address', gongkai.core.vault.fields.EncryptedTextField(blank=True, verbose_name='通信地址')),
                    ('postcode', gongkai.core.vault.fields.EncryptedTextField(blank=True, verbose_name='邮政编码')),
                    ('representative', gongkai.core.vault.fields.EncryptedTextField(blank=True, verbose_name='法定代表人')),
                    ('contact_person', gongkai.core.vault.fields.EncryptedTextField(blank=True, verbose_name='联系人')),
                    ('id_kind', models.CharField(blank=True, choices=[('id_card', '居民身份证'), ('passport', '护照'), ('hk_macao', '港澳居民来往内地通行证'), ('taiwan', '台湾居民来往大陆通行证'), ('residence', '外国人永久居留身份证'), ('military', '军官证'), ('credit_code', '统一社会信用代码'), ('other', '其他证件')], max_length=12, verbose_name='证件类型')),
                    ('id_number', gongkai.core.vault.fields.EncryptedTextField(blank=True, verbose_name='证件号码')),
                    ('name_digest', models.CharField(blank=True, max_length=64, verbose_name='姓名或者名称摘要值')),
                    ('phone_digest', models.CharField(blank=True, max_length=64, verbose_name='手机号码摘要值')),
                    ('email_digest', models.CharField(blank=True, max_length=64, verbose_name='电子邮箱摘要值')),
                    ('id_digest', models.CharField(blank=True, max_length=64, verbose_name='证件号码摘要值')),
                    ('phone_verified_at', models.DateTimeField(blank=True, null=True, verbose_name='手机号码核验时间')),
                    ('mail_refused_at', models.DateTimeField(blank=True, null=True, verbose_name='邮箱退信时间')),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
                    ('erase_on', models.DateField(blank=True, null=True, verbose_name='应清除日期')),
                    ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='清除时间')),
                    ('erased_digest', models.CharField(blank=True, max_length=64, verbose_name='被清除内容的摘要值')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ],
                options={
                    'verbose_name': '申请人',
                    'verbose_name_plural': '申请人',
                    'indexes': [models.Index(fields=['matter'], name='intake_part_matter_04518f_idx'), models.Index(condition=models.Q(('name_digest', ''), _negated=True), fields=['name_digest'], name='party_name'), models.Index(condition=models.Q(('phone_digest', ''), _negated=True), fields=['phone_digest'], name='party_phone'), models.Index(condition=models.Q(('email_digest', ''), _negated=True), fields=['email_digest'], name='party_email'), models.Index(condition=models.Q(('id_digest', ''), _negated=True), fields=['id_digest'], name='party_identity'), models.Index(condition=models.Q(('erased_at', None)), fields=['erase_on'], name='party_to_erase')],
                },
            ),
            migrations.CreateModel(
                name='QueryCode',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('digest', models.CharField(max_length=64, unique=True, verbose_name='查询码摘要值')),
                    ('matter', models.CharField(max_length=60, unique=True, verbose_name='事项')),
                    ('second_digest', models.CharField(blank=True, max_length=64, verbose_name='后四位摘要值')),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='发放时间')),
                    ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='作废时间')),
                    ('erase_on', models.DateField(blank=True, null=True, verbose_name='应清除日期')),
                    ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='清除时间')),
                ],
                options={
                    'verbose_name': '查询码',
                    'verbose_name_plural': '查询码',
                    'indexes': [models.Index(condition=models.Q(('erase_on__isnull', False), ('erased_at', None)), fields=['erase_on'], name='words_to_erase')],
                },
            ),
        ]),
    ]
