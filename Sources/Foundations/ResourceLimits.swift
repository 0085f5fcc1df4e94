import Foundation

/// Limits on files and memory, and readers that go away: they end a process without a word, unless it asks to be told.
package enum ResourceLimits {
  /// From now on a file beyond the limit on its size (`ulimit -f`) and a pipe that nobody reads any more (`| head -1`)
  /// are errors of the write, and memory that cannot be had ends the process with a sentence and exit code 1. What was
  /// saved before stays.
  package static func watch() {
    signal(SIGXFSZ, SIG_IGN)
    signal(SIGPIPE, SIG_IGN)
    // Swift's runtime and C++ libraries abort where an allocation fails; only here can a word still be said.
    signal(SIGABRT) { _ in
      let plenty = 1 << 30
      let probe = mmap(nil, plenty, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
      guard probe == MAP_FAILED else {
        // There is memory: the process aborts for another reason, as it would have.
        munmap(probe, plenty)
        return
      }
      let text: StaticString =
        """
        error: memory: expected more to be had, found none left; close other programs, raise the limit (ulimit -v) or \
        use fewer --threads: the same command goes on from what was saved

        """
      _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
      _exit(1)
    }
  }
}
