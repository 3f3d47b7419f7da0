"""Write a microservice of the marketplace as a typed function."""

from service_sdk.errors import BadInput, TryAgain
from service_sdk.fields import File, Image
from service_sdk.progress import Progress
from service_sdk.service import Service

__all__ = ["BadInput", "File", "Image", "Progress", "Service", "TryAgain"]
