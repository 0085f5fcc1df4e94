/// Bytes as numbers in 0...1.
package func unitInterval(_ bytes: [UInt8]) -> [Float] { unitInterval([bytes], skipping: 0, of: 1) }

/// The bytes of files of records as numbers in 0...1, without the first few of each record.
package func unitInterval(_ files: [[UInt8]], skipping header: Int, of record: Int) -> [Float] {
  let records = files.reduce(0) { $0 + $1.count / record }
  return [Float](unsafeUninitializedCapacity: records * (record - header)) { output, initialized in
    for file in files {
      file.withUnsafeBufferPointer { input in
        for start in stride(from: 0, through: input.count - record, by: record) {
          for index in start + header..<start + record {
            output.initializeElement(at: initialized, to: Float(input[index]) * (1 / 255))
            initialized += 1
          }
        }
      }
    }
  }
}
