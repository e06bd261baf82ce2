"""Whose power, at what price: retailers, tariffs, offers and the quote that freezes them."""
