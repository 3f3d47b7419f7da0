"""What service and training share: pictures of digits, models, and their stores."""
