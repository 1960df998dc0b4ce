"""政策直通车: firms say what they are; policies that are for them are pushed by mail (C-09).

`fitting` is the pure rule; `pushing` the job; `public` the form, the matter and the links in mails; nothing is sent before the address was
confirmed from a mail, and every mail carries the way out.
"""
