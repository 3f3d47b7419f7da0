"""An HTTP server that no client can stop: uvicorn, with bounds before the application.

uvicorn bounds neither the size of a head nor the time it takes, neither the rate of a
body nor the number of connections (its `limit_concurrency` only answers 503 to requests
whose head has come). This package adds these bounds. Besides that it sends the head of
an answer together with the body, which costs less.

The engine and the SDK of services both serve with it. It knows neither of them.
"""
