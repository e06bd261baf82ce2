"""The control system: holds outlets, switches meters, measures; it knows no person."""
