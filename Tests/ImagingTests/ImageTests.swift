import Foundations
import Imaging
import Testing

struct ImageTests {
  private func pattern(_ width: Int, _ height: Int, channels: Int = 1) -> Image {
    Image(
      width: width, height: height, channels: channels,
      pixels: (0..<width * height).flatMap { i -> [Float] in
        let value = Float((i % width * 7 + i / width * 13) % 11) / 10
        return (0..<channels).map { value / Float($0 + 1) }
      })
  }

  private func expectClose(_ image: Image, _ values: [Float], within tolerance: Float = 2e-6) {
    #expect(image.pixels.count == values.count)
    for (a, b) in zip(image.pixels, values) { #expect(abs(a - b) < tolerance) }
  }

  @Test func lanczosAgreesWithPillow() throws {
    // Pillow 11, mode F, Image.LANCZOS.
    expectClose(
      try pattern(7, 5).resized(width: 3, height: 2),
      [0.39891446, 0.59525496, 0.43706423, 0.44164622, 0.47675672, 0.57984322])
    let larger = try pattern(7, 5).resized(width: 10, height: 8)
    expectClose(
      Image(width: 10, height: 1, channels: 1, pixels: Array(larger.pixels[..<10])),
      [
        -0.07958326, 0.38241068, 0.60895717, 0.27693287, 0.84485847, 1.08514476, 0.54098070, 0.12274174, 0.55633891,
        1.07678092,
      ])
    #expect(abs(larger[9, 7] - 0.56321102) < 2e-6 && abs(larger[1, 5] - 0.28184065) < 2e-6)
  }

  @Test func areaAveragesWhatAPixelCovers() throws {
    // Whole numbers of pixels: Pillow's BOX.
    expectClose(
      try pattern(6, 4).resized(width: 3, height: 2, filter: .area), [0.45, 0.475, 0.5, 0.3, 0.6, 0.625])
    // Three pixels onto two: the middle one is shared.
    let three = Image(width: 3, height: 1, channels: 1, pixels: [0, 0.6, 0.9])
    expectClose(try three.resized(width: 2, height: 1, filter: .area), [0.2, 0.8])
    expectClose(try three.resized(width: 6, height: 1, filter: .area), [0, 0, 0.6, 0.6, 0.9, 0.9])
  }

  @Test(arguments: [Image.Filter.area, .lanczos]) func oneColourStaysOneColour(filter: Image.Filter) throws {
    let flat = Image(width: 160, height: 120, channels: 3, filledWith: 0.7)
    for (width, height) in [(64, 64), (1, 1), (333, 7)] {
      let resized = try flat.resized(width: width, height: height, filter: filter)
      #expect(resized.width == width && resized.height == height)
      #expect(resized.pixels.allSatisfy { abs($0 - 0.7) < 1e-5 })
    }
    let one = Image(width: 1, height: 1, channels: 3, filledWith: 0.7)
    #expect(try one.resized(width: 5, height: 3, filter: filter).pixels.allSatisfy { abs($0 - 0.7) < 1e-6 })
  }

  @Test(arguments: [Image.Filter.area, .lanczos]) func fineStripesBecomeGreyNotMoire(filter: Image.Filter) throws {
    let stripes = Image(width: 256, height: 4, channels: 1, pixels: (0..<1024).map { Float($0 & 1) })
    let small = try stripes.resized(width: 30, height: 2, filter: filter)
    #expect(small.pixels.allSatisfy { abs($0 - 0.5) < 0.08 })
  }

  @Test func impossibleSizesAreErrors() {
    #expect(throws: SettingError.self) { try pattern(4, 4).resized(width: 0, height: 3) }
    #expect(throws: SettingError.self) { try pattern(4, 4).centreCropped(width: 5, height: 3) }
    #expect(throws: SettingError.self) { try pattern(4, 4).centreCropped(width: 4, height: 0) }
    #expect(throws: SettingError.self) { try Image.contactSheet([]) }
    #expect(throws: SettingError.self) { try Image.contactSheet([pattern(2, 2)], columns: 0) }
  }

  @Test func croppingKeepsTheMiddle() throws {
    let image = pattern(7, 6, channels: 3)
    let cropped = try image.centreCropped(width: 3, height: 2)
    for (x, y, channel) in [(0, 0, 0), (2, 1, 2), (1, 0, 1)] {
      #expect(cropped[x, y, channel] == image[x + 2, y + 2, channel])
    }
    #expect(try image.square(side: 6) == image.centreCropped(width: 6, height: 6))
  }

  @Test func coloursAndPlanesConvertBothWays() {
    let image = pattern(5, 3, channels: 3)
    #expect(image.planes()[0..<15] == image.planes(order: .bgr)[30..<45])
    #expect(image.planes(scale: 255)[15 + 7] == image[2, 1, 1] * 255)
    for order in [Image.ChannelOrder.rgb, .bgr] {
      #expect(Image(planes: image.planes(scale: 2, order: order), width: 5, height: 3, scale: 2, order: order) == image)
    }
    let red = Image(width: 1, height: 1, channels: 3, pixels: [1, 0, 0])
    #expect(red.grey().pixels == [0.299] && pattern(2, 2).rgb().grey().pixels.count == 4)
  }

  @Test func samplesAreClippedWhenWritten() {
    let wild = Image(width: 5, height: 1, channels: 1, pixels: [-3, 0.5, 1.5, .nan, .infinity])
    #expect(wild.bytes == [0, 128, 255, 0, 255])
    #expect(wild.clipped().pixels == [0, 0.5, 1, 0, 1])
  }

  @Test func contactSheetsLayPicturesOnAGrid() throws {
    let black = Image(width: 2, height: 2, channels: 1)
    let red = Image(width: 1, height: 1, channels: 3, pixels: [1, 0, 0])
    let sheet = try Image.contactSheet([black, red, black], columns: 2, spacing: 1, magnification: 2)
    #expect(sheet.width == 11 && sheet.height == 11 && sheet.channels == 3)
    #expect(sheet[1, 1, 0] == 0 && sheet[4, 4, 2] == 0 && sheet[5, 5, 0] == 1)
    #expect(sheet[7, 2, 0] == 1 && sheet[7, 2, 1] == 0 && sheet[6, 1, 1] == 1)
    #expect(sheet[0, 0, 0] == 1 && sheet[10, 10, 1] == 1)
    #expect(try Image.contactSheet([black, black, black], spacing: 0).width == 4)
  }
}
