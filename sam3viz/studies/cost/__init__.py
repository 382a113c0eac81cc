"""What each variant costs, measured beside what the design document claims (5.2)."""
