"""Who asks, and what they may: in front of every endpoint."""
