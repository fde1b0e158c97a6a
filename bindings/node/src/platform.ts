/** Which platform this process runs on. */

/** What this process is, as files of `prebuilds` are called. */
export function platformName(): string {
  const name = `${process.platform}-${process.arch}`;
  return process.platform === "linux" ? `${name}-${libc()}` : name;
}

/**
 * The libc that this very process runs on. No file or program of the system is asked: there may be those of another
 * one, or none.
 */
function libc(): "gnu" | "musl" {
  // Deno has no report, and is not made for musl.
  if (process.report === undefined) {
    return "gnu";
  }
  const options = process.report as { excludeNetwork?: boolean };
  const before = options.excludeNetwork;
  // It would look up the names of all peers, and wait for that.
  options.excludeNetwork = true;
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  options.excludeNetwork = before ?? false;
  return header?.glibcVersionRuntime === undefined ? "musl" : "gnu";
}
