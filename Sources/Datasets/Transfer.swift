import CCurl
import Foundation
import Foundations

/// One attempt to get a file's bytes by HTTP or HTTPS, through libcurl.
///
/// libcurl rather than URLSession: resuming, a limit on stalls as opposed to one on the whole transfer, a limit on
/// connecting and the proxy variables are all its documented options, a call returns when the transfer has ended, and
/// it adds a module map to the build.
final class Transfer {
  /// Why an attempt ended early.
  enum Failure: Error, Equatable {
    /// No name, no route, no connection, no handshake: another server may be reached.
    case unreachable(String)
    /// The server's own word: 404.
    case status(Int)
    /// The server does not resume where asked to.
    case notResumable
    /// Cut off, or too slow: worth going on from where it stopped.
    case interrupted(String)
    /// More bytes than there should be.
    case tooLarge
    /// The file could not be written.
    case write(Int32)
  }

  private let handle: UnsafeMutableRawPointer
  private let descriptor: Int32
  private let limit: Int
  private var position: Int
  private let progress: (Int) -> Void
  private var failure: Failure?

  /// What libcurl tells how far it has come; another answer than 0 ends the transfer.
  private typealias Watcher =
    @convention(c) (UnsafeMutableRawPointer?, curl_off_t, curl_off_t, curl_off_t, curl_off_t) -> Int32

  private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  /// Appends to a file what a server sends from a position on.
  ///
  /// - Parameters:
  ///   - descriptor: the file, open for writing and at `position`.
  ///   - limit: bytes the whole file may have.
  ///   - patience: seconds that connecting may take.
  ///   - stall: seconds in which at least 1 KB a second must come.
  ///   - progress: is told how many bytes the file has.
  static func append(
    _ url: String, to descriptor: Int32, from position: Int, limit: Int, patience: Double, stall: Int,
    progress: (Int) -> Void
  ) throws(Failure) {
    guard isReady, let handle = curl_easy_init() else { throw .unreachable("libcurl did not start") }
    defer { curl_easy_cleanup(handle) }
    // The transfer is over, and the closure no longer used, when this function returns.
    let result = withoutActuallyEscaping(progress) { progress in
      let transfer = Transfer(handle, descriptor, limit, position, progress)
      return transfer.perform(url, patience: patience, stall: stall)
    }
    if let result { throw result }
  }

  private init(
    _ handle: UnsafeMutableRawPointer, _ descriptor: Int32, _ limit: Int, _ position: Int,
    _ progress: @escaping (Int) -> Void
  ) {
    self.handle = handle
    self.descriptor = descriptor
    self.limit = limit
    self.position = position
    self.progress = progress
  }

  private func perform(_ url: String, patience: Double, stall: Int) -> Failure? {
    curl_set_string(handle, CURLOPT_URL, url)
    guard curl_allow_only_http(handle) == CURLE_OK else { return .unreachable("libcurl knows no HTTP") }
    curl_set_string(handle, CURLOPT_USERAGENT, "learning-to-learn-datasets")
    curl_set_number(handle, CURLOPT_FOLLOWLOCATION, 1)
    curl_set_number(handle, CURLOPT_MAXREDIRS, 5)
    curl_set_number(handle, CURLOPT_FAILONERROR, 1)
    curl_set_number(handle, CURLOPT_NOSIGNAL, 1)
    curl_set_number(handle, CURLOPT_CONNECTTIMEOUT_MS, Int(patience * 1000))
    curl_set_number(handle, CURLOPT_LOW_SPEED_LIMIT, 1024)
    curl_set_number(handle, CURLOPT_LOW_SPEED_TIME, stall)
    curl_set_size(handle, CURLOPT_RESUME_FROM_LARGE, curl_off_t(position))
    curl_set_pointer(handle, CURLOPT_WRITEDATA, Unmanaged.passUnretained(self).toOpaque())
    curl_set_receiver(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      return transfer.receive(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }
    // Asked while connecting, too, and while nothing comes: once a second at least.
    let watcher: Watcher = { _, _, _, _, _ in Interruption.isAsked ? 1 : 0 }
    curl_set_pointer(handle, CURLOPT_XFERINFOFUNCTION, unsafeBitCast(watcher, to: UnsafeMutableRawPointer.self))
    curl_set_number(handle, CURLOPT_NOPROGRESS, 0)
    let code = curl_easy_perform(handle)
    if let failure { return failure }
    let reason = String(cString: curl_easy_strerror(code)).lowercased()
    switch code {
    case CURLE_OK: return nil
    case CURLE_HTTP_RETURNED_ERROR:
      // 416: nothing is left to send from this position on, or it is beyond the end.
      let status = Int(curl_get_status(handle))
      // None at all is a proxy's doing, which made no connection.
      if status == 0 { return .unreachable("refused by the proxy of https_proxy") }
      return status == 416 ? .notResumable : .status(status)
    case CURLE_RANGE_ERROR, CURLE_BAD_DOWNLOAD_RESUME: return .notResumable
    case CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_HTTP2_STREAM: return .interrupted(reason)
    case CURLE_ABORTED_BY_CALLBACK: return .interrupted("it was stopped")
    case CURLE_OPERATION_TIMEDOUT:
      let status = curl_get_status(handle)
      return status == 0 ? .unreachable("no answer") : .interrupted("it stalled")
    default: return .unreachable(reason)
    }
  }

  /// Takes bytes from libcurl; another number than their count ends the transfer.
  private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard position + bytes.count <= limit else {
      failure = .tooLarge
      return 0
    }
    var written = 0
    while written < bytes.count {
      let count = write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
      if count < 0 {
        if errno == EINTR { continue }
        failure = .write(errno)
        return 0
      }
      written += count
    }
    position += bytes.count
    progress(position)
    return bytes.count
  }
}
