"""Government social-media accounts (政务新媒体): their register, filings on opening, change and closing, screening, and what is posted there.

An account belongs to one unit and one platform, bears its unit's name and has a named leader. Filings are entries of the ledger. A text
goes to an account only from what the site has published, through five gates, and its posting is a record of the channel (P-14).
Source: 国办发〔2018〕123号《关于推进政务新媒体健康有序发展的意见》; 国办秘函〔2019〕19号 (no update within two weeks is a veto).
"""
