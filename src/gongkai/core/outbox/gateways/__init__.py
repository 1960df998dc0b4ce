"""Channels that an administrator sets up in the office, without a programmer: text messages, robots and apps of chat services, a signed hook.

`senders` speak the published formats and know neither Django nor a database; `kinds` says what each asks for; `channel` makes a `MessageChannel` of a
row; `known` keeps those that work in memory; `actions` is what administrators do (pages: `upkeep.channels`), `receiving` what the other side reports.
"""
