"""Money, energy and carbon as whole numbers, and the one rule that turns one into another."""
