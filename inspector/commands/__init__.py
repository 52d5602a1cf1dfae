"""One module a command; each has `register(subparsers)` and `execute(options) -> exit code`."""
