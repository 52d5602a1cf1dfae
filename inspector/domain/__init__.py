"""The words of the house: plain frozen data, no input or output."""
