"""Events spread over replicas by NATS JetStream."""
