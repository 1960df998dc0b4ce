"""What stands above every notice."""

FRONT = """{issuer}关于印发{title}的通知
{number}
{to}
现将《{title}》印发给你们，请认真抓好落实。
{issuer}
{day}
"""


def front(issuer: str, title: str, number: str, to: str, day: str) -> str:
    return FRONT.format(issuer=issuer, title=title, number=number, to=to, day=day)
