"""What the engine costs, beside a relay that keeps nothing."""
