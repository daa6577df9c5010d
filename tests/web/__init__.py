"""What every page shares: arrivals, headers, error pages, logs."""
