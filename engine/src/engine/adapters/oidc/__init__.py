"""People of a provider of OpenID Connect."""
