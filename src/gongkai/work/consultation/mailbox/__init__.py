"""The public mailbox (公开信箱): fetched by a job, sorted message by message, each in one transaction with how far the folder was read.

- `fetching`: the job: what is new in the folder, in order; stopped anywhere it goes on where it was.
- `sorting`: what becomes of one message: an inquiry, part of one, a report, a machine's answer, a copy, or the pen.
- `kept`: the message itself and its files, encrypted, under the matter that they belong to.
"""
