"""Pieces that every screen is built of. They know nothing of the station."""
