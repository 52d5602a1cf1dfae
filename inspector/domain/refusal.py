"""What cannot be done, said so that a person can mend it."""


class Refusal(Exception):
    """Something that was asked for and cannot be done.

    The message is one sentence for a person: what, where, and how to mend it. Whatever the program is asked through,
    the command line or the window, shows it as it stands; every other exception is a fault of the program.
    """
