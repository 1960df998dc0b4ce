"""Detect and parse untrusted office files, spreadsheets, mails and pictures. No Django.

`documents.read_document` reads any file as a `Document`. Spreadsheets are also read as rows (`workbooks`), mails with
their attachments (`mails`, `winmail`), and pictures (`pictures`): each in a child process (`confined`). Two things are
read in the caller's process, within bounds: the directory of a .zip (`zips`) and whether a document has a password
(`compound`). The content of a notice is read from a `Document` by `lib.reading`.
"""
