"""The revisions. A new one gets the next number, names the one before it, and never changes once it was released."""
