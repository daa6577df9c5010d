"""Who applies: applicants, the bodies and people behind them, municipalities."""
