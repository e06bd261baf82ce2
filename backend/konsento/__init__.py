"""Konsento: charge at an ordinary outlet, and know whose power is out."""

__version__ = "0.1.0"
