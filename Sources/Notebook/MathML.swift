/// Formulas: the subset of LaTeX that prose uses, as MathML for the page.
///
/// Known are letters, numbers and operators, sub- and superscripts and primes, groups, `\frac`, `\sqrt`, accents,
/// `\left` and `\right`, alphabets (`\mathbb`, `\mathcal`, `\mathbf`, `\mathrm`, `\text`, `\operatorname`), spaces,
/// and the symbols and functions in `MathSymbols`.
enum MathML {
  /// The formula as a `<math>` element.
  ///
  /// - Throws: `MathError` that says what was not understood.
  static func element(_ latex: String, display: Bool) throws(MathError) -> String {
    var parser = MathParser(latex)
    let body = try parser.row()
    guard parser.atEnd else { throw MathError(formula: latex, problem: "a } or \\right without its beginning") }
    let block = display ? " display=\"block\"" : ""
    return "<math\(block) alttext=\"\(escaped(latex))\">\(grouped(body))</math>"
  }
}

struct MathError: Error, Equatable {
  var formula: String
  var problem: String
}

/// One element for several.
private func grouped(_ elements: [String]) -> String {
  elements.count == 1 ? elements[0] : "<mrow>\(elements.joined())</mrow>"
}

private struct MathParser {
  private enum Token: Equatable {
    case command(String)
    case character(Character)
    case number(String)
    /// What stands in `\text{...}`, where spaces count.
    case words(String)
  }

  private let latex: String
  private var tokens: [Token] = []
  private var position = 0
  /// Groups and arguments around the place that is read: a file that nests them without end must not end the stack.
  private var depth = 0
  private static let depthLimit = 100

  var atEnd: Bool { position >= tokens.count }

  init(_ latex: String) {
    self.latex = latex
    var rest = Substring(latex)
    while let first = rest.first {
      if first == "\\" {
        rest = rest.dropFirst()
        let letters = rest.prefix { $0.isASCII && $0.isLetter }
        let name = letters.isEmpty ? rest.prefix(1) : letters
        rest = rest.dropFirst(name.count)
        if name == "text", rest.first == "{", let end = rest.firstIndex(of: "}") {
          tokens.append(.words(String(rest[..<end].dropFirst())))
          rest = rest[end...].dropFirst()
        } else {
          tokens.append(.command(String(name)))
        }
      } else if first.isASCII, first.isNumber {
        var number = rest.prefix { $0.isASCII && $0.isNumber }
        if rest.dropFirst(number.count).first == ".", rest.dropFirst(number.count + 1).first?.isNumber == true {
          number = rest.prefix(number.count + 1 + rest.dropFirst(number.count + 1).prefix { $0.isNumber }.count)
        }
        tokens.append(.number(String(number)))
        rest = rest.dropFirst(number.count)
      } else {
        if !first.isWhitespace { tokens.append(.character(first)) }
        rest = rest.dropFirst()
      }
    }
  }

  /// Elements up to the end, a `}` or a `\right`, which are left standing.
  mutating func row() throws(MathError) -> [String] {
    var elements: [String] = []
    while position < tokens.count, tokens[position] != .character("}"), tokens[position] != .command("right") {
      let isFunction =
        if case .command(let name) = tokens[position] { MathSymbols.functions[name] != nil } else { false }
      elements.append(try scripted())
      if isFunction { elements.append("<mo>\u{2061}</mo>") }
    }
    return elements
  }

  /// An atom with its sub- and superscript.
  private mutating func scripted() throws(MathError) -> String {
    let limits = !atEnd && takesLimits(tokens[position])
    let base = scriptFollows ? "<mrow></mrow>" : try atom()
    var lower: String?
    var upper: String?
    while !atEnd {
      if tokens[position] == .character("_"), lower == nil {
        position += 1
        lower = try atom()
      } else if tokens[position] == .character("^"), upper == nil {
        position += 1
        upper = try atom()
      } else if tokens[position] == .character("'"), upper == nil {
        position += 1
        upper = "<mo>′</mo>"
      } else {
        break
      }
    }
    if scriptFollows { throw MathError(formula: latex, problem: "two scripts in one place") }
    switch (lower, upper) {
    case (nil, nil): return base
    case (let lower?, nil): return limits ? "<munder>\(base)\(lower)</munder>" : "<msub>\(base)\(lower)</msub>"
    case (nil, let upper?): return limits ? "<mover>\(base)\(upper)</mover>" : "<msup>\(base)\(upper)</msup>"
    case (let lower?, let upper?):
      return limits ? "<munderover>\(base)\(lower)\(upper)</munderover>" : "<msubsup>\(base)\(lower)\(upper)</msubsup>"
    }
  }

  private var scriptFollows: Bool {
    !atEnd && (tokens[position] == .character("_") || tokens[position] == .character("^"))
  }

  private func takesLimits(_ token: Token) -> Bool {
    guard case .command(let name) = token else { return false }
    return MathSymbols.withLimits.contains(name)
  }

  /// A single symbol, a group, or a command with its arguments.
  private mutating func atom() throws(MathError) -> String {
    guard !atEnd else { throw MathError(formula: latex, problem: "it ends too early") }
    guard depth < Self.depthLimit else {
      throw MathError(formula: latex, problem: "more than \(Self.depthLimit) groups inside each other")
    }
    depth += 1
    defer { depth -= 1 }
    let token = tokens[position]
    position += 1
    switch token {
    case .number(let digits): return "<mn>\(digits)</mn>"
    case .words(let words): return "<mtext>\(escaped(words.replacing(" ", with: "\u{A0}")))</mtext>"
    case .character("{"):
      let elements = try row()
      guard !atEnd, tokens[position] == .character("}") else {
        throw MathError(formula: latex, problem: "a { without its }")
      }
      position += 1
      return grouped(elements)
    case .character("-"): return "<mo>\u{2212}</mo>"
    case .character("*"): return "<mo>\u{2217}</mo>"
    case .character(let character):
      if "}_^&#%$".contains(character) { throw MathError(formula: latex, problem: "\(character) out of place") }
      return character.isLetter ? "<mi>\(character)</mi>" : "<mo>\(escaped(String(character)))</mo>"
    case .command(let name): return try command(name)
    }
  }

  private mutating func command(_ name: String) throws(MathError) -> String {
    if let symbol = MathSymbols.identifiers[name] { return "<mi>\(symbol)</mi>" }
    if let symbol = MathSymbols.operators[name] { return "<mo>\(symbol)</mo>" }
    if let space = MathSymbols.spaces[name] { return "<mspace width=\"\(space)em\"></mspace>" }
    if let accent = MathSymbols.accents[name] {
      return "<mover accent=\"true\">\(try atom())<mo>\(accent)</mo></mover>"
    }
    if let function = MathSymbols.functions[name] { return "<mi>\(function)</mi>" }
    switch name {
    case "frac":
      let numerator = try atom()
      return "<mfrac>\(numerator)\(try atom())</mfrac>"
    case "sqrt": return "<msqrt>\(try atom())</msqrt>"
    case "mathbb": return "<mi>\(try letters { MathSymbols.doubleStruck[$0] })</mi>"
    case "mathcal": return "<mi>\(try letters { MathSymbols.script[$0] })</mi>"
    case "mathbf": return "<mi>\(try letters(MathSymbols.bold))</mi>"
    case "mathrm", "operatorname": return "<mi mathvariant=\"normal\">\(try letters { String($0) })</mi>"
    case "left": return try fenced()
    case "big", "bigl", "bigr": return try fence(size: " minsize=\"1.2em\"")
    case "Big", "Bigl", "Bigr": return try fence(size: " minsize=\"1.6em\"")
    default: throw MathError(formula: latex, problem: "\\\(name) is not known")
    }
  }

  /// What stands between `\left` and `\right`, with both fences.
  private mutating func fenced() throws(MathError) -> String {
    let opening = try fence()
    let inside = try row()
    guard !atEnd, tokens[position] == .command("right") else {
      throw MathError(formula: latex, problem: "a \\left without its \\right")
    }
    position += 1
    return "<mrow>\(opening)\(inside.joined())\(try fence())</mrow>"
  }

  /// A fence as high as what it fences, or of the size that an attribute gives.
  private mutating func fence(size: String = "") throws(MathError) -> String {
    guard !atEnd else { throw MathError(formula: latex, problem: "it ends too early") }
    let token = tokens[position]
    position += 1
    switch token {
    case .character("."): return ""
    case .character(let character): return "<mo stretchy=\"true\"\(size)>\(escaped(String(character)))</mo>"
    case .command(let name):
      guard let symbol = MathSymbols.operators[name] else { break }
      return "<mo stretchy=\"true\"\(size)>\(symbol)</mo>"
    case .number, .words: break
    }
    throw MathError(formula: latex, problem: "a fence that is none")
  }

  /// The letters of a group, each as `form` has it.
  private mutating func letters(_ form: (Character) -> String?) throws(MathError) -> String {
    var inside: [Token] = []
    if !atEnd, tokens[position] == .character("{") {
      guard let end = tokens[position...].firstIndex(of: .character("}")) else {
        throw MathError(formula: latex, problem: "a { without its }")
      }
      inside = Array(tokens[(position + 1)..<end])
      position = end + 1
    } else if !atEnd {
      inside = [tokens[position]]
      position += 1
    }
    var text = ""
    for token in inside {
      switch token {
      case .character(let character):
        guard let letter = form(character) else {
          throw MathError(formula: latex, problem: "\(character) has no form in this alphabet")
        }
        text += escaped(letter)
      case .number(let digits): text += digits
      case .command, .words: throw MathError(formula: latex, problem: "a command among letters")
      }
    }
    return text
  }
}
