// One reader of files under libFuzzer: FUZZ_READER=idx fuzz [options of libFuzzer] [folder of inputs...].
//
// Whatever the input, the reader must give its contents or throw one of the suite's errors. Anything else, be it a
// trap, an access outside of memory or an error of another kind, ends the process and leaves the input in a file.
import CLibFuzzer
import Foundation

guard Reader.current != nil else {
  print(Reader.allCases.map(\.rawValue).joined(separator: "\n"))
  exit(Reader.name.isEmpty ? 0 : 2)
}

/// What libFuzzer calls, and by this name, since its archive has a main function that is linked but not used.
@_cdecl("LLVMFuzzerTestOneInput")
func readOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  Reader.current?.tryReading([UInt8](UnsafeBufferPointer(start: data, count: size)))
  return 0
}

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
exit(LLVMFuzzerRunDriver(&count, &arguments, readOneInput))
