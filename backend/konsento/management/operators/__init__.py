"""The desk of those who keep a facility's outlets: sign-in, the board, locks, labels."""
