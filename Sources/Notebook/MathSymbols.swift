/// The LaTeX commands that formulas may use, and the characters they stand for.
enum MathSymbols {
  static let identifiers: [String: String] = [
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "phi": "ϕ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Lambda": "Λ", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ", "infty": "∞",
  ]

  static let operators: [String: String] = [
    "nabla": "∇", "partial": "∂", "sum": "∑", "prod": "∏", "int": "∫", "cdot": "⋅", "times": "×", "odot": "⊙",
    "oplus": "⊕", "otimes": "⊗", "pm": "±", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠",
    "approx": "≈", "sim": "∼", "equiv": "≡", "propto": "∝", "ll": "≪", "gg": "≫", "in": "∈", "to": "→",
    "rightarrow": "→", "leftarrow": "←", "mapsto": "↦", "ldots": "…", "dots": "…", "cdots": "⋯", "mid": "∣",
    "vert": "|",
    "|": "‖", "Vert": "‖", "{": "{", "}": "}", "lfloor": "⌊", "rfloor": "⌋", "langle": "⟨", "rangle": "⟩", "%": "%",
    "top": "⊤", "colon": ":",
  ]

  static let functions: [String: String] = [
    "log": "log", "ln": "ln", "exp": "exp", "tanh": "tanh", "sin": "sin", "cos": "cos", "max": "max", "min": "min",
    "arg": "arg", "Pr": "Pr",
  ]

  static let spaces = [",": "0.167", ":": "0.222", ";": "0.278", " ": "0.33", "quad": "1", "qquad": "2", "!": "-0.167"]

  static let accents = ["hat": "^", "bar": "¯", "tilde": "~", "dot": "˙", "vec": "→", "overline": "‾"]

  /// Their scripts stand under and over them.
  static let withLimits: Set = ["sum", "prod", "max", "min"]

  static let doubleStruck: [Character: String] = [
    "C": "ℂ", "E": "𝔼", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "V": "𝕍", "Z": "ℤ", "1": "𝟙",
  ]

  static let script: [Character: String] = ["L": "ℒ", "N": "𝒩", "D": "𝒟", "F": "ℱ", "U": "𝒰", "H": "ℋ", "O": "𝒪"]

  /// A letter in bold, from the block of mathematical alphabets.
  static func bold(_ letter: Character) -> String? {
    guard let code = letter.asciiValue, let scalar = Unicode.Scalar(boldCode(code)) else { return nil }
    return String(Character(scalar))
  }

  private static func boldCode(_ ascii: UInt8) -> UInt32 {
    switch ascii {
    case 65...90: 0x1D400 + UInt32(ascii) - 65
    case 97...122: 0x1D41A + UInt32(ascii) - 97
    default: 0xD800
    }
  }
}
