"""The screen from which reports are made."""
