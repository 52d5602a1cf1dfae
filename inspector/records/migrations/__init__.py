"""How the tables came to be what they are, one revision after the other. Run by Alembic, which finds them by path."""
