"""Chinese text and numbers, said once: the bedrock every other room may stand on. Pure, and no Django.

- `characters`: which characters are Chinese ones, as classes for expressions (`HAN`, `HAN_ALL`) and as a test (`is_han`).
- `numerals`: numbers written in Chinese (三十五, 二〇二六, 一百零二) read and written.
- `days`: days as official text writes them (2026年5月7日), read and written; the current day in Beijing.
- `festivals`: on which days 春节、清明、端午、中秋 fall (GB/T 33661-2017).
- `document_numbers`: 发文字号 and numbers of orders in running text (GB/T 9704-2012).
- `traditional`: traditional characters as simplified ones.
- `identity`: identity numbers (GB 11643) and unified social credit codes (GB 32100).
"""
