"""What stands in an old file beside its words, as the desk counts it; here every such file waits for a person."""

from gongkai.content.checks.embedded_content import contents_in_words


def unread_in(data: bytes, suffix: str) -> list[str]:
    """Return why a person must look into a file whose words were searched; nothing where words are all there is.

    Args:
        data: a file whose words were read.
        suffix: its kind, without the dot.

    Raises:
        PrivacyError: no machine reads it.
    """
    from gongkai.content.checks.opening import beside_in

    return contents_in_words(beside_in(data, suffix)[1])
