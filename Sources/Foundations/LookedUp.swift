extension Array<UInt8> {
  /// What each byte stands for in a table of 256 numbers. (Here, where loops are fast: VGG-19 has 20 million of them.)
  package func looked(upIn table: [Float]) -> [Float] { map { table[Int($0)] } }
}
