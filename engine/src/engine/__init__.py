"""The pipeline engine of the AI Marketplace."""
