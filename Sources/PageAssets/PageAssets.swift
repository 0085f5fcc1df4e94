/// What every page carries within itself, so that it can be read from a file and sent on.
public enum PageAssets {
  /// How pages look.
  public static let style = String(decoding: PackageResources.page_css, as: UTF8.self)
  /// What pages do where scripts may run: they can be read without.
  public static let script = String(decoding: PackageResources.page_js, as: UTF8.self)
}
