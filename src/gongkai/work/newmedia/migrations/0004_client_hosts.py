"""Posts on websites below; hosts of a mobile client that are asked over IPv6."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('editions', '0006_open_ended'),
        ('newmedia', '0002_filing_before'),
        ('publishing', '0001_initial'),
        ('units', '0001_squashed_0002_switches'),
    ]

    operations = [
        migrations.AddField(
            model_name='post',
            name='carried',
            field=models.URLField(blank=True, db_default='', default='', max_length=500, verbose_name='转载网址'),
        ),
        migrations.AddField(
            model_name='post',
            name='site',
            field=models.CharField(blank=True, db_default='', default='', max_length=100, verbose_name='网站'),
        ),
        migrations.AddField(
            model_name='post',
            name='site_address',
            field=models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='网站首页'),
        ),
        migrations.AddField(
            model_name='post',
            name='site_body',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.body', verbose_name='网站主办单位'),
        ),
        migrations.AlterField(
            model_name='post',
            name='account',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='newmedia.account', verbose_name='账号'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(condition=models.Q(('account', None)), fields=('site_address', 'document'), name='post_once_a_site'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('account', None), ('site_body', None), _connector='XOR'), name='post_of_account_or_site'),
        ),
        migrations.AddField(
            model_name='account',
            name='hosts',
            field=models.CharField(blank=True, db_default='', default='', help_text='用顿号隔开，如：app.yunling.gov.cn、img.yunling.gov.cn；系统每周核查能不能通过IPv6打开', max_length=500, verbose_name='访问的域名（移动客户端）'),
        ),
        migrations.AddField(
            model_name='account',
            name='hosts_asked_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='IPv6核查日期'),
        ),
        migrations.AddField(
            model_name='account',
            name='hosts_fault',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=500, verbose_name='IPv6核查发现'),
        ),
    ]
