"""政策直通车: firms subscribe to policies, which are sent to them by mail (C-09).

`pushing` matches policies and firms and is the job, `public` has the form, progress page and
links. Mails are sent only after confirmation, and each contains an unsubscribe link.
"""
