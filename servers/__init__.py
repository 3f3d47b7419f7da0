"""The genuine MongoDB, S3 and NATS servers on this machine, for tests and trials."""
