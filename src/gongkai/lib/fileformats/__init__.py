"""Detect and parse untrusted office files, spreadsheets, mails and pictures. No Django.

Workbooks as rows and pages (`workbooks`), mails with what they carry (`mails`, `winmail`), pictures (`pictures`), the bare words of a PDF or a text
(`originals`), how long tables are (`lengths`): each a reader that runs in a child (`confined`). Two things are so small that whoever asks does them
itself, counted beforehand: the directory of a .zip (`zips`) and whether a document has a password (`compound`). What a notice says is another
matter: `reading`.
"""
