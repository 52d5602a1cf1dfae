"""What a station shows that was never told what to look at."""
