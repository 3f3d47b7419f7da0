"""State in MongoDB, for any number of replicas."""
