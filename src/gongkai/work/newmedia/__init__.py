"""Government social-media accounts (政务新媒体): register, filings, screening, posts.

An account belongs to one unit and one platform, shows its unit's name and has a responsible leader. Filings are
ledger entries. A post contains only what the site has published, passes five gates, and is recorded as a release
by this channel (P-14). Source: 国办发〔2018〕123号《关于推进政务新媒体健康有序发展的意见》; 国办秘函〔2019〕19号 (no update within two
weeks is a veto).
"""
