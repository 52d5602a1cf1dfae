"""The set-up screen of the cameras."""
