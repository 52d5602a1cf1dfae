"""What is normal, taught from good parts alone: chosen by cross-validation, composed into the graph."""
