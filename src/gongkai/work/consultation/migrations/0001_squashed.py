"""The tables of the app as of version 0.2; replaces its first 6 migrations."""

import django.db.models.deletion
import gongkai.core.vault.fields
from django.db import migrations, models

from gongkai.core.acts.migration_operations import FirstTables


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ('consultation', '0001_initial'),
        ('consultation', '0002_words'),
        ('consultation', '0003_offered'),
        ('consultation', '0004_kept_because'),
        ('consultation', '0005_keyed_digests'),
        ('consultation', '0006_why_unhelpful'),
    ]

    dependencies = [
        ('editions', '0005_never_public'),
        ('ledger', '0001_squashed_0004_legal_changes'),
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Inquiry',
                fields=[
                    ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='inquiry', serialize=False, to='ledger.entry', verbose_name='记录')),
                    ('channel', models.CharField(choices=[('form', '网上留言'), ('mailbox', '公开信箱'), ('phone', '来电'), ('window', '窗口'), ('letter', '来信'), ('hotline', '12345热线'), ('onsite', '现场咨询'), ('area', '政务公开专区'), ('committee', '村（居）委会')], max_length=12, verbose_name='渠道')),
                    ('category', models.CharField(choices=[('consultation', '咨询'), ('complaint', '投诉'), ('suggestion', '建议'), ('help', '求助'), ('blockage', '投资审批堵点')], default='consultation', max_length=16, verbose_name='类别')),
                    ('asker', models.CharField(choices=[('person', '个人'), ('firm', '企业等市场主体'), ('agency', '政策执行机关')], default='person', max_length=8, verbose_name='咨询人')),
                    ('subject', gongkai.core.vault.fields.EncryptedWordsField(blank=True, db_default='', default='', verbose_name='标题')),
                    ('text', gongkai.core.vault.fields.EncryptedWordsField(verbose_name='内容')),
                    ('received_on', models.DateField(verbose_name='收到日期')),
                    ('complex', models.BooleanField(default=False, verbose_name='复杂事项')),
                    ('may_publish', models.BooleanField(default=False, verbose_name='同意公开')),
                    ('answer', models.TextField(blank=True, verbose_name='答复')),
                    ('drafted_by', models.BigIntegerField(blank=True, null=True, verbose_name='起草人编号')),
                    ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='答复时间')),
                    ('sorted', models.CharField(blank=True, choices=[('added', '收入问答库'), ('merged', '并入已有问答'), ('skipped', '不收入')], max_length=8, verbose_name='梳理结果')),
                    ('declined', models.TextField(blank=True, verbose_name='退回理由')),
                    ('satisfaction', models.CharField(blank=True, choices=[('satisfied', '满意'), ('fair', '基本满意'), ('unsatisfied', '不满意')], max_length=12, verbose_name='满意度')),
                    ('rating', gongkai.core.vault.fields.EncryptedWordsField(blank=True, verbose_name='评价意见')),
                    ('called_back_at', models.DateTimeField(blank=True, null=True, verbose_name='回访时间')),
                    ('called_back', gongkai.core.vault.fields.EncryptedWordsField(blank=True, verbose_name='回访情况')),
                    ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inquiries_received', to='units.body', verbose_name='受理单位')),
                    ('repeat_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='repeats', to='consultation.inquiry', verbose_name='重复的咨询')),
                ],
                options={
                    'verbose_name': '咨询',
                    'verbose_name_plural': '咨询',
                },
            ),
            migrations.CreateModel(
                name='Theme',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=40, unique=True, verbose_name='主题')),
                    ('position', models.PositiveIntegerField(default=100, verbose_name='排序')),
                ],
                options={
                    'verbose_name': '问答主题',
                    'verbose_name_plural': '问答主题',
                    'ordering': ['position', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='WeightFit',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('pairs', models.PositiveIntegerField(verbose_name='学习的问答对')),
                    ('held', models.PositiveIntegerField(verbose_name='留作检验的问答对')),
                    ('before', models.FloatField(verbose_name='检验：原权重')),
                    ('after', models.FloatField(verbose_name='检验：新权重')),
                    ('first_before', models.FloatField(verbose_name='首条命中：原权重')),
                    ('first_after', models.FloatField(verbose_name='首条命中：新权重')),
                    ('weights', models.JSONField(verbose_name='权重')),
                    ('kept', models.BooleanField(default=False, verbose_name='采用')),
                    ('put_aside_at', models.DateTimeField(blank=True, null=True, verbose_name='停用时间')),
                    ('at', models.DateTimeField(auto_now_add=True, verbose_name='时间')),
                    ('by', models.CharField(max_length=120, verbose_name='发起人')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ],
                options={
                    'verbose_name': '检索权重',
                    'verbose_name_plural': '检索权重',
                    'ordering': ['-pk'],
                },
            ),
            migrations.CreateModel(
                name='ContactPhone',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.CharField(max_length=40, verbose_name='电话号码')),
                    ('purpose', models.CharField(blank=True, help_text='如政策咨询、投诉举报', max_length=80, verbose_name='用途')),
                    ('hours', models.CharField(max_length=120, verbose_name='接听时间')),
                    ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='停用时间')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contact_phones', to='units.body', verbose_name='单位')),
                ],
                options={
                    'verbose_name': '对外联系电话',
                    'verbose_name_plural': '对外联系电话',
                    'ordering': ['body__position', 'body', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='ExchangeClient',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=40, unique=True, verbose_name='对接平台')),
                    ('token_digest', models.CharField(max_length=64, unique=True, verbose_name='令牌摘要值')),
                    ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='开通时间')),
                    ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='停用时间')),
                    ('asked_at', models.DateTimeField(blank=True, null=True, verbose_name='最近访问')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='受理单位')),
                ],
                options={
                    'verbose_name': '平台对接',
                    'verbose_name_plural': '平台对接',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Firm',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('industries', models.JSONField(default=list, help_text='门类代码（GB/T 4754），空为不限', verbose_name='行业')),
                    ('size', models.CharField(choices=[('large', '大型企业'), ('middle', '中型企业'), ('small', '小型企业'), ('micro', '微型企业'), ('trader', '个体工商户')], max_length=8, verbose_name='规模')),
                    ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='申请时间')),
                    ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='确认时间')),
                    ('left_at', models.DateTimeField(blank=True, null=True, verbose_name='退订时间')),
                    ('told_upto', models.DateTimeField(blank=True, null=True, verbose_name='已推送到')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('place', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='所在区县')),
                ],
                options={
                    'verbose_name': '政策直通车订阅',
                    'verbose_name_plural': '政策直通车订阅',
                },
            ),
            migrations.CreateModel(
                name='Outcome',
                fields=[
                    ('inquiry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='outcome', serialize=False, to='consultation.inquiry', verbose_name='咨询留言')),
                    ('decision', models.CharField(choices=[('amended', '采纳，修改政策'), ('adopted', '采纳，不涉及修改政策'), ('partly', '部分采纳'), ('declined', '未采纳'), ('solved', '堵点已解决'), ('eased', '阶段性解决'), ('unsolved', '暂不能解决')], max_length=10, verbose_name='研究结果')),
                    ('words', models.TextField(verbose_name='理由或者解决办法')),
                    ('by', models.CharField(max_length=120, verbose_name='登记人')),
                    ('at', models.DateTimeField(verbose_name='登记时间')),
                ],
                options={
                    'verbose_name': '研究结果',
                    'verbose_name_plural': '研究结果',
                },
            ),
            migrations.CreateModel(
                name='ExchangeOrder',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('platform', models.CharField(max_length=40, verbose_name='平台')),
                    ('ref', models.CharField(max_length=80, verbose_name='工单编号')),
                    ('digest', models.CharField(max_length=64, verbose_name='内容摘要值')),
                    ('at', models.DateTimeField(auto_now_add=True, verbose_name='收到时间')),
                    ('inquiry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='order', to='consultation.inquiry', verbose_name='咨询留言')),
                ],
                options={
                    'verbose_name': '12345工单',
                    'verbose_name_plural': '12345工单',
                    'ordering': ['-pk'],
                },
            ),
            migrations.CreateModel(
                name='Contribution',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('asked', models.CharField(max_length=300, verbose_name='会办内容')),
                    ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='发出时间')),
                    ('text', models.TextField(blank=True, verbose_name='会办意见')),
                    ('by', models.CharField(blank=True, max_length=120, verbose_name='经办人')),
                    ('at', models.DateTimeField(blank=True, null=True, verbose_name='提交时间')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='会办单位')),
                    ('inquiry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contributions', to='consultation.inquiry', verbose_name='咨询')),
                ],
                options={
                    'verbose_name': '会办',
                    'verbose_name_plural': '会办',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='KnownAnswer',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('question', models.CharField(max_length=300, verbose_name='问题')),
                    ('variants', models.JSONField(blank=True, default=list, verbose_name='其他问法')),
                    ('answer', models.TextField(verbose_name='答复')),
                    ('basis', models.CharField(blank=True, max_length=600, verbose_name='依据')),
                    ('contact', models.CharField(blank=True, max_length=60, verbose_name='咨询电话')),
                    ('valid_until', models.DateField(blank=True, null=True, verbose_name='有效期至')),
                    ('kept_because', models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='不是个人信息的理由')),
                    ('state', models.CharField(choices=[('draft', '起草中'), ('submitted', '待初审'), ('checked', '待签发'), ('in_use', '使用中'), ('retired', '已停用')], db_index=True, default='draft', max_length=12, verbose_name='状态')),
                    ('written_by', models.BigIntegerField(blank=True, null=True, verbose_name='起草人编号')),
                    ('checked_by', models.BigIntegerField(blank=True, null=True, verbose_name='初审人编号')),
                    ('released_at', models.DateTimeField(blank=True, null=True, verbose_name='签发时间')),
                    ('confirmed_on', models.DateField(blank=True, null=True, verbose_name='最近梳理日期')),
                    ('uses', models.PositiveIntegerField(default=0, verbose_name='使用次数')),
                    ('helpful', models.PositiveIntegerField(default=0, verbose_name='有帮助')),
                    ('unhelpful', models.PositiveIntegerField(default=0, verbose_name='没有帮助')),
                    ('unclear', models.PositiveIntegerField(db_default=0, default=0, verbose_name='看不懂')),
                    ('beside', models.PositiveIntegerField(db_default=0, default=0, verbose_name='没有答到要问的')),
                    ('outdated', models.PositiveIntegerField(db_default=0, default=0, verbose_name='内容过时')),
                    ('differs', models.PositiveIntegerField(db_default=0, default=0, verbose_name='与实际办理不一致')),
                    ('changed_at', models.DateTimeField(auto_now=True, db_index=True, verbose_name='变动时间')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='known_answers', to='units.body', verbose_name='答复单位')),
                    ('documents', models.ManyToManyField(blank=True, related_name='known_answers', to='editions.document', verbose_name='依据的文件')),
                    ('media', models.ManyToManyField(blank=True, related_name='+', to='editions.document', verbose_name='图解、动画、视频')),
                    ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='made_answers', to='consultation.inquiry', verbose_name='来源咨询')),
                    ('themes', models.ManyToManyField(blank=True, related_name='answers', to='consultation.theme', verbose_name='主题')),
                ],
                options={
                    'verbose_name': '问答',
                    'verbose_name_plural': '问答',
                },
            ),
            migrations.AddField(
                model_name='inquiry',
                name='known',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='answered_inquiries', to='consultation.knownanswer', verbose_name='引用的问答'),
            ),
            migrations.AddField(
                model_name='inquiry',
                name='offered',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='consultation.knownanswer', verbose_name='收到时提供的问答'),
            ),
            migrations.CreateModel(
                name='MailFolder',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=200, unique=True, verbose_name='信箱')),
                    ('host', models.CharField(blank=True, max_length=120, verbose_name='邮件服务器')),
                    ('port', models.PositiveIntegerField(default=993, verbose_name='端口')),
                    ('account', models.CharField(blank=True, max_length=160, verbose_name='账号')),
                    ('secret', gongkai.core.vault.fields.EncryptedTextField(blank=True, verbose_name='密码')),
                    ('folder', models.CharField(default='INBOX', max_length=60, verbose_name='文件夹')),
                    ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='停用时间')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('uid_validity', models.BigIntegerField(default=0, verbose_name='编号有效期')),
                    ('last_uid', models.BigIntegerField(default=0, verbose_name='已读到')),
                    ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='最近收取')),
                    ('error', models.CharField(blank=True, max_length=300, verbose_name='收取失败')),
                    ('body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mail_folders', to='units.body', verbose_name='受理单位')),
                ],
                options={
                    'verbose_name': '公开信箱',
                    'verbose_name_plural': '公开信箱',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='IncomingMail',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('uid_validity', models.BigIntegerField(verbose_name='编号有效期')),
                    ('uid', models.BigIntegerField(verbose_name='编号')),
                    ('message_id', models.CharField(blank=True, max_length=250, verbose_name='邮件标识')),
                    ('message_key', models.CharField(db_index=True, max_length=64, verbose_name='标识摘要值')),
                    ('content_key', models.CharField(blank=True, max_length=64, verbose_name='内容摘要值')),
                    ('sender_digest', models.CharField(blank=True, db_index=True, max_length=64, verbose_name='发件人摘要值')),
                    ('subject', gongkai.core.vault.fields.EncryptedTextField(blank=True, verbose_name='主题')),
                    ('state', models.CharField(choices=[('taken', '已登记'), ('joined', '并入原留言'), ('report', '退信通知'), ('auto', '自动回复'), ('copy', '重复收到'), ('held', '待人工处理'), ('dismissed', '不予登记')], max_length=10, verbose_name='结果')),
                    ('why', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                    ('at', models.DateTimeField(auto_now_add=True, verbose_name='收取时间')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('inquiry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='mails', to='consultation.inquiry', verbose_name='咨询留言')),
                    ('folder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='consultation.mailfolder', verbose_name='信箱')),
                ],
                options={
                    'verbose_name': '来信',
                    'verbose_name_plural': '来信',
                    'ordering': ['-pk'],
                },
            ),
            migrations.CreateModel(
                name='MessagePublication',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('category', models.CharField(choices=[('consultation', '咨询'), ('complaint', '投诉'), ('suggestion', '建议'), ('help', '求助'), ('blockage', '投资审批堵点')], max_length=16, verbose_name='类别')),
                    ('received_on', models.DateField(verbose_name='受理日期')),
                    ('answered_on', models.DateField(verbose_name='答复日期')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='答复单位')),
                    ('document', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='message_publication', to='editions.document', verbose_name='公开信息')),
                    ('inquiry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='publication', to='consultation.inquiry', verbose_name='咨询留言')),
                ],
                options={
                    'verbose_name': '留言公开',
                    'verbose_name_plural': '留言公开',
                },
            ),
            migrations.CreateModel(
                name='MessageText',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveIntegerField(verbose_name='稿次')),
                    ('title', models.CharField(max_length=120, verbose_name='标题')),
                    ('summary', models.TextField(verbose_name='留言摘要')),
                    ('answer', models.TextField(verbose_name='答复内容')),
                    ('category', models.CharField(choices=[('consultation', '咨询'), ('complaint', '投诉'), ('suggestion', '建议'), ('help', '求助'), ('blockage', '投资审批堵点')], max_length=16, verbose_name='类别')),
                    ('received_on', models.DateField(verbose_name='受理日期')),
                    ('answered_on', models.DateField(verbose_name='答复日期')),
                    ('user_id', models.BigIntegerField(blank=True, null=True, verbose_name='账号')),
                    ('person_id', models.BigIntegerField(blank=True, null=True, verbose_name='人员')),
                    ('by', models.CharField(max_length=120, verbose_name='起草人')),
                    ('at', models.DateTimeField(auto_now_add=True, verbose_name='时间')),
                    ('publication', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='texts', to='consultation.messagepublication', verbose_name='留言公开')),
                ],
                options={
                    'verbose_name': '留言公开稿',
                    'verbose_name_plural': '留言公开稿',
                    'ordering': ['number'],
                },
            ),
            migrations.CreateModel(
                name='OwnSynonym',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('everyday', models.CharField(max_length=20, verbose_name='日常说法')),
                    ('official', models.CharField(max_length=40, verbose_name='规范用语')),
                    ('weight', models.FloatField(default=1.0, verbose_name='把握')),
                    ('by', models.CharField(max_length=120, verbose_name='登记人')),
                    ('changed_at', models.DateTimeField(auto_now=True, verbose_name='变动时间')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ],
                options={
                    'verbose_name': '同义词',
                    'verbose_name_plural': '同义词',
                    'ordering': ['official', 'everyday'],
                    'constraints': [models.UniqueConstraint(fields=('everyday', 'official'), name='own_synonym_once')],
                },
            ),
            migrations.CreateModel(
                name='PhoneCheck',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('called_at', models.DateTimeField(verbose_name='拨打时间')),
                    ('heard', models.CharField(choices=[('answered', '接通，答复规范'), ('poor', '接通，答复不规范'), ('busy', '占线'), ('silent', '无人接听'), ('wrong', '空号或者号码有误')], max_length=10, verbose_name='结果')),
                    ('words', models.CharField(blank=True, max_length=300, verbose_name='情况')),
                    ('by', models.CharField(max_length=120, verbose_name='测试人')),
                    ('person_id', models.BigIntegerField(blank=True, null=True, verbose_name='测试人编号')),
                    ('entry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='ledger.entry', verbose_name='整改')),
                    ('phone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='consultation.contactphone', verbose_name='电话')),
                ],
                options={
                    'verbose_name': '电话测试',
                    'verbose_name_plural': '电话测试',
                    'ordering': ['-called_at', '-pk'],
                },
            ),
            migrations.CreateModel(
                name='PhoneOperator',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=60, verbose_name='接听人员')),
                    ('handed_on', models.DateField(verbose_name='问答库交接日期')),
                    ('ended_on', models.DateField(blank=True, null=True, verbose_name='结束日期')),
                    ('phone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='operators', to='consultation.contactphone', verbose_name='电话')),
                ],
                options={
                    'verbose_name': '电话接听人员',
                    'verbose_name_plural': '电话接听人员',
                    'ordering': ['-handed_on', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='PolicyPush',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('letter_key', models.CharField(db_index=True, max_length=160, verbose_name='信件标识')),
                    ('at', models.DateTimeField(auto_now_add=True, verbose_name='推送时间')),
                    ('opened_at', models.DateTimeField(blank=True, null=True, verbose_name='打开时间')),
                    ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editions.document', verbose_name='政策')),
                    ('firm', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pushes', to='consultation.firm', verbose_name='订阅')),
                ],
                options={
                    'verbose_name': '政策推送',
                    'verbose_name_plural': '政策推送',
                    'ordering': ['-pk'],
                },
            ),
            migrations.CreateModel(
                name='ServiceWindow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=80, verbose_name='窗口名称')),
                    ('place', models.CharField(max_length=160, verbose_name='地点')),
                    ('hours', models.CharField(max_length=120, verbose_name='服务时间')),
                    ('opened_on', models.DateField(verbose_name='启用日期')),
                    ('closed_on', models.DateField(blank=True, null=True, verbose_name='停用日期')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='service_windows', to='units.body', verbose_name='单位')),
                ],
                options={
                    'verbose_name': '综合咨询窗口',
                    'verbose_name_plural': '综合咨询窗口',
                    'ordering': ['body__position', 'body', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='Use',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('asked', gongkai.core.vault.fields.EncryptedWordsField(blank=True, verbose_name='所问')),
                    ('way', models.CharField(choices=[('given', '检索后当场答复'), ('replied', '答复留言'), ('merged', '梳理并入'), ('added', '梳理收入'), ('helped', '群众认为有帮助')], max_length=8, verbose_name='方式')),
                    ('channel', models.CharField(blank=True, max_length=12, verbose_name='渠道')),
                    ('rank', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='排在第几')),
                    ('at', models.DateTimeField(auto_now_add=True, db_index=True, verbose_name='时间')),
                    ('answer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='used', to='consultation.knownanswer', verbose_name='问答')),
                    ('inquiry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='uses', to='consultation.inquiry', verbose_name='咨询留言')),
                ],
                options={
                    'verbose_name': '问答使用',
                    'verbose_name_plural': '问答使用',
                    'ordering': ['-pk'],
                },
            ),
            migrations.CreateModel(
                name='WindowShift',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('day', models.DateField(verbose_name='日期')),
                    ('people', models.CharField(max_length=120, verbose_name='值守人员')),
                    ('window', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to='consultation.servicewindow', verbose_name='窗口')),
                ],
                options={
                    'verbose_name': '窗口排班',
                    'verbose_name_plural': '窗口排班',
                    'ordering': ['day'],
                },
            ),
            migrations.AddConstraint(
                model_name='contactphone',
                constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('body', 'number'), name='phone_once'),
            ),
            migrations.AddIndex(
                model_name='firm',
                index=models.Index(condition=models.Q(('confirmed_at__isnull', False), ('left_at', None)), fields=['told_upto'], name='firm_to_tell'),
            ),
            migrations.AddField(
                model_name='outcome',
                name='document',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='editions.document', verbose_name='修改后的文件'),
            ),
            migrations.AddConstraint(
                model_name='exchangeorder',
                constraint=models.UniqueConstraint(fields=('platform', 'ref'), name='order_once'),
            ),
            migrations.AddConstraint(
                model_name='contribution',
                constraint=models.UniqueConstraint(fields=('inquiry', 'body'), name='contribution_once'),
            ),
            migrations.AddIndex(
                model_name='inquiry',
                index=models.Index(fields=['channel', 'category'], name='consultatio_channel_ba6aac_idx'),
            ),
            migrations.AddIndex(
                model_name='inquiry',
                index=models.Index(fields=['received_on'], name='inquiry_received'),
            ),
            migrations.AddIndex(
                model_name='incomingmail',
                index=models.Index(fields=['state', '-id'], name='mail_state'),
            ),
            migrations.AddConstraint(
                model_name='incomingmail',
                constraint=models.UniqueConstraint(fields=('folder', 'uid_validity', 'uid'), name='mail_once'),
            ),
            migrations.AddIndex(
                model_name='messagepublication',
                index=models.Index(fields=['-answered_on', '-id'], name='publication_newest'),
            ),
            migrations.AddConstraint(
                model_name='messagetext',
                constraint=models.UniqueConstraint(fields=('publication', 'number'), name='message_text_once'),
            ),
            migrations.AddIndex(
                model_name='phonecheck',
                index=models.Index(fields=['phone', '-called_at'], name='phone_check_last'),
            ),
            migrations.AddConstraint(
                model_name='policypush',
                constraint=models.UniqueConstraint(fields=('firm', 'document'), name='pushed_once'),
            ),
            migrations.AddConstraint(
                model_name='servicewindow',
                constraint=models.UniqueConstraint(condition=models.Q(('closed_on', None)), fields=('body', 'name'), name='window_once'),
            ),
            migrations.AddIndex(
                model_name='knownanswer',
                index=models.Index(fields=['body', 'state'], name='known_answer_body_state'),
            ),
            migrations.AddConstraint(
                model_name='windowshift',
                constraint=models.UniqueConstraint(fields=('window', 'day'), name='shift_once'),
            ),
        ]),
    ]
