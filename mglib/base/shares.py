"""Shares as text in percent."""

NONE = 1e-9  # shares that differ less from 0 or 1 are none or all, apart from binary rounding


def percent(share: float, digits: int = 0) -> str:
    """A share in percent, without the sign; "0" and "100" only for none and all, so that 299 of 300 are "99".

    Args:
        share: 0..1.
        digits: digits after the point.
    """
    shown, least = 100 * share, 10.0**-digits
    if NONE < share < 1 - NONE:
        shown = min(max(shown, least), 100 - least)
    return f"{shown:z.{digits}f}"
