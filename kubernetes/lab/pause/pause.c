/* The first process of a pod: it holds the namespaces, and waits for its end. */
#include <signal.h>
#include <unistd.h>

static void end(int sign) { _exit(0); }

int main(void) {
  signal(SIGTERM, end);
  signal(SIGINT, end);
  signal(SIGCHLD, SIG_IGN);
  for (;;) pause();
}
