"""What happened, kept: the journal (the only writer), the pictures, and the questions asked of them.

The order of things, for every part: its picture is on the disk, then its row is committed, then it is published.
"""
