"""Texts as JavaScript sees them: both engines must read the same row and say the same sentence."""

# ECMAScript's WhiteSpace and LineTerminator. Python's own set has U+001C to U+001F and U+0085 too, and lacks
# U+FEFF.
WHITE_SPACE = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)


def trimmed(text: str) -> str:
    """`String.prototype.trim`."""
    return text.strip(WHITE_SPACE)


def trimmed_end(text: str) -> str:
    """`String.prototype.trimEnd`."""
    return text.rstrip(WHITE_SPACE)


def head(text: str, units: int) -> str:
    """The first `units` UTF-16 code units, as `text.slice(0, units)`; half a character may be left."""
    if len(text) * 2 <= units or text.isascii():
        return text[:units]
    return text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "surrogatepass")


def well_formed(text: str) -> str:
    """Halves of surrogate pairs replaced by U+FFFD: JSON may hold them, tokenizers and files may not."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def plural(count: int, noun: str) -> str:
    """`count` and its noun: 1 row, 2 rows."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def message_of(error: BaseException) -> str:
    """What an error says; its kind where it says nothing."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
