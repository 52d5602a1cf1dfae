"""How a station gets better from people's decisions: ask, correct, teach a candidate, compare, approve, roll back."""
