import Foundations

#if canImport(CryptoKit)
  import CryptoKit
#else
  import CCrypto
#endif

/// SHA-256 of bytes that arrive in pieces: CryptoKit where the system has it, OpenSSL's libcrypto elsewhere.
///
/// swift-crypto would compile all of BoringSSL (over a minute of two cores) for this one function.
public final class SHA256Sum {
  #if canImport(CryptoKit)
    private var state = CryptoKit.SHA256()
  #else
    private let context: OpaquePointer?
    private var failed = false
  #endif

  public init() {
    #if !canImport(CryptoKit)
      context = EVP_MD_CTX_new()
      failed = context == nil || EVP_DigestInit_ex(context, EVP_sha256(), nil) != 1
    #endif
  }

  deinit {
    #if !canImport(CryptoKit)
      EVP_MD_CTX_free(context)
    #endif
  }

  public func update(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count > 0 else { return }
    #if canImport(CryptoKit)
      state.update(bufferPointer: bytes)
    #else
      if !failed { failed = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) != 1 }
    #endif
  }

  /// The sum as 64 lower-case hexadecimal digits, once all bytes were given. Empty, hence equal to no sum, if the
  /// system's library refused to work.
  public func finish() -> String {
    #if canImport(CryptoKit)
      return Self.hexadecimal(Array(state.finalize()))
    #else
      var digest = [UInt8](repeating: 0, count: 32)
      if failed || EVP_DigestFinal_ex(context, &digest, nil) != 1 { return "" }
      failed = true
      return Self.hexadecimal(digest)
    #endif
  }

  /// The sum of bytes in memory.
  public static func of(_ bytes: [UInt8]) -> String {
    let sum = SHA256Sum()
    bytes.withUnsafeBytes(sum.update)
    return sum.finish()
  }

  /// The sum of a file's bytes, read in pieces.
  ///
  /// - Throws: `FileError` if the file cannot be read.
  public static func of(file path: String) throws -> String {
    let source = HashingSource(try FileSource(path))
    return try source.finish()
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
