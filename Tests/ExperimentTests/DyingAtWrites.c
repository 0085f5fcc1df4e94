// Preloaded into an experiment: ends it, as SIGKILL does, before the call that the variable DIE_AT counts among those
// by which files come and go.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

static atomic_int calls;
static int last;

// Programs that the experiment starts, such as git, are left alone.
__attribute__((constructor)) static void start(void) {
  const char *text = getenv("DIE_AT");
  last = text ? atoi(text) : 0;
  unsetenv("DIE_AT");
  unsetenv("LD_PRELOAD");
}

static void *count(const char *name) {
  if (atomic_fetch_add(&calls, 1) + 1 == last) kill(getpid(), SIGKILL);
  return dlsym(RTLD_NEXT, name);
}

int fsync(int file) { return ((int (*)(int))count("fsync"))(file); }

int rename(const char *from, const char *to) { return ((int (*)(const char *, const char *))count("rename"))(from, to); }

int link(const char *from, const char *to) { return ((int (*)(const char *, const char *))count("link"))(from, to); }

int unlink(const char *path) { return ((int (*)(const char *))count("unlink"))(path); }
