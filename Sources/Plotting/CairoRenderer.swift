import CCairo
import Foundations
import Imaging

extension Figure {
  /// The figure as a PNG file at twice its size, on white.
  ///
  /// - Parameter text: what goes into the file's text chunks, by keyword.
  /// - Throws: `SettingError` for keywords that PNG cannot hold and for figures larger than 16,383 CSS pixels.
  public func png(text: [String: String] = [:]) throws -> [UInt8] {
    let scene = Layout(self).scene
    let canvas = try CairoCanvas(width: scene.width, height: scene.height, scale: 2)
    canvas.paint(scene.elements)
    let (pixels, width, height) = try canvas.finish()
    let hasPhotographs = panels.contains { if case .images = $0.content { true } else { false } }
    return try PNG.encode(
      pixels, width: width, height: height, channels: 3, text: text, as: hasPhotographs ? .photograph : .drawing)
  }
}

/// There was no memory for a figure.
private struct NoCanvas: SuiteError {
  var pixels: String

  var exitCode: Int32 { 1 }

  var description: String {
    "figure: expected memory for \(pixels), found too little; end other programs, or raise the limit (ulimit -v)"
  }
}

/// A surface of pixels that Cairo draws on.
private final class CairoCanvas {
  private let surface: OpaquePointer
  private let cairo: OpaquePointer
  private let width: Int
  private let height: Int

  init(width: Double, height: Double, scale: Double) throws {
    self.width = Int((width * scale).rounded(.up))
    self.height = Int((height * scale).rounded(.up))
    let pixels = "\(self.width) x \(self.height) pixels"
    guard self.width < 32_767, self.height < 32_767 else {
      throw SettingError("figure", value: pixels, expected: "at most 32,766 pixels a side")
    }
    guard let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(self.width), Int32(self.height)),
      let cairo = cairo_create(surface), cairo_status(cairo) == CAIRO_STATUS_SUCCESS
    else { throw NoCanvas(pixels: pixels) }
    self.surface = surface
    self.cairo = cairo
    cairo_scale(cairo, scale, scale)
    // Outlines as they are: no adjustment to the pixel grid, which differs from one FreeType to the next.
    let options = cairo_font_options_create()
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    cairo_set_font_options(cairo, options)
    cairo_font_options_destroy(options)
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND)
    set(.ground)
    cairo_paint(cairo)
  }

  deinit {
    cairo_destroy(cairo)
    cairo_surface_destroy(surface)
  }

  /// The pixels, [height][width][3].
  func finish() throws -> ([UInt8], Int, Int) {
    cairo_surface_flush(surface)
    let status = cairo_status(cairo)
    guard status == CAIRO_STATUS_SUCCESS, let data = cairo_image_surface_get_data(surface) else {
      let reason = String(cString: cairo_status_to_string(status))
      throw SettingError("figure", value: "one that Cairo cannot draw (\(reason))", expected: "a smaller figure")
    }
    let stride = Int(cairo_image_surface_get_stride(surface))
    let samples = [UInt8](unsafeUninitializedCapacity: width * height * 3) { output, count in
      for y in 0..<height {
        let row = UnsafeRawPointer(data + y * stride)
        for x in 0..<width {
          let pixel = row.load(fromByteOffset: 4 * x, as: UInt32.self)
          let at = (y * width + x) * 3
          output[at] = UInt8(truncatingIfNeeded: pixel >> 16)
          output[at + 1] = UInt8(truncatingIfNeeded: pixel >> 8)
          output[at + 2] = UInt8(truncatingIfNeeded: pixel)
        }
      }
      count = width * height * 3
    }
    return (samples, width, height)
  }

  func paint(_ elements: [Element]) {
    for element in elements { paint(element) }
  }

  private func set(_ paint: Paint, opacity: Double = 1) {
    let colour = paint.light
    cairo_set_source_rgba(
      cairo, Double(colour.red) / 255, Double(colour.green) / 255, Double(colour.blue) / 255, opacity)
  }

  private func paint(_ element: Element) {
    switch element {
    case .lines(let runs, let stroke):
      for run in runs { trace(run) }
      self.stroke(stroke)
    case .area(let points, let paint, let opacity):
      trace(points)
      cairo_close_path(cairo)
      set(paint, opacity: opacity)
      cairo_fill(cairo)
    case .rectangle(let rect, let paint):
      cairo_rectangle(cairo, rect.x, rect.y, rect.width, rect.height)
      set(paint)
      cairo_fill(cairo)
    case .outline(let rect, let stroke):
      cairo_rectangle(cairo, rect.x, rect.y, rect.width, rect.height)
      self.stroke(stroke)
    case .dots(let points, let radius, let paint):
      set(paint)
      for point in points {
        cairo_new_sub_path(cairo)
        cairo_arc(cairo, point.x, point.y, radius, 0, 2 * Double.pi)
      }
      cairo_fill(cairo)
    case .label(let label): text(label)
    case .image(let image, let rect, let showsPixels): self.image(image, rect, showsPixels)
    case .group(let group):
      if group.isHidden { return }
      cairo_save(cairo)
      if let clip = group.clip {
        cairo_rectangle(cairo, clip.x, clip.y, clip.width, clip.height)
        cairo_clip(cairo)
      }
      paint(group.elements)
      cairo_restore(cairo)
    }
  }

  private func trace(_ points: [Point]) {
    for (i, point) in points.enumerated() {
      if i == 0 { cairo_move_to(cairo, point.x, point.y) } else { cairo_line_to(cairo, point.x, point.y) }
    }
  }

  private func stroke(_ stroke: Stroke) {
    set(stroke.paint)
    cairo_set_line_width(cairo, stroke.width)
    cairo_set_dash(cairo, stroke.dashes, Int32(stroke.dashes.count), 0)
    cairo_stroke(cairo)
  }

  /// How far the text moves the pen, by the font that Cairo found.
  private func advance(_ text: String, size: Double) -> Double {
    var extents = cairo_text_extents_t()
    cairo_set_font_size(cairo, size)
    cairo_text_extents(cairo, text, &extents)
    return extents.x_advance
  }

  private func text(_ label: Label) {
    cairo_select_font_face(
      cairo, TextMetrics.family, CAIRO_FONT_SLANT_NORMAL,
      label.isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
    // Cairo's built-in font stands in where no font is installed. It has ASCII only.
    let hasFonts = cairo_scaled_font_get_type(cairo_get_scaled_font(cairo)) != CAIRO_FONT_TYPE_USER
    let base = hasFonts ? label.text.base : Self.plain(label.text.base)
    let superscript = hasFonts ? label.text.superscript : Self.plain(label.text.superscript)
    let small = label.size * RichText.superscriptScale
    let width = advance(base, size: label.size) + advance(superscript, size: small)
    let share = label.anchor == .start ? 0 : label.anchor == .middle ? 0.5 : 1
    set(label.paint)
    cairo_move_to(cairo, label.at.x - share * width, label.at.y)
    cairo_set_font_size(cairo, label.size)
    cairo_show_text(cairo, base)
    if !superscript.isEmpty {
      cairo_rel_move_to(cairo, 0, -0.38 * label.size)
      cairo_set_font_size(cairo, small)
      cairo_show_text(cairo, superscript)
    }
  }

  private static func plain(_ text: String) -> String {
    let replacements: [Character: String] = [
      "−": "-", "–": "-", "—": "-", "×": "x", "·": ".", "…": "...", "’": "'", "‘": "'", "“": "\"", "”": "\"",
    ]
    return text.map { $0.isASCII ? String($0) : replacements[$0] ?? "?" }.joined()
  }

  private func image(_ image: Image, _ rect: Rect, _ showsPixels: Bool) {
    guard let source = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(image.width), Int32(image.height)) else {
      return
    }
    defer { cairo_surface_destroy(source) }
    guard let data = cairo_image_surface_get_data(source) else { return }
    let stride = Int(cairo_image_surface_get_stride(source))
    let bytes = image.rgb().bytes
    for y in 0..<image.height {
      let row = UnsafeMutableRawPointer(data + y * stride)
      for x in 0..<image.width {
        let at = (y * image.width + x) * 3
        let pixel = UInt32(bytes[at]) << 16 | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2])
        row.storeBytes(of: pixel, toByteOffset: 4 * x, as: UInt32.self)
      }
    }
    cairo_surface_mark_dirty(source)
    cairo_save(cairo)
    cairo_translate(cairo, rect.x, rect.y)
    cairo_scale(cairo, rect.width / Double(image.width), rect.height / Double(image.height))
    cairo_set_source_surface(cairo, source, 0, 0)
    let pattern = cairo_get_source(cairo)
    cairo_pattern_set_filter(pattern, showsPixels ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_GOOD)
    cairo_pattern_set_extend(pattern, CAIRO_EXTEND_PAD)
    cairo_rectangle(cairo, 0, 0, Double(image.width), Double(image.height))
    cairo_fill(cairo)
    cairo_restore(cairo)
  }
}
