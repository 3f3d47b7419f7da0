"""What service and training share: how a digit is seen, models, where they lie."""
