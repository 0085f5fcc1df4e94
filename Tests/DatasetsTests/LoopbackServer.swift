import Foundation
import Synchronization

/// A small HTTP server on this machine whose answers can go wrong in every way.
final class LoopbackServer: Sendable {
  struct Request: Sendable {
    var path: String
    /// Where the client wants to go on.
    var start: Int?
  }

  /// What a connection can do.
  struct Connection: Sendable {
    let socket: Int32

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
      var sent = 0
      while sent < bytes.count {
        let count = bytes[sent...].withUnsafeBytes { Foundation.send(socket, $0.baseAddress, $0.count, noSignal) }
        if count <= 0 { return }
        sent += count
      }
    }

    /// A whole answer, with the part that was asked for if `resumes`; only `cut` bytes of it if given.
    func answer(_ body: [UInt8], _ request: Request, resumes: Bool = true, cut: Int? = nil, length: Int? = nil) {
      let start = resumes ? request.start ?? 0 : 0
      if start > 0, start >= body.count {
        return send("HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
      }
      let part = Array(body[start...])
      let range = start > 0 ? "Content-Range: bytes \(start)-\(body.count - 1)/\(body.count)\r\n" : ""
      send(
        "HTTP/1.1 \(start > 0 ? "206 Partial Content" : "200 OK")\r\n\(range)"
          + "Content-Length: \(length ?? part.count)\r\nConnection: close\r\n\r\n")
      send(cut.map { Array(part.prefix($0)) } ?? part)
    }

    #if canImport(Darwin)
      private var noSignal: Int32 { 0 }
    #else
      private var noSignal: Int32 { Int32(MSG_NOSIGNAL) }
    #endif
  }

  let port: UInt16
  private let listener: Int32
  private let log = Mutex<[Request]>([])

  /// What was asked for so far.
  var requests: [Request] { log.withLock { $0 } }

  func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

  init(_ handle: @escaping @Sendable (Request, Connection) -> Void) throws {
    (listener, port) = try Self.listen(backlog: 16)
    let listener = self.listener
    Thread.detachNewThread { [weak self] in
      while true {
        let socket = accept(listener, nil, nil)
        if socket < 0 { return }
        #if canImport(Darwin)
          // Elsewhere a flag of `send` does it.
          var on: Int32 = 1
          setsockopt(socket, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
        #endif
        Thread.detachNewThread { [weak self] in
          if let request = Self.request(socket) {
            self?.log.withLock { $0.append(request) }
            handle(request, Connection(socket: socket))
          }
          shutdown(socket, Int32(SHUT_WR))
          close(socket)
        }
      }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  /// A socket that listens on a free port of the loopback interface.
  static func listen(backlog: Int32) throws -> (socket: Int32, port: UInt16) {
    #if canImport(Darwin)
      let listener = socket(AF_INET, SOCK_STREAM, 0)
    #else
      let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isReady = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, size) == 0 && Foundation.listen(listener, backlog) == 0
          && getsockname(listener, $0, &size) == 0
      }
    }
    guard isReady else { throw CocoaError(.fileReadUnknown) }
    return (listener, UInt16(bigEndian: address.sin_port))
  }

  private static func request(_ socket: Int32) -> Request? {
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !text.contains("\r\n\r\n") {
      let count = recv(socket, &buffer, buffer.count, 0)
      if count <= 0 { return nil }
      text += String(decoding: buffer[..<count], as: UTF8.self)
    }
    let path = text.split(separator: " ").dropFirst().first.map(String.init) ?? "/"
    let start = text.firstMatch(of: /(?i)range: bytes=(\d+)-/).flatMap { Int($0.1) }
    return Request(path: path, start: start)
  }
}
