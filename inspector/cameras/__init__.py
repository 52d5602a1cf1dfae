"""Pictures in: one `Camera` protocol, and the drivers behind it."""
