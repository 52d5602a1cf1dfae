"""What is printed: a report as plain data, then drawn as a PDF."""
