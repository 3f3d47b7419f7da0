"""S3 with a server that answers as scripted."""
