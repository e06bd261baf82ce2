"""The management server: who charges, at what price, paid how. The people's side of the wall."""
