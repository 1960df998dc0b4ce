"""Channels configured in the back office: SMS, chat bots, chat apps, signed webhooks.

`senders` implement the published protocols without Django. `kinds` lists their parameters,
`channel` turns a row into a `MessageChannel` and caches active ones, `actions` are for administrators (pages:
`upkeep.channels`), and `receiving` handles receipts.
"""
