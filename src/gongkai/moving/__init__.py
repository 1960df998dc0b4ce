"""Moving in from an old platform, and edition packages between two networks.

Moving in: a spreadsheet with files beside it, or saved HTML pages (a site may be saved by `crawl`, where the installation allows
it), are read into rows (`sources`), held against what is here (`settling`), ordered by a person, and moved one row a transaction
(`working`): interrupted, it goes on; repeated, it doubles nothing; taken back, it erases. Packages: what is public is carried one
way, signed and in order, from an inner installation to an outer one that only shows it (`packages`).
"""
