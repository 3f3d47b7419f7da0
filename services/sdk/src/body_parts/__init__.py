"""How the parts of a body are called: names that engine and services read alike.

The engine and the SDK both use it. It knows neither of them, and touches nothing.
"""
