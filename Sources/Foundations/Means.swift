/// The mean of numbers; nan of none.
package func mean(_ numbers: some Collection<Double>) -> Double {
  numbers.isEmpty ? .nan : numbers.reduce(0, +) / Double(numbers.count)
}

/// The standard error of a mean; nan for fewer than two numbers.
package func standardError(_ numbers: [Double]) -> Double {
  guard numbers.count > 1 else { return .nan }
  let centre = mean(numbers)
  let squares = numbers.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
  return (squares / Double(numbers.count - 1) / Double(numbers.count)).squareRoot()
}
