"""The engine's tests; every folder is a package, so that pytest finds `engine` itself."""
