"""The public mailbox (公开信箱): a job fetches mails and sorts each in one transaction.

- `fetching`: the job; it continues where it stopped.
- `mail_outcomes`: decide for each mail: new inquiry, part of one, report, automatic reply, copy or held.
- `incoming_mails`: the encrypted mail and its files, and who may see them.
"""
