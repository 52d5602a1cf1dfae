"""The bench screen: what the operator lives in."""
