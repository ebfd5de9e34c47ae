/** Writes the formula of Homebrew for a release. */
import manifest from "../deno.json" with { type: "json" };
import { archiveName, PROGRAM, type Target, TARGETS } from "./targets.ts";
import { BRIEF } from "./man_page.ts";

interface FormulaOrder {
  readonly version: string;
  /** The page below which the files of all releases lie. */
  readonly releases: string;
  /** The repository's address. */
  readonly homepage: string;
  /** SHA-256 of the archives, by name. */
  readonly checksums: ReadonlyMap<string, string>;
}

const SYSTEMS = { darwin: "macos", linux: "linux" } as const;
const PROCESSORS = { arm64: "arm", x64: "intel" } as const;

/** @throws {RangeError} when the checksum of an archive is not there */
export function homebrewFormula(order: FormulaOrder): string {
  return `class CodexOrchestrator < Formula
  desc "${BRIEF.replace(/^u/, "U")}"
  homepage "${order.homepage}"
  version "${order.version}"
  license "${manifest.license}"

  livecheck do
    url :stable
    strategy :github_latest
  end

${Object.keys(SYSTEMS).map((system) => systemPart(system, order)).join("\n")}
  def install
    bin.install "${PROGRAM}"
    man1.install "man/${PROGRAM}.1"
    bash_completion.install "completions/${PROGRAM}.bash" => "${PROGRAM}"
    zsh_completion.install "completions/${PROGRAM}.zsh" => "_${PROGRAM}"
    fish_completion.install "completions/${PROGRAM}.fish"
    doc.install "README.md", "CHANGELOG.md", "conf.toml.example"
    prefix.install "LICENSE", "THIRD_PARTY_LICENSES.txt"
  end

  def caveats
    <<~EOS
      Set it up with \`${PROGRAM} init\`; \`${PROGRAM} service install\` starts it
      when you log in.
    EOS
  end

  test do
    assert_equal "${PROGRAM} #{version}", shell_output("#{bin}/${PROGRAM} --version").strip
  end
end
`;
}

function systemPart(system: string, order: FormulaOrder): string {
  const targets = TARGETS.filter((target) => target.system === system);
  return `  on_${system === "darwin" ? SYSTEMS.darwin : SYSTEMS.linux} do
${targets.map((target) => processorPart(target, order)).join("")}  end
`;
}

function processorPart(target: Target, { version, releases, checksums }: FormulaOrder): string {
  const name = archiveName(version, target);
  const checksum = checksums.get(name);
  if (checksum === undefined) throw new RangeError(`${name} has no checksum`);
  return `    on_${PROCESSORS[target.processor]} do
      url "${releases}/download/v${version}/${name}"
      sha256 "${checksum}"
    end
`;
}
