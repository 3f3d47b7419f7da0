"""Images, and the engines that build and run them: what `make images` calls."""
