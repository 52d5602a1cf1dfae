"""Statistics over records: rates, intervals, control charts, Pareto, agreement. Pure functions."""
