"""The subjects of NATS on which the replicas of one marketplace speak."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """Those that begin with the stream's name, seen from one replica."""

    stream: str
    replica: str

    @property
    def heartbeats(self) -> str:
        """All replicas publish and listen here."""
        return f"{self.stream}.members"

    @property
    def news(self) -> str:
        """All replicas tell here who waits, and listen."""
        return f"{self.stream}.news"

    @property
    def deliveries(self) -> str:
        """Here this replica has the stream's events sent to."""
        return f"{self.stream}.to.{self.replica}"

    @property
    def questions(self) -> str:
        """Here this replica is asked."""
        return self.questions_to(self.replica)

    def questions_to(self, replica: str) -> str:
        """Here another replica is asked."""
        return f"{self.stream}.members.{replica}"
