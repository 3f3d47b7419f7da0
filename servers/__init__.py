"""The genuine MongoDB, S3, NATS and Ollama on this machine, for tests and trials."""
