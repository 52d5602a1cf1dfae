"""A person's own ONNX classifier as a recipe: looked at, asked about, wrapped, checked against its own results."""
