/// Widths of text by a built-in table of DejaVu Sans, so that a figure's layout is the same whatever fonts a machine
/// has.
///
/// DejaVu is wider than Helvetica, Arial and most others: text drawn with those fits as well.
enum TextMetrics {
  static let family = "DejaVu Sans"
  static let stack = "'DejaVu Sans',Verdana,Helvetica,Arial,sans-serif"

  /// Thousandths of the font's size for the characters from space to tilde.
  private static let regular = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636,
    636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863,
    748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635,
    615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
    337, 636, 838,
  ]
  private static let bold = [
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696, 696, 696, 696,
    696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372, 372, 775, 637, 995,
    837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716,
    678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712,
    365, 712, 838,
  ]
  private static let wide: Set<Unicode.Scalar> = ["−", "×", "±", "≤", "≥", "≈", "→", "←", "—", "…"]

  static func width(_ text: RichText, size: Double, bold: Bool = false) -> Double {
    width(text.base, size: size, bold: bold)
      + width(text.superscript, size: size * RichText.superscriptScale, bold: bold)
  }

  static func width(_ text: String, size: Double, bold: Bool = false) -> Double {
    var sum = 0
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 32...126: sum += (bold ? self.bold : regular)[Int(scalar.value) - 32]
      case 0x300...0x36F: break
      case 0x1100...0x11FF, 0x2E80...0xFFEF, 0x1F000...0x1FFFF: sum += 1000
      default: sum += wide.contains(scalar) ? 840 : bold ? 720 : 640
      }
    }
    return Double(sum) * size / 1000
  }

  /// The text in lines of at most that width, broken at spaces; a word that is wider stands alone.
  static func wrapped(_ text: String, size: Double, bold: Bool = false, width limit: Double) -> [String] {
    var lines: [String] = []
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = ""
      for word in paragraph.split(separator: " ") {
        let longer = line.isEmpty ? String(word) : line + " " + word
        if !line.isEmpty, width(longer, size: size, bold: bold) > limit {
          lines.append(line)
          line = String(word)
        } else {
          line = longer
        }
      }
      lines.append(line)
    }
    return lines
  }
}
