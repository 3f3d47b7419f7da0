"""Blobs in an S3 bucket, for any number of replicas."""
