"""What a phone waits for, measured."""
