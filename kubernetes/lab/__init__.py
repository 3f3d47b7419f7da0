"""A real Kubernetes on this machine, for trials and tests."""
